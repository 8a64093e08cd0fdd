/** Reads a part of a file as fast as it is taken. */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ERRORS, GateError } from '../../errors.ts';
import type { ByteRange } from './byte-range.ts';

export interface FileTaker {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFailed(cause: Error): void;
}

/** Bytes read at once. */
const CHUNK = 64 * 1024;

export class FileSender {
  readonly #stream: Readable;

  /** Reads nothing before `resume`. The handle is closed at the end, whatever it is. */
  constructor(handle: FileHandle, { first, last }: ByteRange, taker: FileTaker) {
    let missing = last - first + 1;
    this.#stream = handle.createReadStream({ start: first, end: last, highWaterMark: CHUNK });
    this.#stream.pause();
    this.#stream
      .on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        taker.onData(chunk);
      })
      .on('end', () => {
        // Its length has been announced.
        if (missing > 0)
          taker.onFailed(new GateError(ERRORS.upstreamFailed, 'a file became shorter while it was sent'));
        else taker.onEnd();
      })
      .on('error', (cause) => taker.onFailed(cause));
    // Listening for data makes a stream flow.
    this.#stream.pause();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Lets go of the file. */
  stop(): void {
    this.#stream.destroy();
  }
}
