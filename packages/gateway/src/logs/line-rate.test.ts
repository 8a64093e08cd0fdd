import { expect, it } from 'vitest';
import { LineRate } from './line-rate.ts';

it('leaves out what comes too fast, and says how much', () => {
  const found: string[] = [];
  const rate = new LineRate(2, (line) => found.push(line));
  for (const [line, now] of [
    ['a', 0],
    ['b', 10],
    ['c', 20],
    ['d', 999],
    ['e', 1000],
    ['f', 1500],
    ['g', 2500],
    ['h', 2500],
    ['i', 2500],
  ] as const)
    rate.take(line, now);
  expect(found).toEqual(['a', 'b', '(2 lines were left out)', 'e', 'f', 'g', 'h']);
  rate.end();
  expect(found.at(-1)).toBe('(1 lines were left out)');
});
