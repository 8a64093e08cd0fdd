import { describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { BreakerConfig } from '../../config/sections/upstream/breaker.ts';
import { Breaker, type BreakerState } from './breaker.ts';

function breakerConfig(written: string): BreakerConfig {
  const { config } = parseConfig(`upstreams: { a: { urls: "http://a", breaker: { ${written} } } }`, 'a.yaml', {});
  return config?.upstreams.get('a')?.breaker as BreakerConfig;
}

function breaker(written: string): { readonly one: Breaker; readonly states: BreakerState[] } {
  const states: BreakerState[] = [];
  const one = new Breaker(breakerConfig(written), (state) => void states.push(state));
  return { one, states };
}

function fail(one: Breaker, times: number, now = 0): void {
  for (let count = 0; count < times; count++) one.failed(one.epoch, now);
}

describe('a breaker', () => {
  it('opens at so many failures', () => {
    const { one, states } = breaker('failures: 3');
    fail(one, 2);
    expect(one.state).toBe('closed');
    fail(one, 1);
    expect(states).toEqual(['open']);
    one.stop();
  });

  it('forgets failures that are older than the window', () => {
    const { one } = breaker('failures: 3, window: 1 s');
    fail(one, 2, 0);
    fail(one, 2, 1001);
    expect(one.state).toBe('closed');
    fail(one, 1, 1500);
    expect(one.state).toBe('open');
    one.stop();
  });

  it('stays closed while failures are few beside the answers', () => {
    const { one } = breaker('failures: 3, share: 50');
    fail(one, 1);
    for (let count = 0; count < 10; count++) one.succeeded(one.epoch);
    fail(one, 8);
    expect(one.state).toBe('closed');
    fail(one, 1);
    expect(one.state).toBe('open');
    one.stop();
  });

  it('never opens when switched off', () => {
    const { one } = breaker('failures: 0');
    fail(one, 100);
    expect(one.state).toBe('closed');
  });

  it('lets one request try, and a failed trial doubles the pause', () => {
    vi.useFakeTimers();
    const { one, states } = breaker('failures: 1, pause: 1 s, longest_pause: 3 s');
    fail(one, 1);
    for (const pause of [1000, 2000, 3000, 3000]) {
      vi.advanceTimersByTime(pause - 1);
      expect(one.state).toBe('open');
      vi.advanceTimersByTime(1);
      expect(one.state).toBe('ready');
      one.try();
      fail(one, 1);
    }
    vi.advanceTimersByTime(3000);
    one.try();
    one.succeeded(one.epoch);
    expect(one.state).toBe('closed');
    expect(states.filter((state) => state === 'open')).toHaveLength(5);
    fail(one, 1);
    vi.advanceTimersByTime(1000);
    expect(one.state).toBe('ready');
    vi.useRealTimers();
  });

  it('is not closed by an answer to what was asked before it opened', () => {
    const { one } = breaker('failures: 1');
    const before = one.epoch;
    fail(one, 1);
    one.succeeded(before);
    expect(one.state).toBe('open');
    one.succeeded(one.epoch);
    expect(one.state).toBe('closed');
  });

  it('a trial that tells nothing leaves the way open for the next', () => {
    vi.useFakeTimers();
    const { one } = breaker('failures: 1, pause: 1 s');
    fail(one, 1);
    vi.advanceTimersByTime(1000);
    one.try();
    one.abandoned(one.epoch);
    expect(one.state).toBe('ready');
    vi.useRealTimers();
  });
});
