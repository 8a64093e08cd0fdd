/** A streamed body on its way to an application, no faster than the application takes it. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { errors } from 'undici';
import { release } from '../streamed-garbage.ts';

/** A body that is not at hand as a whole. */
export interface StreamedBody {
  readonly stream: Readable;
  /** Bytes that were announced; undefined: it goes in chunks. */
  readonly length: number | undefined;
  /** Lines behind the last chunk, each with its end; asked for when the body is over. */
  trailers(): string;
}

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
    body.stream.on('data', this.#send).on('end', this.#end).on('error', this.#fail).on('close', this.#close);
    // It may have been given up while a connection was made; then it says nothing any more.
    if (body.stream.destroyed) process.nextTick(this.#close);
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
    this.#fail(this.#body.stream.errored ?? new errors.InformationalError('the body was given up'));
  };

  readonly #fail = (cause: Error): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFailed(cause);
  };
}
