/** One place that is to be served at all times: by a process, while its replacement is on the way. */
import { BackOff } from './back-off.ts';

/** A process that can take a place. */
export interface Replaceable {
  /** Why it did not come to serve, one line each. */
  readonly failure: readonly string[];
  /** Milliseconds it has served. */
  readonly servedFor: number;
  /** Somebody else has killed it: no fault of its own. */
  readonly wasKilledFromOutside: boolean;
  kill(): void;
}

export interface SlotOptions<P extends Replaceable> {
  /** What the processes are called: `worker`. */
  readonly kind: string;
  /** Starts a process as it is wanted now. */
  readonly start: () => P;
  /** Lets a process go that has a replacement. */
  readonly retire: (process: P) => void;
  readonly say: (text: string) => void;
}

export class Slot<P extends Replaceable> {
  readonly #options: SlotOptions<P>;
  readonly #backOff = new BackOff();
  #serving: P | undefined;
  #coming: P | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SlotOptions<P>) {
    this.#options = options;
  }

  /** Those that belong to it now, the one that serves first. */
  get workers(): readonly P[] {
    return [this.#serving, this.#coming].filter((one) => one !== undefined);
  }

  get serving(): P | undefined {
    return this.#serving;
  }

  get isReplacing(): boolean {
    return this.#coming !== undefined || this.#timer !== undefined;
  }

  /** Starts a worker that takes the place of the one there is, if any; does nothing while one is on the way. */
  bring(): void {
    if (this.#isClosed || this.isReplacing) return;
    this.#coming = this.#options.start();
  }

  /** Like `bring`, but what is on the way, of an older generation, is not waited for. */
  bringAnew(): void {
    if (this.#isClosed) return;
    this.#dropComing();
    this.bring();
  }

  /** Gives the place to a worker that serves already. */
  adopt(worker: P): void {
    this.#dropComing();
    this.#install(worker);
  }

  /** A worker has begun to serve. Whether it belongs here. */
  onServing(worker: P): boolean {
    if (worker !== this.#coming) return false;
    this.#coming = undefined;
    this.#install(worker);
    return true;
  }

  /** A worker has ended. Whether it belonged here. */
  onExit(worker: P): boolean {
    if (worker === this.#coming) {
      this.#coming = undefined;
      for (const line of worker.failure) this.#options.say(line);
      this.#bringLater(this.#backOff.delayAfter(0));
      return true;
    }
    if (worker !== this.#serving) return false;
    this.#serving = undefined;
    if (this.isReplacing) return true;
    // One that was killed from outside is no sign of a crash that would come again.
    if (worker.wasKilledFromOutside) this.bring();
    else this.#bringLater(this.#backOff.delayAfter(worker.servedFor));
    return true;
  }

  /** Gives the place up. */
  close(): void {
    this.#isClosed = true;
    this.#dropComing();
    if (this.#serving !== undefined) this.#options.retire(this.#serving);
    this.#serving = undefined;
  }

  #install(worker: P): void {
    const earlier = this.#serving;
    this.#serving = worker;
    if (earlier !== undefined) this.#options.retire(earlier);
  }

  #dropComing(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const coming = this.#coming;
    this.#coming = undefined;
    coming?.kill();
  }

  #bringLater(delay: number): void {
    if (this.#isClosed) return;
    this.#options.say(`the next ${this.#options.kind} is started in ${delay / 1000} s`);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.bring();
    }, delay);
  }
}
