import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Exchange } from '../../proxy/exchange.ts';
import type { FrontResponse } from '../front.ts';

/** Headers that speak of a connection; in HTTP/2 they make a message malformed (RFC 9113 §8.2.2). */
const OF_CONNECTIONS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** The answer of one stream as the proxy gives it. */
export class StreamResponse implements FrontResponse {
  exchange: Exchange | undefined;
  sendDate = true;
  headersSent = false;
  readonly #stream: ServerHttp2Stream;
  readonly #onWrite: (bytes: number) => void;
  #written = 0;
  /** Set where trailers may come. */
  #trailers: OutgoingHttpHeaders | undefined;

  /** `onWrite` is told how many bytes of body go out. */
  constructor(stream: ServerHttp2Stream, onWrite: (bytes: number) => void) {
    this.#stream = stream;
    this.#onWrite = onWrite;
    stream.on('finish', () => {
      // What the client still sends is not wanted (RFC 9113 §8.1); it may have its answer all the same.
      if (!stream.endAfterHeaders && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  }

  /** Bytes of body so far. */
  get written(): number {
    return this.#written;
  }

  /** Of them, those that have not gone out. */
  get waiting(): number {
    return this.#stream.destroyed ? 0 : this.#stream.writableLength;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  /** Node counts a stream that the client took back as finished too. */
  get writableFinished(): boolean {
    return this.#stream.writableFinished && !this.#stream.aborted;
  }

  writeHead(status: number, reasonOrHeaders: string | string[], headers?: string[]): void {
    if (this.#stream.destroyed || this.headersSent) return;
    this.headersSent = true;
    const list = typeof reasonOrHeaders === 'string' ? (headers ?? []) : reasonOrHeaders;
    const options = { sendDate: this.sendDate, waitForTrailers: this.#trailers !== undefined };
    this.#stream.respond(fieldsOf(status, list), options as object);
  }

  expectTrailers(): void {
    this.#trailers = {};
    this.#stream.once('wantTrailers', () => {
      if (!this.#stream.destroyed) this.#stream.sendTrailers(this.#trailers ?? {});
    });
  }

  addTrailers(fields: readonly [name: string, value: string][]): void {
    if (this.#trailers !== undefined) this.#trailers = Object.fromEntries(fields);
  }

  writeContinue(): void {
    if (!this.#stream.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
  }

  /** The head goes out as soon as it is written. */
  flushHeaders(): void {}

  write(chunk: Buffer): boolean {
    if (this.#stream.writableEnded || this.#stream.destroyed) return true;
    this.#onWrite(chunk.length);
    this.#written += chunk.length;
    return this.#stream.write(chunk);
  }

  end(chunk?: Buffer | string, encoding?: 'latin1'): void {
    if (this.#stream.writableEnded || this.#stream.destroyed) return;
    this.#onWrite(chunk?.length ?? 0);
    this.#written += chunk?.length ?? 0;
    if (typeof chunk === 'string') this.#stream.end(chunk, encoding ?? 'latin1');
    else this.#stream.end(chunk);
  }

  on(event: 'close' | 'finish' | 'drain', listener: () => void): this {
    this.#stream.on(event, listener);
    return this;
  }

  once(event: 'close' | 'finish' | 'drain', listener: () => void): this {
    this.#stream.once(event, listener);
    return this;
  }
}

/** Names in lower case; repeated ones as lists. */
function fieldsOf(status: number, list: readonly string[]): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = { __proto__: null as never, ':status': status };
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = (list[at] as string).toLowerCase();
    const value = list[at + 1] as string;
    if (OF_CONNECTIONS.has(name)) continue;
    const earlier = fields[name];
    if (earlier === undefined) fields[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else if (!SINGLE.has(name)) fields[name] = [String(earlier), value];
  }
  return fields;
}

/** Of these Node sends one only, and refuses a list; the first counts, as for most clients. */
const SINGLE: ReadonlySet<string> = new Set([
  'age',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
]);
