import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

it('keeps at least the half that was touched last', () => {
  const map = new RecentMap<number>(6);
  for (const key of ['a', 'b', 'c', 'd', 'e']) map.set(key, 1);
  expect(map.get('a')).toBe(1);
  for (const key of ['f', 'g']) map.set(key, 1);
  expect(['a', 'b', 'c', 'f', 'g'].map((key) => map.get(key))).toEqual([1, undefined, undefined, 1, 1]);
  expect(map.entries().length).toBeLessThanOrEqual(6);
});

it('what is set again or deleted is not there twice', () => {
  const map = new RecentMap<number>(4);
  map.set('a', 1);
  map.set('b', 1);
  map.set('c', 1);
  map.set('a', 2);
  expect(map.entries()).toContainEqual(['a', 2]);
  expect(map.entries().filter(([key]) => key === 'a')).toHaveLength(1);
  expect([map.delete('a'), map.delete('a'), map.get('a')]).toEqual([true, false, undefined]);
});
