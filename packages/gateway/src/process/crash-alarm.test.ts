import { expect, it } from 'vitest';
import { CrashAlarm } from './crash-alarm.ts';

const ALARM = '5 workers have ended by themselves within 60 s';

it.each([
  ['five in a minute', [0, 1, 2, 3, 59_999], [4]],
  ['never five in a minute', [0, 20_000, 40_000, 59_000, 60_000, 80_000], []],
  ['a slow start, then five', [0, 50_000, 70_000, 75_000, 80_000, 85_000], [5]],
  ['one for each five', Array.from({ length: 12 }, (_, at) => at), [4, 9]],
])('%s', (_name, ends, alarms) => {
  const alarm = new CrashAlarm();
  const heard = ends.map((at) => alarm.note(at));
  expect(heard).toEqual(ends.map((_, at) => (alarms.includes(at) ? ALARM : undefined)));
});
