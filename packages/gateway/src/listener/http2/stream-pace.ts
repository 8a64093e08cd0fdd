import { Pace, type PaceLimit } from '../slow-clients/pace.ts';
import type { Watched } from '../slow-clients/timer-wheel.ts';

/** Milliseconds between two looks at a stream. */
const CHECK_INTERVAL = 500;

/** The answer of a stream, as far as its pace goes. */
export interface PacedStream {
  /** Bytes of the answer so far. */
  readonly written: number;
  /** Of them, those the client has given no leave to send, or that its connection has no room for. */
  readonly waiting: number;
}

/**
 * How fast a client takes the answer of one stream. The connection shows nothing of it: a client that never opens the window of a
 * stream (RFC 9113 §5.2) takes everything else at once.
 */
export class StreamPace implements Watched {
  readonly #stream: PacedStream;
  readonly #limit: () => PaceLimit;
  readonly #onTooSlow: (text: string) => void;
  /** Set while bytes wait. */
  #pace: Pace | undefined;
  #sent = 0;

  constructor(stream: PacedStream, limit: () => PaceLimit, onTooSlow: (text: string) => void) {
    this.#stream = stream;
    this.#limit = limit;
    this.#onTooSlow = onTooSlow;
  }

  check(now: number): number | undefined {
    const { written, waiting } = this.#stream;
    if (waiting === 0) {
      this.#pace = undefined;
      return now + CHECK_INTERVAL;
    }
    const sent = written - waiting;
    if (this.#pace === undefined) {
      const limit = this.#limit();
      this.#pace = new Pace(limit, now, limit.time > 0 ? limit.time : Number.POSITIVE_INFINITY);
    } else {
      this.#pace.take(sent - this.#sent, now);
    }
    this.#sent = sent;
    if (now < this.#pace.deadline) return Math.min(now + CHECK_INTERVAL, this.#pace.deadline);
    this.#onTooSlow(this.#pace.describe(now));
    return undefined;
  }
}
