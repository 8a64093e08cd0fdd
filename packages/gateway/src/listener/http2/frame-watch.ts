/**
 * Reads the frames of one client beside Node's HTTP/2, which throws header fields with forbidden bytes away without a word and has no
 * limit on frames that cost the sender nothing. This counts both.
 */
import { countFields } from './header-block.ts';

export interface FrameLimits {
  /** Bytes of one header block, all its frames together. */
  readonly headerBlock: number;
  /** RST_STREAM frames within a window. */
  readonly resets: number;
  /** Frames that carry no request within a window. */
  readonly controlFrames: number;
}

/** Milliseconds. */
const WINDOW = 10_000;
/** A client may answer this many bytes with a WINDOW_UPDATE. */
const BYTES_PER_UPDATE = 1024;
/** Header blocks come in few frames: Node's own limit for its answers is the same. */
const MAX_CONTINUATIONS = 16;

/** RFC 9113 §3.4: what a client says first. */
const PREFACE_BYTES = 24;
const FRAME_HEAD_BYTES = 9;

const DATA = 0x0;
const HEADERS = 0x1;
const RST_STREAM = 0x3;
const CONTINUATION = 0x9;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

export class FrameWatch {
  readonly #limits: FrameLimits;
  readonly #now: () => number;
  readonly #head: Buffer = Buffer.alloc(FRAME_HEAD_BYTES);
  #preface = PREFACE_BYTES;
  #headBytes = 0;
  /** Bytes of the payload of the current frame that are still to come. */
  #left = 0;
  #type = 0;
  #flags = 0;
  #stream = 0;
  /** The header block under way, and its frames. */
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #continuations = 0;
  /** Padding and priority of a HEADERS frame; they belong to no block. */
  #payload: Buffer[] = [];
  readonly #fields = new Map<number, number>();
  #windowStart: number;
  #resets = 0;
  #controlFrames = 0;
  #earned = 0;
  #complaint: string | undefined;

  constructor(limits: FrameLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
    this.#windowStart = now();
  }

  /** What the client does wrong; the connection is to be closed then. */
  get complaint(): string | undefined {
    return this.#complaint;
  }

  /** How many fields the header block that opened a stream had. To be asked in the order of streams; earlier ones are forgotten. */
  fieldsOf(stream: number): number | undefined {
    const count = this.#fields.get(stream);
    for (const earlier of this.#fields.keys()) {
      if (earlier > stream) break;
      this.#fields.delete(earlier);
    }
    return count;
  }

  /** Bytes of a body have gone out: the client has reason to open its windows again. */
  earn(bytes: number): void {
    this.#earned += 2 + bytes / BYTES_PER_UPDATE;
  }

  read(chunk: Buffer): void {
    let at = Math.min(this.#preface, chunk.length);
    this.#preface -= at;
    while (at < chunk.length && this.#complaint === undefined) {
      if (this.#left > 0) {
        const end = Math.min(at + this.#left, chunk.length);
        if (this.#type === HEADERS || this.#type === CONTINUATION) this.#payload.push(chunk.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#endFrame();
        continue;
      }
      this.#head[this.#headBytes++] = chunk[at++] as number;
      if (this.#headBytes === FRAME_HEAD_BYTES) this.#beginFrame();
    }
  }

  #beginFrame(): void {
    this.#headBytes = 0;
    this.#left = this.#head.readUIntBE(0, 3);
    this.#type = this.#head[3] as number;
    this.#flags = this.#head[4] as number;
    this.#stream = this.#head.readUInt32BE(5) & 0x7fffffff;
    this.#payload = [];
    this.#renewWindow();
    switch (this.#type) {
      case HEADERS:
        this.#fragments = [];
        this.#fragmentBytes = 0;
        this.#continuations = 0;
        break;
      case CONTINUATION:
        if (++this.#continuations > MAX_CONTINUATIONS) this.#complaint = 'a header block in too many frames';
        break;
      case RST_STREAM:
        if (++this.#resets > this.#limits.resets) this.#complaint = `more than ${this.#limits.resets} resets in 10 s`;
        break;
      case DATA:
        if (this.#left === 0) this.#countControl();
        break;
      default:
        this.#countControl();
    }
    if (this.#left === 0) this.#endFrame();
  }

  #countControl(): void {
    const { controlFrames } = this.#limits;
    if (++this.#controlFrames > controlFrames + this.#earned)
      this.#complaint = `more than ${controlFrames} control frames in 10 s`;
  }

  #renewWindow(): void {
    const now = this.#now();
    if (now - this.#windowStart < WINDOW) return;
    this.#windowStart = now;
    this.#resets = 0;
    this.#controlFrames = 0;
    this.#earned = 0;
  }

  #endFrame(): void {
    if (this.#type !== HEADERS && this.#type !== CONTINUATION) return;
    const payload = this.#payload.length === 1 ? (this.#payload[0] as Buffer) : Buffer.concat(this.#payload);
    this.#payload = [];
    const fragment = this.#type === HEADERS ? withoutFraming(payload, this.#flags) : payload;
    this.#fragmentBytes += fragment.length;
    if (this.#fragmentBytes > this.#limits.headerBlock) {
      this.#complaint = `a header block of more than ${this.#limits.headerBlock} bytes`;
      return;
    }
    this.#fragments.push(fragment);
    if ((this.#flags & END_HEADERS) === 0) return;
    const count = countFields(Buffer.concat(this.#fragments));
    this.#fragments = [];
    if (count === undefined) this.#complaint = 'a header block that ends within a field';
    else if (!this.#fields.has(this.#stream)) this.#fields.set(this.#stream, count);
    // Trailers, and blocks that Node refuses, are never asked for; the oldest make room.
    if (this.#fields.size > this.#limits.controlFrames) this.#fields.delete(this.#fields.keys().next().value as number);
  }
}

/** RFC 9113 §6.2: padding around the fragment, and a priority before it. */
function withoutFraming(payload: Buffer, flags: number): Buffer {
  const padding = flags & PADDED ? (payload[0] ?? 0) : 0;
  const start = (flags & PADDED ? 1 : 0) + (flags & PRIORITY ? 5 : 0);
  return payload.subarray(start, Math.max(start, payload.length - padding));
}
