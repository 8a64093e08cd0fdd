import { Readable } from 'node:stream';
import { ERRORS, GateError } from '../errors.ts';
import type { BodyIntake, IntakeListener } from './body-intake.ts';
import { type BodyRewrite, withoutReplaced } from './rewrite.ts';
import type { Spool } from './spool.ts';

const READ_BYTES = 64 * 1024;

/**
 * A request body on its way to the upstream: first what rules put in place of its beginning, then what was held back, then what
 * the client still sends.
 */
export class BodyStream extends Readable implements IntakeListener {
  readonly #held: Spool | undefined;
  readonly #live: BodyIntake | undefined;
  #instead: Buffer | undefined;
  #position = 0;
  #isLive = false;
  #isTouched = false;

  constructor(held: Spool | undefined, live: BodyIntake | undefined, rewrite?: BodyRewrite) {
    super({ highWaterMark: READ_BYTES });
    this.#held = held;
    this.#live = live;
    // An exchange may be over before anybody listens here; what ended it has been told elsewhere.
    this.on('error', ignore);
    this.#instead = rewrite?.before;
    this.#position = rewrite?.replaced ?? 0;
  }

  /** Somebody has begun to read it, or has given it up. */
  get isTouched(): boolean {
    return this.#isTouched || this.destroyed;
  }

  /**
   * All of it, for one who sends it as it is: where it is nothing but `length` bytes in memory, and nobody has begun to read. They are
   * accounted for until the stream is destroyed.
   */
  takeWhole(length: number): readonly Buffer[] | undefined {
    const isOnlyHeld = this.#live === undefined && this.#instead === undefined && this.#position === 0;
    if (this.isTouched || !isOnlyHeld || this.#held?.size !== length) return undefined;
    const { chunks } = this.#held;
    if (chunks !== undefined) this.#isTouched = true;
    return chunks;
  }

  override _read(): void {
    this.#isTouched = true;
    if (this.#instead !== undefined) this.#pushInstead(this.#instead);
    else if (this.#isLive) this.#live?.resume();
    else if (this.#held !== undefined && this.#position < this.#held.size) this.#readHeld(this.#held);
    else this.#goLive();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#live?.detach();
    if (this.#held === undefined) done(error);
    else this.#held.close().then(() => done(error), done);
  }

  onChunk(chunk: Buffer): void {
    if (!this.push(chunk)) this.#live?.pause();
  }

  onEnd(): void {
    this.push(null);
  }

  onError(error: GateError): void {
    this.destroy(error);
  }

  #pushInstead(bytes: Buffer): void {
    this.#instead = undefined;
    // An empty chunk would not make anybody read on.
    if (bytes.length > 0) this.push(bytes);
    else this._read();
  }

  #readHeld(held: Spool): void {
    const { chunks } = held;
    if (chunks !== undefined) {
      const rest = withoutReplaced(chunks, this.#position);
      this.#position = held.size;
      for (const chunk of rest) this.push(chunk);
      return;
    }
    held.read(this.#position, READ_BYTES).then(
      (chunk) => {
        this.#position += chunk.length;
        if (chunk.length > 0) this.push(chunk);
        else this.destroy(new GateError(ERRORS.spoolFailed, 'the file is shorter than what was written'));
      },
      (cause: unknown) => this.destroy(new GateError(ERRORS.spoolFailed, (cause as Error).message, cause)),
    );
  }

  #goLive(): void {
    this.#isLive = true;
    if (this.#live === undefined) this.push(null);
    else this.#live.start(this);
  }
}

function ignore(): void {}
