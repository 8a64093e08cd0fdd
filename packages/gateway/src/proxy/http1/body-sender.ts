/** A streamed body on its way to an application, no faster than the application takes it. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { errors } from 'undici';
import { BodyStream } from '../body-stream.ts';
import { release } from '../streamed-garbage.ts';

/** A body that is not at hand as a whole. */
export interface StreamedBody {
  readonly stream: Readable;
  /** Bytes that were announced; undefined: it goes in chunks. */
  readonly length: number | undefined;
  /** Lines behind the last chunk, each with its end; asked for when the body is over. */
  trailers(): string;
}

/** Bytes that are at hand go out so many at a time; then it is seen whether the application takes them. */
const AT_ONCE = 256 * 1024;
const NOTHING = Buffer.alloc(0);

export interface SenderEvents {
  /** Something went out, or waits to. */
  onProgress(): void;
  onSent(): void;
  onFailed(cause: Error): void;
}

export class BodySender {
  readonly #body: StreamedBody;
  readonly #socket: Socket;
  readonly #events: SenderEvents;
  #sent = 0;
  #isBlocked = false;
  #isOver = false;

  /** Begins to send. A body of another length than was announced fails. */
  constructor(body: StreamedBody, socket: Socket, events: SenderEvents) {
    this.#body = body;
    this.#socket = socket;
    this.#events = events;
    const { stream, length } = body;
    stream.on('error', this.#fail).on('close', this.#close);
    const whole = stream instanceof BodyStream && length !== undefined ? stream.takeWhole(length) : undefined;
    if (whole === undefined) stream.on('data', this.#send).on('end', this.#end);
    else this.#sendWhole(whole, 0);
    // It may have been given up while a connection was made; then it says nothing any more.
    if (stream.destroyed) process.nextTick(this.#close);
  }

  /** The application does not read; otherwise it is the client that is waited for. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isOver = true;
    this.#body.stream.destroy();
  }

  /** Without the events of a stream, and many chunks in one call of the system. */
  #sendWhole(chunks: readonly Buffer[], from: number): void {
    let at = from;
    this.#isBlocked = true;
    this.#socket.cork();
    for (let bytes = 0; at < chunks.length && bytes < AT_ONCE; at++) {
      const chunk = chunks[at] as Buffer;
      bytes += chunk.length;
      this.#sent += chunk.length;
      this.#write(chunk);
    }
    // Behind all of them: the socket is done with one write after the other.
    this.#socket.write(NOTHING, (error) => {
      if (error != null || this.#isOver) return;
      this.#events.onProgress();
      if (at < chunks.length) this.#sendWhole(chunks, at);
      else this.#endWhole();
    });
    this.#socket.uncork();
  }

  #endWhole(): void {
    this.#isBlocked = false;
    this.#end();
    // What it held is gone, and no longer counts.
    this.#body.stream.destroy();
  }

  readonly #send = (chunk: Buffer): void => {
    if (this.#isOver || chunk.length === 0) return;
    const { length, stream } = this.#body;
    this.#sent += chunk.length;
    if (length !== undefined && this.#sent > length) {
      this.#fail(new errors.RequestContentLengthMismatchError());
      return;
    }
    const isFlowing = length === undefined ? this.#writeChunk(chunk) : this.#write(chunk);
    this.#events.onProgress();
    if (isFlowing) return;
    this.#isBlocked = true;
    stream.pause();
    this.#socket.once('drain', () => {
      this.#isBlocked = false;
      if (this.#isOver) return;
      this.#events.onProgress();
      stream.resume();
    });
  };

  #writeChunk(chunk: Buffer): boolean {
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#write(chunk);
    const isFlowing = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return isFlowing;
  }

  /** Nobody but the socket has the chunk any more, and that is done with it when it says so. */
  #write(chunk: Buffer): boolean {
    return this.#socket.write(chunk, (error) => {
      if (error == null) release(chunk);
    });
  }

  readonly #end = (): void => {
    if (this.#isOver) return;
    const { length, trailers } = this.#body;
    if (length !== undefined && this.#sent < length) {
      this.#fail(new errors.RequestContentLengthMismatchError());
      return;
    }
    this.#isOver = true;
    if (length === undefined) this.#socket.write(`0\r\n${trailers()}\r\n`, 'latin1');
    this.#events.onSent();
  };

  readonly #close = (): void => {
    // An error is expensive to make, and every stream is closed.
    if (this.#isOver) return;
    this.#fail(this.#body.stream.errored ?? new errors.InformationalError('the body was given up'));
  };

  readonly #fail = (cause: Error): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFailed(cause);
  };
}
