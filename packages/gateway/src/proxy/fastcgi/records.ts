/**
 * Records of FastCGI 1.0: a header of eight bytes (version, type, request id, length of the content, length of the padding), then
 * the content. A stream is a row of records of one type and ends with an empty one. One request runs on a connection at a time, so
 * the request id is always 1.
 */

export const RECORD = {
  begin: 1,
  abort: 2,
  end: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
} as const;

export type RecordType = (typeof RECORD)[keyof typeof RECORD];

/** The most content one record can have. */
export const MAX_CONTENT = 65_535;
const HEADER_BYTES = 8;
const VERSION = 1;
const REQUEST_ID = 1;
const ROLE_RESPONDER = 1;
const KEEP_CONNECTION = 1;

/** Begins a request. `keeps`: the application leaves the connection open behind it. */
export function beginRequest(keeps: boolean): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + 8);
  writeHeader(bytes, 0, RECORD.begin, 8);
  bytes.writeUInt16BE(ROLE_RESPONDER, HEADER_BYTES);
  bytes[HEADER_BYTES + 2] = keeps ? KEEP_CONNECTION : 0;
  return bytes;
}

/** The header of a record; the content follows without padding. `length`: at most `MAX_CONTENT`. */
export function recordHeader(type: RecordType, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES);
  writeHeader(bytes, 0, type, length);
  return bytes;
}

/** A whole stream in records, with the empty one that ends it. */
export function streamRecords(type: RecordType, content: Buffer): Buffer {
  const full = Math.ceil(content.length / MAX_CONTENT);
  const bytes = Buffer.allocUnsafe(content.length + (full + 1) * HEADER_BYTES);
  let at = 0;
  for (let from = 0; from < content.length; from += MAX_CONTENT) {
    const length = Math.min(MAX_CONTENT, content.length - from);
    at = writeHeader(bytes, at, type, length);
    at += content.copy(bytes, at, from, from + length);
  }
  writeHeader(bytes, at, type, 0);
  return bytes;
}

/** Names and values (byte strings, in turn) as the content of a PARAMS stream: lengths below 128 take one byte, others four. */
export function namesAndValues(list: readonly string[]): Buffer {
  let size = 0;
  for (const text of list) size += text.length + (text.length < 0x80 ? 1 : 4);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (let index = 0; index + 1 < list.length; index += 2) {
    const name = list[index] as string;
    const value = list[index + 1] as string;
    at = writeLength(bytes, at, name.length);
    at = writeLength(bytes, at, value.length);
    at += bytes.write(name, at, 'latin1');
    at += bytes.write(value, at, 'latin1');
  }
  return bytes;
}

/** A part of the content of a record, or all of it. */
export interface Piece {
  readonly type: number;
  readonly content: Buffer;
  /** Length of the content of the whole record: 0 ends a stream. */
  readonly recordLength: number;
}

/** The other side broke the protocol. */
export class RecordError extends Error {}

/**
 * Takes records apart as their bytes come, wherever they are split. Contents of streams are handed out at once, without copies;
 * other records when they are complete.
 */
export class RecordReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #type = 0;
  #length = 0;
  /** Bytes of the content that have not come yet; -1 outside of records. */
  #left = -1;
  #padding = 0;

  /** Bytes it has and nobody has taken. */
  get isEmpty(): boolean {
    return this.#left < 0 && this.#padding === 0 && this.#at === this.#bytes.length;
  }

  /** More bytes; only when `next` had nothing to give. */
  feed(chunk: Buffer): void {
    const rest = this.#bytes.length - this.#at;
    this.#bytes = rest === 0 ? chunk : Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** The next piece; undefined when more bytes are needed. Throws `RecordError`. */
  next(): Piece | undefined {
    if (this.#left < 0 && !this.#readHeader()) return undefined;
    const available = this.#bytes.length - this.#at;
    const isStream = this.#type === RECORD.stdout || this.#type === RECORD.stderr;
    if (this.#left > 0 && (available === 0 || (!isStream && available < this.#left))) return undefined;
    const take = Math.min(this.#left, available);
    const content = this.#bytes.subarray(this.#at, this.#at + take);
    this.#at += take;
    this.#left -= take;
    const piece = { type: this.#type, content, recordLength: this.#length };
    if (this.#left === 0) this.#left = -1;
    return piece;
  }

  #readHeader(): boolean {
    const skipped = Math.min(this.#padding, this.#bytes.length - this.#at);
    this.#padding -= skipped;
    this.#at += skipped;
    if (this.#padding > 0 || this.#bytes.length - this.#at < HEADER_BYTES) return false;
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] !== VERSION) throw new RecordError(`version ${bytes[at]} of a record`);
    this.#type = bytes[at + 1] as number;
    const id = bytes.readUInt16BE(at + 2);
    if (id !== REQUEST_ID) throw new RecordError(`a record for request ${id}`);
    this.#length = bytes.readUInt16BE(at + 4);
    this.#left = this.#length;
    this.#padding = bytes[at + 6] as number;
    this.#at += HEADER_BYTES;
    return true;
  }
}

/** Gives the position behind the header. */
function writeHeader(bytes: Buffer, at: number, type: RecordType, length: number): number {
  bytes[at] = VERSION;
  bytes[at + 1] = type;
  bytes.writeUInt16BE(REQUEST_ID, at + 2);
  bytes.writeUInt16BE(length, at + 4);
  bytes[at + 6] = 0;
  bytes[at + 7] = 0;
  return at + HEADER_BYTES;
}

function writeLength(bytes: Buffer, at: number, length: number): number {
  if (length < 0x80) {
    bytes[at] = length;
    return at + 1;
  }
  return bytes.writeUInt32BE(length + 0x80000000, at);
}
