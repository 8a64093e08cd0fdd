import { expect, it } from 'vitest';
import { limitsMet } from '../../../../test/support/limits-met.ts';
import { limitsOfProcess } from './process.ts';

it.each([
  [10, '', ''],
  [31, '', ' -> cut after 30 s if the gate is stopped meanwhile'],
  [
    61,
    ' -> cut after 60 s if its worker is replaced meanwhile, by a reload for example',
    ' -> cut after 30 s if the gate is stopped meanwhile',
  ],
])('an upload of %s s', (seconds, replaced, stopped) => {
  const upload = { size: seconds * 1000, rate: 1000 };
  expect(limitsMet(limitsOfProcess, 'workers: { drain: 1 m }', { upload })).toEqual([
    `workers.drain: 1 m: cut when its worker is replaced (gate.yaml:1:19)${replaced}`,
    `timeouts.drain: 30 s: cut when the gate stops (default)${stopped}`,
  ]);
});
