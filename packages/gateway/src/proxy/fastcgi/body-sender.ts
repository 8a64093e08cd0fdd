/** The body of a request on its way to the application, no faster than the application takes it. */
import type { Readable } from 'node:stream';
import { errors } from 'undici';
import type { Connection } from './connection.ts';
import { MAX_CONTENT, RECORD, recordHeader } from './records.ts';

export interface SenderEvents {
  /** Something went out, or waits to. */
  onProgress(): void;
  onSent(): void;
  onFailed(cause: Error): void;
}

export class BodySender {
  readonly #body: Readable;
  readonly #length: number;
  readonly #connection: Connection;
  readonly #events: SenderEvents;
  #sent = 0;
  #isBlocked = false;
  #isOver = false;

  /** Begins to send. `length`: bytes that were announced; a body of another length fails. */
  constructor(body: Readable, length: number, connection: Connection, events: SenderEvents) {
    this.#body = body;
    this.#length = length;
    this.#connection = connection;
    this.#events = events;
    body.on('data', (chunk: Buffer) => this.#send(chunk));
    body.on('end', () => this.#end());
    body.on('error', (cause) => this.#fail(cause));
  }

  /** The application does not read; otherwise it is the client that is waited for. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isOver = true;
    this.#body.destroy();
  }

  #send(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#sent += chunk.length;
    if (this.#sent > this.#length) {
      this.#fail(new errors.RequestContentLengthMismatchError());
      return;
    }
    let isFlowing = true;
    this.#connection.cork();
    for (let at = 0; at < chunk.length; at += MAX_CONTENT) {
      const part = chunk.subarray(at, at + MAX_CONTENT);
      this.#connection.write(recordHeader(RECORD.stdin, part.length));
      isFlowing = this.#connection.write(part);
    }
    this.#connection.uncork();
    this.#events.onProgress();
    if (isFlowing) return;
    this.#isBlocked = true;
    this.#body.pause();
    this.#connection.onDrain(() => {
      this.#isBlocked = false;
      this.#events.onProgress();
      this.#body.resume();
    });
  }

  #end(): void {
    if (this.#isOver) return;
    if (this.#sent < this.#length) {
      this.#fail(new errors.RequestContentLengthMismatchError());
      return;
    }
    this.#isOver = true;
    this.#connection.write(recordHeader(RECORD.stdin, 0));
    this.#events.onSent();
  }

  #fail(cause: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFailed(cause);
  }
}
