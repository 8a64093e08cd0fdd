/** Asks an address how it is, again and again. */
import type { Dispatcher } from 'undici';
import type { HealthConfig } from '../../config/sections/upstream/health.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { timeLimit } from '../../time-limit.ts';
import type { UpstreamAddress } from './address.ts';
import { createClient } from './place.ts';
import { statusSet } from './status-ranges.ts';

/** More of an answer is not waited for. */
const MOST_BODY = 64 * 1024;

export class HealthCheck {
  readonly #address: UpstreamAddress;
  readonly #config: HealthConfig;
  readonly #onVerdict: (address: UpstreamAddress, isHealthy: boolean, reason: string) => void;
  readonly #statuses: ReadonlySet<number>;
  /** A connection of its own, so that a busy application is not taken for a sick one. */
  readonly #dispatcher: Dispatcher;
  #streak = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `onVerdict` is told when checks in a row say otherwise than before. */
  constructor(
    address: UpstreamAddress,
    upstream: UpstreamConfig,
    config: HealthConfig,
    onVerdict: (address: UpstreamAddress, isHealthy: boolean, reason: string) => void,
  ) {
    this.#address = address;
    this.#config = config;
    this.#onVerdict = onVerdict;
    this.#statuses = statusSet(config.status);
    // A process that speaks FastCGI would be kept busy by a connection that only waits for the next check.
    const settings = address.place.protocol === 'fastcgi' ? { ...upstream, keepAlive: 0 } : upstream;
    this.#dispatcher = createClient(address.place, settings, 1);
  }

  /** The first check comes within an interval, not at once: gates and addresses start together. */
  start(): void {
    this.#schedule(Math.random() * this.#config.interval);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    // What is under way is of no interest any more.
    void this.#dispatcher.destroy();
  }

  #schedule(delay: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#check(), delay).unref();
  }

  async #check(): Promise<void> {
    const { interval, jitter } = this.#config;
    const mistake = await this.#ask();
    if (this.#isStopped) return;
    this.#count(mistake);
    this.#schedule(interval * (1 + (Math.random() - 0.5) * (jitter / 50)));
  }

  /** What is wrong with the address; undefined when nothing is. */
  async #ask(): Promise<string | undefined> {
    const { place } = this.#address;
    const { path, host, timeout } = this.#config;
    try {
      const { statusCode, body } = await this.#dispatcher.request({
        path: place.base + path,
        method: 'GET',
        headers: { host: host ?? place.host, 'user-agent': 'health-check', accept: '*/*' },
        signal: timeLimit(timeout),
        headersTimeout: timeout,
        bodyTimeout: timeout,
      });
      await body.dump({ limit: MOST_BODY, signal: timeLimit(timeout) });
      return this.#statuses.has(statusCode) ? undefined : `status ${statusCode}`;
    } catch (cause) {
      return (cause as Error).message;
    }
  }

  #count(mistake: string | undefined): void {
    const isGood = mistake === undefined;
    const { isHealthy } = this.#address;
    if (isGood === isHealthy) {
      this.#streak = 0;
      return;
    }
    this.#streak++;
    if (this.#streak < (isGood ? this.#config.healthy : this.#config.unhealthy)) return;
    this.#streak = 0;
    this.#onVerdict(this.#address, isGood, mistake ?? 'checks succeed again');
  }
}
