import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VisitedPairs } from './visited-pairs.ts';

it('knows what was added since it was emptied', () => {
  const size = 100_000;
  const numbers = fc.array(fc.nat(size - 1), { maxLength: 200 });
  const visited = new VisitedPairs();
  fc.assert(
    fc.property(numbers, (added) => {
      visited.begin(size);
      const known = new Set<number>();
      for (const number of [...added, ...added]) {
        expect(visited.add(number)).toBe(!known.has(number));
        known.add(number);
      }
    }),
  );
});

it('takes everything for new where there is no room', () => {
  const visited = new VisitedPairs();
  const page = 4096;
  visited.begin(3000 * page);
  for (let number = 0; number < 3000; number++) expect(visited.add(number * page)).toBe(true);
  expect(visited.add(0)).toBe(false);
  expect(visited.add(2999 * page)).toBe(true);
});
