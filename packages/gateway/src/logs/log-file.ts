import { constants, fstat, type Stats, write } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { LogBatch } from './log-batch.ts';
import type { LogSink } from './sink.ts';
import { takeBack } from './take-back.ts';
import { Trouble } from './trouble.ts';
import type { LogHealth } from './types.ts';

/** Bytes handed to the system at once. */
const BATCH_BYTES = 1 << 20;
/** So many bytes wait for no others. */
const GATHER_BYTES = 1 << 16;
/** So many bytes, and no more, stay together where several processes write to one pipe (`PIPE_BUF` of Linux). */
const PIPE_BYTES = 4096;
/** Time between attempts at a file that cannot be written, in milliseconds. */
const RETRY_AFTER = 1000;
/** The same for a FIFO whose reader is slow. */
const RETRY_FULL_PIPE_AFTER = 50;
/** How often a file is looked at to see whether it was moved or removed, in milliseconds. */
const LOOK_AFTER = 1000;

/** Append only; a FIFO without a reader fails at once instead of holding a thread (regular files do not care). */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

export interface LogFileOptions {
  /** A path, or the number of an open descriptor such as 2. */
  readonly target: string | number;
  readonly mode: number;
  readonly maxPendingBytes: number;
  /** Milliseconds between the beginnings of two writes, at least; absent: lines wait no longer than one turn of the event loop. */
  readonly gatherFor?: number;
  readonly complain: (text: string) => void;
}

/**
 * A file that lines are appended to, in order, without ever waiting for the disk. Lines of one turn of the event loop go out in
 * one write, so a line is never torn by other processes that append to the same file; where lines are many, those of a little
 * longer do. A pipe gets no more at once than stays together there. When writing fails, what was not written stays queued up to a
 * bound and is tried again; the rest is dropped and counted. (A `WriteStream` would be dead for good after the first ENOSPC.) The half
 * of a line that a full disk still took is taken back, as others may write next.
 */
export class LogFile implements LogSink {
  readonly #options: LogFileOptions;
  readonly #trouble: Trouble;
  #handle: FileHandle | undefined;
  #identity = '';
  #queue: string[] = [];
  /** What is being written, or was left over by a failed write. */
  #batch: LogBatch | undefined;
  /** Bytes a single write may have; found out when the file is opened. */
  #writeBytes = Number.POSITIVE_INFINITY;
  #pendingBytes = 0;
  #written = 0;
  #running: Promise<void> | undefined;
  #scheduled: NodeJS.Immediate | undefined;
  #gathering: NodeJS.Timeout | undefined;
  /** When the last write began. */
  #wroteAt = Number.NEGATIVE_INFINITY;
  #retry: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #isClosed = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#trouble = new Trouble(this.name, options.complain);
  }

  get name(): string {
    const { target } = this.#options;
    return typeof target === 'string' ? target : target === 2 ? 'standard error' : `descriptor ${target}`;
  }

  get health(): LogHealth {
    const { dropped, failures } = this.#trouble;
    return { file: this.name, written: this.#written, dropped, failures };
  }

  get isStuck(): boolean {
    return (this.#trouble.isBroken && this.#hasPending) || this.#pendingBytes * 2 > this.#options.maxPendingBytes;
  }

  /** Queues one line; the line end is added here. */
  append(line: string): void {
    this.appendText(`${line}\n`);
  }

  /** Queues text that ends in a line end and must stay together. */
  appendText(text: string): void {
    if (this.#isClosed) return;
    if (this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#trouble.drop(1);
      return;
    }
    this.#queue.push(text);
    this.#pendingBytes += text.length;
    this.#schedule();
  }

  /** Resolves when what is queued now was written, or a write failed. */
  async flush(): Promise<void> {
    this.#unschedule();
    await this.#running;
    await this.#run();
  }

  /** Writes what is queued to the old file, then opens the path anew (log rotation). */
  async reopen(): Promise<void> {
    await this.flush();
    await this.#release();
    await this.#run();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#retry);
    if (this.#hasPending) this.#trouble.drop(this.#queue.length + (this.#batch?.left ?? 0));
    await this.#release();
  }

  get #hasPending(): boolean {
    return this.#queue.length > 0 || this.#batch !== undefined;
  }

  #schedule(): void {
    if (this.#scheduled !== undefined || this.#running !== undefined || this.#retry !== undefined) return;
    if (this.#pendingBytes < GATHER_BYTES) {
      if (this.#gathering !== undefined) return;
      const { gatherFor = 0 } = this.#options;
      const rest = this.#wroteAt + gatherFor - performance.now();
      if (rest > 0) {
        this.#gathering = setTimeout(this.#write, rest);
        return;
      }
    }
    this.#scheduled = setImmediate(this.#write);
  }

  readonly #write = (): void => {
    this.#unschedule();
    void this.#run();
  };

  #unschedule(): void {
    clearImmediate(this.#scheduled);
    clearTimeout(this.#gathering);
    this.#scheduled = undefined;
    this.#gathering = undefined;
  }

  /** Writes until the queue is empty or a write fails. Never rejects. */
  #run(): Promise<void> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#hasPending && !this.#isClosed) this.#schedule();
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    this.#wroteAt = performance.now();
    try {
      while (this.#hasPending) {
        const descriptor = await this.#open();
        const batch = (this.#batch ??= this.#takeBatch());
        while (batch.left > 0) {
          const count = await writeSome(descriptor, batch.next(this.#writeBytes));
          this.#pendingBytes -= count;
          this.#written += batch.take(count);
        }
        this.#batch = undefined;
        this.#trouble.recovered();
      }
    } catch (error) {
      // A full pipe is no trouble yet, and must stay open: its reader would take a close for the end.
      const isFullPipe = (error as NodeJS.ErrnoException).code === 'EAGAIN';
      if (!isFullPipe || this.#isClosed) {
        this.#trouble.failed(error);
        await this.#takeHalfBack();
        await this.#release();
      }
      if (!this.#isClosed) this.#tryLater(isFullPipe ? RETRY_FULL_PIPE_AFTER : RETRY_AFTER);
    }
  }

  #takeBatch(): LogBatch {
    let count = 0;
    let size = 0;
    while (count < this.#queue.length && (count === 0 || size < BATCH_BYTES)) size += this.#queue[count++]!.length;
    const lines = count === this.#queue.length ? this.#queue : this.#queue.slice(0, count);
    this.#queue = count === this.#queue.length ? [] : this.#queue.slice(count);
    return new LogBatch(lines);
  }

  #tryLater(after: number): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      void this.#run();
    }, after);
    this.#retry.unref();
  }

  async #open(): Promise<number> {
    const { target, mode } = this.#options;
    if (typeof target === 'number') {
      this.#writeBytes = bytesAtOnce(await statOf(target));
      return target;
    }
    if (this.#handle !== undefined && !(await this.#isStillThere(target))) await this.#release();
    if (this.#handle === undefined) {
      this.#handle = await open(target, FLAGS, mode);
      const stats = await this.#handle.stat();
      const identity = identityOf(stats);
      // In another file nothing has begun.
      if (identity !== this.#identity) this.#pendingBytes += this.#batch?.rewind() ?? 0;
      this.#identity = identity;
      this.#writeBytes = bytesAtOnce(stats);
      this.#lookedAt = performance.now();
    }
    return this.#handle.fd;
  }

  /** Whether the path still leads to the open file: after a rotation or an `rm` lines would go nowhere. */
  async #isStillThere(path: string): Promise<boolean> {
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_AFTER) return true;
    this.#lookedAt = now;
    try {
      return identityOf(await stat(path)) === this.#identity;
    } catch {
      return false;
    }
  }

  async #takeHalfBack(): Promise<void> {
    const { target } = this.#options;
    const [handle, batch] = [this.#handle, this.#batch];
    if (handle === undefined || batch === undefined || typeof target === 'number') return;
    if (await takeBack(handle, target, batch.half)) this.#pendingBytes += batch.rewind();
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      await handle?.close();
    } catch (error) {
      this.#trouble.failed(error);
    }
  }
}

const statOf = promisify(fstat);

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

function bytesAtOnce(stats: Stats): number {
  return stats.isFile() ? Number.POSITIVE_INFINITY : PIPE_BYTES;
}

function writeSome(descriptor: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
