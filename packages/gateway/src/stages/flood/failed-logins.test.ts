import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../config/field.ts';
import { floods } from '../../config/sections/floods.ts';
import { FloodCounts, principalKey } from './flood-counts.ts';

const USER = 'abcdefgh';

function countsOf(perClient: number, perUser: number): FloodCounts {
  const config = defaultsOf(floods);
  return new FloodCounts({ ...config, logins: { ...config.logins, perClient, perUser, longestHold: 5000 } });
}

describe('failed logins', () => {
  it('ban a client beyond the limit, and count from nothing after that', () => {
    const counts = countsOf(2, 0);
    const fail = (at: number): string | undefined => counts.failLogin('192.0.2.1', '', at)?.reason.text;
    expect([fail(0), fail(1), fail(2), fail(3)]).toEqual([undefined, undefined, '3 failed logins in 600 s', undefined]);
    expect(counts.findBan('192.0.2.1', '', 100)?.until).toBe(600_002);
    expect(counts.release('192.0.2.1')).toBe(true);
  });

  it('hold a user back for twice as long each time, up to the longest', () => {
    const counts = countsOf(0, 2);
    const heldUntil: (number | undefined)[] = [];
    for (let at = 0; at < 7; at++) {
      counts.failLogin(`192.0.2.${at}`, USER, at * 10_000);
      const until = counts.findBan('', USER, at * 10_000)?.until;
      heldUntil.push(until && until - at * 10_000);
    }
    expect(heldUntil).toEqual([undefined, undefined, 1000, 2000, 4000, 5000, 5000]);
    expect(counts.list(60_001).map(({ key }) => key)).toEqual([principalKey(USER)]);
  });

  it('are forgotten after a while', () => {
    const counts = countsOf(2, 2);
    for (let at = 0; at < 10; at++) {
      expect(counts.failLogin('192.0.2.1', USER, at * 400_000)).toBeUndefined();
      expect(counts.findBan('192.0.2.1', USER, at * 400_000)).toBeUndefined();
    }
  });
});
