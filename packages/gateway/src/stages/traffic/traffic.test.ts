import { describe, expect, it } from 'vitest';
import { LocalTally } from '../tally/tally.ts';
import { ClientPaces } from './client-paces.ts';
import { PaceKeeper } from './pace-keeper.ts';
import { Places } from './places.ts';

describe('a pace', () => {
  it('lets a second of it through at once, and the rest at its rate', () => {
    const pace = new PaceKeeper(10);
    const delays = Array.from({ length: 15 }, () => pace.take(1, 5000));
    expect(delays).toEqual([...Array(10).fill(0), 100, 200, 300, 400, 500]);
    expect(pace.take(1, 5600)).toBe(0);
  });

  it('refuses what would wait too long, and keeps its place for others', () => {
    const pace = new PaceKeeper(1);
    expect([pace.take(1, 0, 500), pace.take(1, 0, 500), pace.take(1, 600, 500)]).toEqual([0, undefined, 400]);
  });

  it('counts bytes as well', () => {
    const pace = new PaceKeeper(1000);
    expect(pace.take(3000, 0)).toBe(0);
    expect(pace.take(1000, 0)).toBe(2001);
    expect(pace.isIdle(3999)).toBe(false);
    expect(pace.isIdle(4000)).toBe(true);
  });

  it('is kept for each client, and for so many at most', () => {
    const paces = new ClientPaces(1);
    expect(paces.of('a', 0).take(1, 0)).toBe(0);
    expect(paces.of('a', 0).take(1, 0)).toBe(1000);
    expect(paces.of('b', 0).take(1, 0)).toBe(0);
    for (let at = 0; at < 20_000; at++) paces.of(String(at), 10_000).take(1, 10_000);
    expect(paces.of('a', 10_000).take(1, 10_000)).toBe(0);
  });
});

describe('places', () => {
  it('are given in turn, and a client over its share holds nobody up', () => {
    const places = new Places(2, 1, new LocalTally(), 'route');
    const entered: string[] = [];
    expect([places.tryEnter('a'), places.tryEnter('a'), places.tryEnter('b'), places.tryEnter('c')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    for (const client of ['b', 'c', 'd']) places.line(client, () => entered.push(client));
    places.leave('a');
    expect(entered).toEqual(['c']);
    places.leave('c');
    places.leave('b');
    expect(entered).toEqual(['c', 'd', 'b']);
    expect(places.waiting).toBe(0);
  });

  it('who gives up is passed over', () => {
    const places = new Places(1, 0, new LocalTally(), 'route');
    const entered: string[] = [];
    places.tryEnter('a');
    const giveUp = places.line('b', () => entered.push('b'));
    places.line('c', () => entered.push('c'));
    giveUp();
    places.leave('a');
    expect(entered).toEqual(['c']);
  });

  it('are without limit where there is none', () => {
    const places = new Places(0, 0, new LocalTally(), 'route');
    expect(Array.from({ length: 100 }, () => places.tryEnter('a'))).not.toContain(false);
  });
});
