/**
 * The base protocol of the Language Server Protocol (3.17): a header with `Content-Length`, an empty line, so many bytes of
 * JSON.
 */

/** A message longer than this is no editor's; without a bound a broken header would make us collect for ever. */
const MAX_MESSAGE = 64 * 1024 * 1024;
const MAX_HEADER = 8 * 1024;
const HEADER_END = Buffer.from('\r\n\r\n');

/** The stream is not what the protocol says; there is no way to find the next message. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** Puts messages together from the pieces a stream delivers. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes the current message needs; undefined while its header is read. */
  #wanted: number | undefined;

  /** Messages that are complete now, as text. Throws {@link FramingError}. */
  push(piece: Buffer): readonly string[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: string[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): string | undefined {
    if (this.#wanted === undefined) this.#wanted = this.#readHeader();
    if (this.#wanted === undefined || this.#length < this.#wanted) return undefined;
    const body = this.#take(this.#wanted);
    this.#wanted = undefined;
    return body.toString('utf8');
  }

  #readHeader(): number | undefined {
    const buffer = this.#whole();
    const end = buffer.indexOf(HEADER_END);
    if (end === -1) {
      if (buffer.length > MAX_HEADER) throw new FramingError('the header of a message has no end');
      return undefined;
    }
    const header = this.#take(end + HEADER_END.length).toString('latin1');
    const length = Number(/^content-length:[ \t]*(\d{1,10})[ \t]*$/im.exec(header)?.[1]);
    if (Number.isNaN(length) || length > MAX_MESSAGE) throw new FramingError('a message has no usable Content-Length');
    return length;
  }

  #take(length: number): Buffer {
    const whole = this.#whole();
    this.#pieces = [whole.subarray(length)];
    this.#length = whole.length - length;
    return whole.subarray(0, length);
  }

  #whole(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] ?? Buffer.alloc(0);
  }
}

export function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
}
