import { ERRORS, GateError } from '../errors.ts';
import type { FrontRequest } from '../listener/front.ts';
import { Pace, type PaceLimit } from '../listener/slow-clients/pace.ts';
import type { StopWatching, TimerWheel, Watched } from '../listener/slow-clients/timer-wheel.ts';

export interface IntakeLimits {
  /** Bytes of body at most; 0 means no limit. */
  readonly maxBody: number;
  /** Milliseconds of silence at most. */
  readonly idle: number;
  /** How slow it may be. */
  readonly pace: PaceLimit;
  /** Whether it is taken at once where it is all there; a chunked one stays a stream. */
  readonly atOnce: boolean;
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
export class BodyIntake implements Watched {
  readonly #request: FrontRequest;
  readonly #limits: IntakeLimits;
  #listener: IntakeListener | undefined;
  readonly #wheel: TimerWheel;
  #pace: Pace | undefined;
  #stopWatching: StopWatching | undefined;
  #received: number;
  #isPaused = false;
  /** The request has given all it had. */
  #isTaken = false;
  #isOver = false;

  constructor(request: FrontRequest, limits: IntakeLimits, wheel: TimerWheel, received = 0) {
    this.#request = request;
    this.#wheel = wheel;
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
    if (this.#limits.atOnce && request.complete && request.read !== undefined) {
      this.#takeAll(request.read());
      return;
    }
    request.on('data', this.#onData).on('end', this.#end).on('error', this.#onAbort).on('close', this.#onAbort);
    const { pace, idle } = this.#limits;
    this.#pace = new Pace(pace, this.#wheel.now, idle);
    this.#stopWatching = this.#wheel.watch(this, this.#pace.deadline);
    request.resume();
  }

  /** What small bodies are: all there before anybody asks. There is no event to wait for then, and no clock to watch. */
  #takeAll(body: Buffer | null): void {
    this.#isTaken = true;
    if (body !== null) this.#onData(body);
    if (!this.#isPaused) this.#end();
  }

  pause(): void {
    if (this.#isOver) return;
    this.#isPaused = true;
    this.#pace?.pause(this.#wheel.now);
    this.#request.pause();
    // Otherwise the parser would go on until the request holds another 64 KiB.
    this.#request.socket.pause?.();
  }

  resume(): void {
    if (this.#isOver || this.#listener === undefined) return;
    this.#isPaused = false;
    this.#pace?.resume(this.#wheel.now);
    if (this.#isTaken) {
      this.#end();
      return;
    }
    this.#request.resume();
    this.#request.socket.resume?.();
  }

  /** Stops listening and leaves the request paused for the next reader. */
  detach(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#isTaken) {
      // Whoever paused it is not going to read on.
      this.#request.socket.resume?.();
      return;
    }
    this.#stopWatching?.();
    this.#request
      .off('data', this.#onData)
      .off('end', this.#end)
      .off('error', this.#onAbort)
      .off('close', this.#onAbort);
    this.#request.on('error', ignore);
    this.#request.pause();
    this.#request.socket.resume?.();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#pace?.take(chunk.length, this.#wheel.now);
    this.#received += chunk.length;
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

  check(now: number): number | undefined {
    const pace = this.#pace;
    if (this.#isOver || pace === undefined) return undefined;
    const { deadline } = pace;
    if (now < deadline) return Math.min(deadline, now + this.#limits.idle);
    if (pace.isSilent) this.#fail(new GateError(ERRORS.bodyTimeout, `${this.#received} bytes had come`));
    else this.#fail(new GateError(ERRORS.bodyTooSlow, pace.describe(now)));
    return undefined;
  }

  #fail(error: GateError): void {
    if (this.#isOver) return;
    this.detach();
    this.#listener?.onError(error);
  }
}

/** An abort after we stopped reading is seen on the response; here it must not become an uncaught error. */
function ignore(): void {}
