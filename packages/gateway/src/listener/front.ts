/** What the proxy needs to know of a request and its answer, whatever version of HTTP the client speaks. */
import type { Socket } from 'node:net';
import type { Exchange } from '../proxy/exchange.ts';

/** The client's connection, or with HTTP/2 its stream: destroying it touches no other exchange. */
export interface FrontConnection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Of a stream: the connection it came by. */
  readonly connection?: Socket;
  /** Stops reading, where nobody else reads from the same connection. */
  pause?(): unknown;
  resume?(): unknown;
  destroy(): unknown;
}

/** Node's `IncomingMessage` is one. */
export interface FrontRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  /** By name in lower case; empty until the body is over. */
  readonly trailers?: Readonly<Record<string, string | undefined>>;
  /** Trailers as they came, names and values in turn, byte strings; empty until the body is over. */
  readonly rawTrailers?: readonly string[];
  /** The whole request has come. */
  readonly complete: boolean;
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  readonly socket: FrontConnection;
  on(event: 'data', listener: (chunk: Buffer) => void): this;
  on(event: 'end' | 'close', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  once(event: 'end' | 'close', listener: () => void): this;
  off(event: 'data', listener: (chunk: Buffer) => void): this;
  off(event: 'end' | 'close', listener: () => void): this;
  off(event: 'error', listener: (error: Error) => void): this;
  pause(): this;
  resume(): this;
  /** All that has come and nobody has taken; absent where a body is only heard of by events. */
  read?(): Buffer | null;
}

/** `GateResponse`, which is Node's `ServerResponse`, is one. */
export interface FrontResponse {
  /** The way back to the exchange, so that event listeners need no closure per request. */
  exchange: Exchange | undefined;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  /** Whether the connection may serve another request; absent where that is not up to the answer. */
  readonly shouldKeepAlive?: boolean;
  /** Off where the answer brings a Date of its own. */
  sendDate: boolean;
  /** `headers`: names and values in turn. */
  writeHead(status: number, headers: string[]): unknown;
  writeHead(status: number, reason: string, headers: string[]): unknown;
  /** Of what Node would add by itself. */
  removeHeader?(name: string): void;
  /** Before the head, where trailers may come; HTTP/1 has to know nothing. */
  expectTrailers?(): void;
  /** Before the end. */
  addTrailers?(fields: readonly [name: string, value: string][]): void;
  writeContinue(): void;
  flushHeaders(): void;
  /** False when the client is slower than the answer; `drain` says when it has caught up. */
  write(chunk: Buffer): boolean;
  end(chunk?: Buffer): unknown;
  end(text: string, encoding: 'latin1'): unknown;
  on(event: 'close' | 'finish' | 'drain', listener: () => void): this;
  once(event: 'close' | 'finish' | 'drain', listener: () => void): this;
}
