import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

it('keeps what is asked for again, and forgets the rest', () => {
  const map = new RecentMap<string, number>(2);
  map.set('often', 1);
  for (let once = 0; once < 10; once++) {
    expect(map.get('often')).toBe(1);
    map.set(`once ${once}`, once);
  }
  expect(map.get('once 0')).toBeUndefined();
  expect(map.get('once 9')).toBe(9);
});

it('holds what was set last', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect(map.get('a')).toBe(3);
});
