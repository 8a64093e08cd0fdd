/** When a worker has lived long enough. */
import type { WorkersConfig } from '../config/sections/workers.ts';

/** The limits of one worker; 0 means none. */
export interface Lifetime {
  readonly requests: number;
  /** Milliseconds. */
  readonly age: number;
  /** Bytes of resident memory. */
  readonly rss: number;
}

/** Up to this part is taken off limits, so that workers that started together do not leave together. */
const SPREAD = 0.1;

/** Draws the limits of a worker. `random` gives numbers from 0 to below 1. */
export function drawLifetime(config: WorkersConfig, random: () => number = Math.random): Lifetime {
  const shorten = (limit: number): number =>
    limit === 0 ? 0 : Math.max(1, Math.ceil(limit * (1 - SPREAD * random())));
  return { requests: shorten(config.maxRequests), age: shorten(config.maxAge), rss: config.maxRss };
}

/**
 * Whether a worker should ask for its replacement, so that this serves when `limit` requests are reached and not later.
 * `perSecond`: requests of late; `startTime`: milliseconds a worker takes until it serves. Never before half the limit.
 */
export function isAlmostOver(limit: number, begun: number, perSecond: number, startTime: number): boolean {
  return limit > 0 && begun >= limit / 2 && begun + (perSecond * startTime) / 1000 >= limit;
}

/** Why a worker of this age (milliseconds) and memory (bytes) is to be replaced, if it is. Requests it counts by itself. */
export function whyDue(lifetime: Lifetime, age: number, rss: number): string | undefined {
  if (lifetime.age > 0 && age >= lifetime.age) return `it is ${Math.round(age / 1000)} s old`;
  if (lifetime.rss > 0 && rss > lifetime.rss) return `its memory is ${Math.round(rss / 1024 / 1024)} MiB`;
  return undefined;
}
