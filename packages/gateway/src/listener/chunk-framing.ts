/** The framing of a chunked body (RFC 9112 §7.1), read strictly and without looking at the data. */
import { trimBlanks } from './header-text.ts';
import { isFieldByte, isToken } from './raw-head.ts';

/** Hexadecimal digits of a chunk size: 4 GiB. Zeros in front count, as other readers may stop at some number of them. */
const STRICT_DIGITS = 8;
const LENIENT_DIGITS = 16;
/** How much of one body may be what is no data. */
export interface FramingLimits {
  /** Bytes of all extensions together. */
  readonly extensions: number;
  /** Bytes of all trailers together. */
  readonly trailers: number;
}

/** For each extension the sender pays bytes and gets nothing. Trailers are bounded by the parser that reads the same bytes. */
const OF_REQUESTS: FramingLimits = { extensions: 16 * 1024, trailers: Number.POSITIVE_INFINITY };

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const COLON = 0x3a;

type State =
  | 'size'
  | 'extension'
  | 'size-end'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer'
  | 'name'
  | 'value'
  | 'line-end'
  | 'end';

export class ChunkFraming {
  readonly #isLenient: boolean;
  readonly #limits: FramingLimits;
  #state: State = 'size';
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;
  #line = '';
  /** Lines of trailers, without their ends; undefined where nobody wants them. */
  readonly #lines: string[] | undefined;
  #complaint: string | undefined;
  #isComplete = false;

  /**
   * Leniently: longer sizes pass, and extensions do, up to 16 KiB of them where `limits` says nothing else. `keepsTrailers`: they are asked
   * for when the body is over.
   */
  constructor(isLenient: boolean, limits: FramingLimits = OF_REQUESTS, keepsTrailers = false) {
    this.#isLenient = isLenient;
    this.#limits = limits;
    this.#lines = keepsTrailers ? [] : undefined;
  }

  /** What is wrong, once something is. */
  get complaint(): string | undefined {
    return this.#complaint;
  }

  /** Names and values in turn, byte strings. */
  get trailers(): readonly string[] {
    return (this.#lines ?? []).flatMap((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), trimBlanks(line.slice(colon + 1))];
    });
  }

  /** Last chunk and trailers have come. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads on from `from`, data included. Gives where it stopped: behind the body, or at the end of what there is. */
  read(bytes: Buffer, from: number): number {
    let at = this.readFraming(bytes, from);
    while (this.#state === 'data' && at < bytes.length) {
      const skipped = Math.min(this.#size, bytes.length - at);
      this.skipData(skipped);
      at = this.readFraming(bytes, at + skipped);
    }
    return at;
  }

  /** As `read`, but stops where data begin. */
  readFraming(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#state !== 'data' && !this.#isComplete && this.#complaint === undefined) {
      this.#step(bytes[at] as number);
      at++;
    }
    return at;
  }

  /** Bytes of data that come next; 0 where there is none. */
  get dataLeft(): number {
    return this.#state === 'data' ? this.#size : 0;
  }

  /** Says that so many bytes of the data are read, at most `dataLeft`. */
  skipData(count: number): void {
    if (count === 0) return;
    this.#size -= count;
    if (this.#size === 0) this.#state = 'data-cr';
  }

  #step(code: number): void {
    switch (this.#state) {
      case 'size':
        this.#readSize(code);
        break;
      case 'extension':
        if (code === CR) this.#state = 'size-end';
        else if (!isFieldByte(code)) this.#complaint = 'chunk extension with control bytes';
        else if (++this.#extensionBytes > this.#limits.extensions) this.#complaint = 'too many chunk extensions';
        break;
      case 'size-end':
        if (code !== LF) this.#complaint = 'chunk size without line end';
        else if (this.#size === 0) this.#state = 'trailer';
        else this.#state = 'data';
        break;
      case 'data-cr':
        this.#expect(code, CR, 'data-lf');
        break;
      case 'data-lf':
        this.#digits = 0;
        this.#expect(code, LF, 'size');
        break;
      case 'trailer':
        this.#takeTrailer(code);
        if (code === CR) this.#state = 'end';
        else if (isToken(code)) this.#state = 'name';
        else this.#complaint = 'trailer that is no header line';
        break;
      case 'name':
        this.#takeTrailer(code);
        if (code === COLON) this.#state = 'value';
        else if (!isToken(code)) this.#complaint = 'trailer name that is not a token';
        break;
      case 'value':
        this.#takeTrailer(code);
        if (code === CR) this.#state = 'line-end';
        else if (!isFieldByte(code)) this.#complaint = 'trailer with control bytes';
        break;
      case 'line-end':
        this.#expect(code, LF, 'trailer');
        break;
      case 'end':
        this.#isComplete = true;
        if (code !== LF) this.#complaint = 'body without its last line end';
        break;
      case 'data':
        break;
    }
  }

  /** Any byte of trailers but the last of a line end. */
  #takeTrailer(code: number): void {
    if (++this.#trailerBytes > this.#limits.trailers) this.#complaint = 'too many trailers';
    if (this.#lines === undefined) return;
    if (code !== CR) this.#line += String.fromCharCode(code);
    else if (this.#line !== '') this.#lines.push(this.#line);
    if (code === CR) this.#line = '';
  }

  #readSize(code: number): void {
    const digit = hexDigit(code);
    if (digit >= 0) {
      this.#digits++;
      this.#size = this.#size * 16 + digit;
      const most = this.#isLenient ? LENIENT_DIGITS : STRICT_DIGITS;
      if (this.#digits > most || !Number.isSafeInteger(this.#size))
        this.#complaint = `chunk size of more than ${most} digits`;
    } else if (this.#digits === 0) {
      this.#complaint = 'chunk without a size';
    } else if (code === CR) {
      this.#state = 'size-end';
    } else if (code === SEMICOLON && this.#isLenient) {
      this.#state = 'extension';
    } else {
      this.#complaint = code === SEMICOLON ? 'chunk extension' : 'chunk size with other bytes than digits';
    }
  }

  #expect(code: number, wanted: number, next: State): void {
    if (code === wanted) this.#state = next;
    else this.#complaint = 'chunk without its line end';
  }
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
