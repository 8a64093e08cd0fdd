import type { IncomingMessage } from 'node:http';
import { ERRORS, GateError } from '../errors.ts';
import { countStreamed } from './streamed-garbage.ts';

export interface IntakeLimits {
  /** Bytes of body at most; 0 means no limit. */
  readonly maxBody: number;
  /** Milliseconds of silence at most. */
  readonly idle: number;
}

/** What a consumer of a body is told. After `onEnd` or `onError` nothing more comes. */
export interface IntakeListener {
  onChunk(chunk: Buffer): void;
  onEnd(): void;
  onError(error: GateError): void;
}

/**
 * The one reader of a client's body: counts it, watches the clock while the client is the one to wait for, and tells an
 * abort from an end. Starts paused.
 */
export class BodyIntake {
  readonly #request: IncomingMessage;
  readonly #limits: IntakeLimits;
  #listener: IntakeListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #received: number;
  #isOver = false;

  constructor(request: IncomingMessage, limits: IntakeLimits, received = 0) {
    this.#request = request;
    this.#limits = limits;
    this.#received = received;
  }

  get received(): number {
    return this.#received;
  }

  start(listener: IntakeListener): void {
    this.#listener = listener;
    const request = this.#request;
    if (request.readableEnded) {
      this.#end();
      return;
    }
    if (request.destroyed) {
      this.#fail(new GateError(ERRORS.clientGone));
      return;
    }
    request.on('data', this.#onData).on('end', this.#end).on('error', this.#onAbort).on('close', this.#onAbort);
    this.#timer = setTimeout(this.#onIdle, this.#limits.idle);
    request.resume();
  }

  pause(): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#request.pause();
  }

  resume(): void {
    if (this.#isOver || this.#listener === undefined) return;
    this.#timer ??= setTimeout(this.#onIdle, this.#limits.idle);
    this.#request.resume();
  }

  /** Stops listening and leaves the request paused for the next reader. */
  detach(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#request
      .off('data', this.#onData)
      .off('end', this.#end)
      .off('error', this.#onAbort)
      .off('close', this.#onAbort);
    this.#request.on('error', ignore);
    this.#request.pause();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#timer?.refresh();
    this.#received += chunk.length;
    countStreamed(chunk.length);
    const { maxBody } = this.#limits;
    if (maxBody > 0 && this.#received > maxBody)
      this.#fail(new GateError(ERRORS.bodyTooLarge, `more than ${maxBody} bytes`));
    else this.#listener?.onChunk(chunk);
  };

  readonly #end = (): void => {
    if (this.#isOver) return;
    this.detach();
    this.#listener?.onEnd();
  };

  readonly #onAbort = (): void => {
    this.#fail(new GateError(ERRORS.clientGone));
  };

  readonly #onIdle = (): void => {
    this.#fail(new GateError(ERRORS.bodyTimeout, `${this.#received} bytes had come`));
  };

  #fail(error: GateError): void {
    if (this.#isOver) return;
    this.detach();
    this.#listener?.onError(error);
  }
}

/** An abort after we stopped reading is seen on the response; here it must not become an uncaught error. */
function ignore(): void {}
