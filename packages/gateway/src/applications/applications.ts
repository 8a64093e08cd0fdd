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

  /** These are to run: those that have not changed go on, changed ones are replaced without a gap. */
  run(specs: readonly ApplicationSpec[]): void {
    for (const spec of specs) {
      const running = this.#running.get(spec.name);
      if (running !== undefined) {
        if (!isDeepStrictEqual(spec, running.spec)) running.change(spec);
        continue;
      }
      const fresh = new Application(spec, this.#host);
      this.#running.set(spec.name, fresh);
      fresh.start();
    }
  }

  /** Drains and ends all but these. */
  endAllBut(specs: readonly ApplicationSpec[]): void {
    const kept = new Set(specs.map(({ name }) => name));
    for (const [name, running] of this.#running) if (!kept.has(name)) this.#end(name, running);
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
