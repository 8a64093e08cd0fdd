import { expect, it } from 'vitest';
import { RequestCount } from './request-count.ts';

it('adds up what workers say, those that are gone included', () => {
  const count = new RequestCount();
  const load = (pid: number, begun: number, url = 'a') => ({ pid, url, begun, pending: 0 });
  count.take([load(1, 10), load(2, 5)]);
  expect(count.of('a')).toBe(15);
  count.take([load(1, 12), load(3, 4)]);
  expect(count.of('a')).toBe(21);
  // Another worker with the number of one that is gone.
  count.take([load(1, 3), load(3, 4, 'b')]);
  expect([count.of('a'), count.of('b'), count.of('c')]).toEqual([24, 4, 0]);
  count.forget('a');
  expect(count.of('a')).toBe(0);
});
