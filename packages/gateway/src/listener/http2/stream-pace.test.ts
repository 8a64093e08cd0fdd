import { expect, it } from 'vitest';
import { StreamPace } from './stream-pace.ts';

const LIMIT = { time: 2000, minimumRate: 100, maximum: 0 };

/** Looks at a stream every half a second, with what was written and what waits then. */
function endOf(states: readonly (readonly [written: number, waiting: number])[]): string | undefined {
  const stream = { written: 0, waiting: 0 };
  let end: string | undefined;
  const pace = new StreamPace(
    stream,
    () => LIMIT,
    (text) => {
      end = text;
    },
  );
  for (const [at, [written, waiting]] of states.entries()) {
    Object.assign(stream, { written, waiting });
    if (pace.check(at * 500) === undefined) break;
  }
  return end;
}

const times = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));

it.each([
  ['an answer that is taken at once', times(20, (at) => [at * 1000, 0] as const), undefined],
  ['an answer nobody takes', times(20, () => [5000, 5000] as const), '0 bytes in 2.0 s'],
  ['an answer that is taken fast enough', times(20, (at) => [100_000, 100_000 - at * 60] as const), undefined],
  [
    'an answer that is taken too slowly',
    times(20, (at) => [100_000, 100_000 - at * 10] as const),
    /^\d+ bytes in 2\.\d s$/,
  ],
  [
    'a stop that is shorter than the time',
    [...times(4, () => [9, 9] as const), ...times(9, () => [9, 0] as const)],
    undefined,
  ],
])('%s', (_name, states, expected) => {
  const end = endOf(states);
  if (expected instanceof RegExp) expect(end).toMatch(expected);
  else expect(end).toBe(expected);
});
