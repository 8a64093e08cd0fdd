import { Trouble } from '../trouble.ts';
import type { LogHealth, LogLevel } from '../types.ts';

/** Time before the second attempt, in milliseconds; it doubles with every further one. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** How long closing waits for an end that answers slowly, in milliseconds. */
const LAST_WAIT = 3000;

export interface Entry {
  readonly text: string;
  readonly level: LogLevel;
}

/** The other end has refused these entries for good: sending them again would give the same answer. */
export class RefusedEntries extends Error {
  override readonly name = 'RefusedEntries';
}

/** The other end is busy and has said when to come again. */
export class ComeAgain extends Error {
  override readonly name = 'ComeAgain';
  /** In milliseconds. */
  readonly after: number;

  constructor(message: string, after: number) {
    super(message);
    this.after = after;
  }
}

export interface DeliveryOptions {
  readonly name: string;
  /** Bytes of queued entries; further ones are dropped and counted. */
  readonly maxPendingBytes: number;
  /** Most entries and bytes handed over at once. A longer entry goes alone. */
  readonly batchEntries: number;
  readonly batchBytes: number;
  /** Milliseconds entries wait for others to be sent with them. */
  readonly gatherFor: number;
  /** Hands over a batch. Rejects when it has to be tried again, with `RefusedEntries` when that is pointless. */
  readonly deliver: (batch: readonly Entry[], signal: AbortSignal) => Promise<void>;
  readonly complain: (text: string) => void;
}

/** Entries on their way to a server: bounded, in order, with growing pauses between attempts while it is away. */
export class DeliveryQueue {
  readonly #options: DeliveryOptions;
  readonly #trouble: Trouble;
  readonly #abort = new AbortController();
  #queue: Entry[] = [];
  /** Bytes queued or being delivered. */
  #pendingBytes = 0;
  #delivered = 0;
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;
  #isWaitingToRetry = false;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#trouble = new Trouble(options.name, options.complain, 'reach');
  }

  get health(): LogHealth {
    const { dropped, failures } = this.#trouble;
    return { file: this.#options.name, written: this.#delivered, dropped, failures };
  }

  get isStuck(): boolean {
    return this.#isWaitingToRetry || this.#pendingBytes * 2 > this.#options.maxPendingBytes;
  }

  append(text: string, level: LogLevel = 'info'): void {
    if (this.#isClosed) return;
    if (this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#trouble.drop(1);
      return;
    }
    this.#queue.push({ text, level });
    this.#pendingBytes += text.length;
    if (this.#running !== undefined || this.#isWaitingToRetry) return;
    if (this.#queue.length >= this.#options.batchEntries) this.#runSoon(0);
    else if (this.#timer === undefined) this.#runSoon(this.#options.gatherFor);
  }

  async flush(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const tooLong = setTimeout(() => this.#abort.abort(new Error('the gate is stopping')), LAST_WAIT);
    await this.flush();
    clearTimeout(tooLong);
    clearTimeout(this.#timer);
    if (this.#queue.length > 0) this.#trouble.drop(this.#queue.length);
    this.#queue = [];
  }

  #runSoon(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), after);
    // A server that is away must not keep a stopped process alive; `close` waits for what matters.
    this.#timer.unref();
  }

  /** Never rejects. */
  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWaitingToRetry = false;
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #deliverAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#options.deliver(batch, this.#abort.signal);
        this.#delivered += batch.length;
      } catch (error) {
        if (!(error instanceof RefusedEntries)) {
          this.#retryLater(error);
          return;
        }
        this.#trouble.failed(error);
        this.#trouble.drop(batch.length);
        this.#take(batch);
        continue;
      }
      this.#take(batch);
      this.#attempts = 0;
      this.#trouble.recovered();
    }
  }

  #nextBatch(): readonly Entry[] {
    const { batchEntries, batchBytes } = this.#options;
    let count = 0;
    let size = 0;
    while (count < this.#queue.length && count < batchEntries) {
      size += this.#queue[count]!.text.length;
      if (count > 0 && size > batchBytes) break;
      count++;
    }
    return this.#queue.slice(0, count);
  }

  #take(batch: readonly Entry[]): void {
    this.#queue = this.#queue.slice(batch.length);
    for (const { text } of batch) this.#pendingBytes -= text.length;
  }

  #retryLater(error: unknown): void {
    this.#trouble.failed(error);
    if (this.#isClosed) return;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#attempts++, LONGEST_PAUSE);
    this.#isWaitingToRetry = true;
    // Many gates that lost the same server must not all come back in the same moment.
    this.#runSoon(error instanceof ComeAgain ? error.after : pause * (0.5 + Math.random() / 2));
  }
}
