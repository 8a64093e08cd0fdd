/**
 * Node's parser is strict about most of what ends one request and begins the next, but takes more than it tells: blank lines and
 * several spaces in a request line, chunk sizes with any number of zeros, chunk extensions. This reads the same bytes beside it and
 * says what is wrong with them. It learns of heads from the parser, so there is one opinion on where requests begin.
 */
import type { Socket } from 'node:net';
import { release } from '../proxy/streamed-garbage.ts';
import { ChunkFraming } from './chunk-framing.ts';
import { complaintAboutHead, type ParsedHead } from './raw-head.ts';

export interface WireRules {
  /** The parser runs leniently: everything it would have refused by itself is checked here. */
  readonly isLenient: boolean;
}

const NOTHING = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');

export class WireWatch {
  readonly #rules: WireRules;
  readonly #onBadBody: (complaint: string) => void;
  /** What came last, and how much of it is understood. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  /** Bytes of a body that are still to come. */
  #left = 0;
  #chunks: ChunkFraming | undefined;
  #isOver = false;
  #isSpoilt = false;

  /** `onBadBody` is called at most once, before the parser gets the bytes, and it will not get them: see `#spoil`. */
  constructor(socket: Socket, rules: WireRules, onBadBody: (complaint: string) => void) {
    this.#rules = rules;
    this.#onBadBody = onBadBody;
    socket.prependListener('data', this.#take);
    // The parser has taken over the socket's handle, past its events. Asking for `data` makes it give the handle back.
    socket.on('data', this.#release);
  }

  /** Nothing that still comes is a request. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Bytes have come that belong to no request yet. */
  get hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  /** What has come and belongs to no request yet: of a head that the parser refuses, all of it, however it was divided. */
  get unread(): Buffer {
    return this.#bytes.subarray(this.#at);
  }

  /** To be called when a request must be the last one. */
  end(): void {
    this.#isOver = true;
  }

  /** Stops watching, for connections that leave HTTP. */
  detach(socket: Socket): void {
    this.#isOver = true;
    socket.off('data', this.#take).off('data', this.#release);
    this.#bytes = NOTHING;
  }

  /** To be called for every head, while the parser is at its end. Gives what is wrong with it, or with the body so far. */
  onHead(head: ParsedHead): string | undefined {
    const start = this.#at;
    const end = this.#bytes.indexOf(HEAD_END, start);
    const complaint =
      end < 0
        ? 'line ends other than CR LF'
        : complaintAboutHead(this.#bytes, start, end + 2, head, this.#rules.isLenient);
    if (complaint !== undefined) {
      this.#isOver = true;
      return complaint;
    }
    this.#at = end + HEAD_END.length;
    if (head.isChunked) this.#chunks = new ChunkFraming(this.#rules.isLenient);
    else this.#left = head.contentLength;
    return this.#skipBody();
  }

  readonly #take = (chunk: Buffer): void => {
    if (this.#isSpoilt) chunk.fill(0);
    if (this.#isOver) return;
    // A head that came in pieces is kept whole; the parser bounds how long it may become.
    this.#bytes = this.#at < this.#bytes.length ? Buffer.concat([this.#bytes.subarray(this.#at), chunk]) : chunk;
    this.#at = 0;
    const complaint = this.#skipBody();
    if (complaint === undefined) return;
    this.#spoil();
    this.#onBadBody(complaint);
  };

  /**
   * Behind the parser, which has copied what it hands on. In the middle of a body nobody else holds what the socket handed out; left to the
   * collector it would grow old where a client waits for the disk.
   */
  readonly #release = (chunk: Buffer): void => {
    const isWithinBody = this.#left > 0 || this.#chunks !== undefined;
    if (isWithinBody && !this.#isOver && !this.#isSpoilt && this.#bytes === NOTHING) release(chunk);
  };

  /** A body that is refused half-way must not become whole: in place of the rest the parser gets bytes that it refuses. */
  #spoil(): void {
    this.#isSpoilt = true;
    this.#bytes.fill(0, this.#at - 1);
    this.#bytes = NOTHING;
    this.#at = 0;
  }

  #skipBody(): string | undefined {
    if (this.#left > 0) {
      const skipped = Math.min(this.#left, this.#bytes.length - this.#at);
      this.#left -= skipped;
      this.#at += skipped;
    } else if (this.#chunks !== undefined) {
      this.#at = this.#chunks.read(this.#bytes, this.#at);
      const { complaint, isComplete } = this.#chunks;
      if (complaint !== undefined) {
        this.#isOver = true;
        return complaint;
      }
      if (isComplete) this.#chunks = undefined;
    }
    // Nothing is held on to between requests.
    if (this.#at === this.#bytes.length) {
      this.#bytes = NOTHING;
      this.#at = 0;
    }
    return undefined;
  }
}
