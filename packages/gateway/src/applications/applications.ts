/** All applications of a gate, from the point of view of the supervisor, which starts them. */
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../process/accounts.ts';
import { type AddressLoad, Application, type ApplicationHost } from './application.ts';
import { checkApplication } from './checks.ts';
import type { ApplicationSpec } from './spec.ts';
import type { ApplicationStatus } from './status.ts';

/** How often processes are looked at, and how often a connection is tried, in milliseconds. */
const LOOK_EVERY = 1000;
const CHECK_EVERY = 5000;

export class Applications {
  readonly #host: ApplicationHost;
  readonly #running = new Map<string, Application>();
  readonly #closing = new Set<Promise<void>>();
  readonly #timers: readonly NodeJS.Timeout[];
  #isLooking = false;

  constructor(host: ApplicationHost) {
    this.#host = host;
    this.#timers = [
      setInterval(() => void this.#look(), LOOK_EVERY),
      setInterval(() => {
        for (const one of this.#running.values()) void one.check();
      }, CHECK_EVERY),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  get status(): readonly ApplicationStatus[] {
    return [...this.#running.values()].map((one) => one.status);
  }

  /**
   * From now on these are to run: those that have not changed go on, changed ones are replaced without a gap, others are drained and
   * ended.
   */
  switchTo(specs: readonly ApplicationSpec[]): void {
    for (const [name, running] of this.#running) {
      const spec = specs.find((one) => one.name === name);
      if (spec === undefined) this.#end(name, running);
      else if (!isDeepStrictEqual(spec, running.spec)) running.change(spec);
    }
    for (const spec of specs) {
      if (this.#running.has(spec.name)) continue;
      const fresh = new Application(spec, this.#host);
      this.#running.set(spec.name, fresh);
      fresh.start();
    }
  }

  /** Ends all; resolves when they are gone. `isUrgent`: without waiting for requests that are under way. */
  async close(isUrgent: boolean): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([...[...this.#running.values()].map((one) => one.close(isUrgent)), ...this.#closing]);
    this.#running.clear();
    this.#host.folder.remove();
  }

  #end(name: string, application: Application): void {
    this.#running.delete(name);
    const closing = application.close(false).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #look(): Promise<void> {
    const all = [...this.#running.values()];
    if (this.#isLooking || all.length === 0) return;
    this.#isLooking = true;
    const load: readonly AddressLoad[] = await this.#host.load();
    for (const one of all) one.look(load);
    this.#isLooking = false;
  }
}

/** Throws `ApplicationRefused` for the first application that must not be started. `gate`: whom the workers run as. */
export function checkAll(specs: readonly ApplicationSpec[], gate: Account): void {
  for (const spec of specs) checkApplication(spec, gate);
}
