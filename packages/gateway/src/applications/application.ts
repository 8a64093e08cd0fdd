/** One application: as many processes as wanted, each replaced before it leaves, and what the workers know of them. */
import type { LogLevel } from '../logs/index.ts';
import type { Account } from '../process/accounts.ts';
import { Slot } from '../process/slot.ts';
import { ApplicationProcess } from './application-process.ts';
import { checkApplication } from './checks.ts';
import type { Tools } from './launch.ts';
import { RequestCount } from './request-count.ts';
import type { SocketFolder } from './socket-folder.ts';
import type { ApplicationSpec } from './spec.ts';
import type { ApplicationStatus } from './status.ts';

/** What an application needs of the gate it belongs to. */
export interface ApplicationHost {
  readonly folder: SocketFolder;
  readonly tools: Tools;
  /** Whom the workers run as. */
  readonly gate: Account;
  /** A line for the operator. */
  say(level: LogLevel, text: string): void;
  /** A line the application wrote. */
  note(text: string): void;
  /** Tells every worker where the application is from now on; resolves when they know. */
  announce(name: string, urls: readonly string[]): Promise<void>;
  /** An application of this name that comes later has not been announced yet. */
  forget(name: string): Promise<void>;
  /** What the workers have sent to addresses, and how much of it is under way. */
  load(): Promise<readonly AddressLoad[]>;
}

/** One address as one worker sees it. */
export interface AddressLoad {
  readonly pid: number;
  readonly url: string;
  /** Requests since the worker started. */
  readonly begun: number;
  readonly pending: number;
}

/** Time between looks at whether a process that leaves is still busy, in milliseconds. */
const DRAIN_LOOK = 100;
/** So many connections in a row that are not accepted, and a process counts as stuck. */
const STUCK_AFTER = 3;

export class Application {
  readonly #host: ApplicationHost;
  #spec: ApplicationSpec;
  readonly #slots: Slot<ApplicationProcess>[] = [];
  /** All that have not ended, those that leave included. */
  readonly #alive = new Set<ApplicationProcess>();
  readonly #refused = new Map<ApplicationProcess, number>();
  readonly #counts = new RequestCount();
  #restarts = 0;
  #isClosed = false;
  #onGone: (() => void) | undefined;

  constructor(spec: ApplicationSpec, host: ApplicationHost) {
    this.#spec = spec;
    this.#host = host;
  }

  get spec(): ApplicationSpec {
    return this.#spec;
  }

  get status(): ApplicationStatus {
    const { name, account, protocol } = this.#spec;
    return {
      name,
      ...account,
      protocol,
      restarts: this.#restarts,
      processes: [...this.#alive].map((one) => ({
        pid: one.pid,
        state: one.state,
        startedAt: one.startedAt,
        rss: one.rss,
        requests: one.url === undefined ? 0 : this.#counts.of(one.url),
        ...(one.url !== undefined && { url: one.url }),
      })),
    };
  }

  /** Starts the processes. */
  start(): void {
    while (this.#slots.length < this.#spec.processes) this.#slots.push(this.#newSlot());
    for (const slot of this.#slots) slot.bring();
  }

  /** From now on it is to run so: new processes serve before the old ones leave. */
  change(spec: ApplicationSpec): void {
    this.#spec = spec;
    for (const slot of this.#slots.splice(spec.processes)) slot.close();
    for (const slot of this.#slots) slot.bringAnew();
    this.start();
  }

  /** Ends all processes once they have answered what they have; at once with `isUrgent`. Resolves when they are gone. */
  async close(isUrgent: boolean): Promise<void> {
    this.#isClosed = true;
    void this.#host.forget(this.#spec.name);
    for (const slot of this.#slots.splice(0)) slot.close();
    if (isUrgent) for (const one of this.#alive) one.stop();
    if (this.#alive.size > 0) await new Promise<void>((resolve) => (this.#onGone = resolve));
    this.#host.folder.release(this.#spec.name);
  }

  /** Looks at every process: is it too old, too large, has it served enough, does it still accept connections? */
  look(load: readonly AddressLoad[]): void {
    this.#counts.take(load);
    const { maxAge, maxRss, maxRequests } = this.#spec;
    for (const slot of this.#slots) {
      const one = slot.serving;
      if (one?.url === undefined || slot.isReplacing) continue;
      const requests = this.#counts.of(one.url);
      let reason: string | undefined;
      if (maxAge > 0 && one.age > maxAge) reason = `it is ${Math.round(one.age / 1000)} s old`;
      else if (maxRequests > 0 && requests >= maxRequests) reason = `it has served ${requests} requests`;
      else if (maxRss > 0 && one.rss > maxRss) reason = `its memory is ${Math.round(one.rss / 1024 / 1024)} MiB`;
      if (reason === undefined) continue;
      this.#host.say('notice', `application ${this.#spec.name}: process ${one.pid} is replaced: ${reason}`);
      slot.bring();
    }
  }

  /** Kills processes that do not accept connections any more; others take their places. */
  async check(): Promise<void> {
    for (const slot of this.#slots) {
      const one = slot.serving;
      if (one === undefined) continue;
      const refusals = (await one.isAccepting()) ? 0 : (this.#refused.get(one) ?? 0) + 1;
      this.#refused.set(one, refusals);
      if (refusals < STUCK_AFTER || one.state !== 'serving') continue;
      this.#host.say(
        'error',
        `application ${this.#spec.name}: process ${one.pid} accepts no connections and is killed`,
      );
      one.kill();
    }
  }

  #newSlot(): Slot<ApplicationProcess> {
    return new Slot<ApplicationProcess>({
      kind: `process of application ${this.#spec.name}`,
      start: () => this.#startProcess(),
      retire: (one) => void this.#retire(one),
      say: (text) => this.#host.say('error', text),
    });
  }

  #startProcess(): ApplicationProcess {
    const spec = this.#spec;
    const { folder, tools, gate } = this.#host;
    const started = new ApplicationProcess(spec, folder.nextNumber(), folder, tools, {
      // Files may have changed since the last start.
      beforeStart: () => checkApplication(spec, gate),
      onServing: (one) => this.#onServing(one),
      onExit: (one) => this.#onExit(one),
      onLine: (line) => this.#host.note(`${spec.name}: ${line}`),
    });
    this.#alive.add(started);
    return started;
  }

  #onServing(one: ApplicationProcess): void {
    for (const slot of this.#slots) slot.onServing(one);
    void this.#announce();
  }

  #onExit(one: ApplicationProcess): void {
    this.#refused.delete(one);
    if (one.url !== undefined) this.#counts.forget(one.url);
    this.#alive.delete(one);
    if (this.#alive.size === 0) this.#onGone?.();
    if (one.endedUnasked && one.servedFor > 0) {
      this.#restarts++;
      this.#host.say('error', `application ${this.#spec.name}: process ${one.pid} ended by ${one.ending}`);
    }
    const wasWanted = this.#slots.map((slot) => slot.onExit(one)).includes(true);
    if (wasWanted) void this.#announce();
  }

  /** Lets a process answer what it has, and ends it. Never rejects. */
  async #retire(one: ApplicationProcess): Promise<void> {
    if (one.state === 'ended') return;
    one.leave();
    const { url } = one;
    const until = performance.now() + this.#spec.drain;
    await this.#announce();
    while (url !== undefined && one.state === 'leaving' && performance.now() < until) {
      const load = await this.#host.load();
      if (!load.some((seen) => seen.url === url && seen.pending > 0)) break;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK));
    }
    one.stop();
  }

  async #announce(): Promise<void> {
    if (this.#isClosed) return;
    const urls = this.#slots.map((slot) => slot.serving?.url).filter((url) => url !== undefined);
    await this.#host.announce(this.#spec.name, urls);
  }
}
