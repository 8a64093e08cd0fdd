import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { FrontConnection, FrontRequest } from '../front.ts';

/** What the pseudo-headers and fields of one stream say. */
export interface StreamHead {
  readonly method: string;
  readonly path: string;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  /** Names and values in turn, `host` among them, pseudo-headers not. */
  readonly rawHeaders: string[];
  /** `:authority` and `host` disagree. */
  readonly hasTwoHosts: boolean;
}

/**
 * Puts a header list of HTTP/2 into the form of HTTP/1: `:authority` becomes `host` (RFC 9113 §8.3.1), crumbs of cookies are joined
 * (§8.2.3).
 */
export function streamHead(raw: readonly string[]): StreamHead {
  const pseudo = new Map<string, string>();
  const rawHeaders: string[] = [];
  let host: string | undefined;
  let cookieAt = -1;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    const value = raw[at + 1] as string;
    if (name.startsWith(':')) pseudo.set(name, value);
    else if (name === 'cookie' && cookieAt >= 0) rawHeaders[cookieAt + 1] += `; ${value}`;
    else {
      if (name === 'cookie') cookieAt = rawHeaders.length;
      if (name === 'host') host = value;
      rawHeaders.push(name, value);
    }
  }
  const authority = pseudo.get(':authority');
  if (authority !== undefined && host === undefined) rawHeaders.unshift('host', authority);
  return {
    method: pseudo.get(':method') ?? '',
    path: pseudo.get(':path') ?? '',
    scheme: pseudo.get(':scheme'),
    authority,
    rawHeaders,
    hasTwoHosts: authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase(),
  };
}

/** The request of one stream as the proxy takes it. */
export class StreamRequest implements FrontRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion = '2.0';
  readonly rawHeaders: readonly string[];
  readonly socket: FrontConnection;
  readonly #stream: ServerHttp2Stream;
  #trailers: readonly string[] = [];

  constructor(stream: ServerHttp2Stream, head: StreamHead, connection: Socket, cancel: () => void) {
    this.#stream = stream;
    this.method = head.method;
    this.url = head.path;
    this.rawHeaders = head.rawHeaders;
    const { remoteAddress, remotePort, localAddress, localPort } = connection;
    stream.once('trailers', (_fields: unknown, _flags: unknown, raw: readonly string[] | undefined) => {
      this.#trailers = raw ?? [];
    });
    this.socket = { remoteAddress, remotePort, localAddress, localPort, connection, destroy: cancel };
  }

  get rawTrailers(): readonly string[] {
    return this.#trailers;
  }

  get complete(): boolean {
    return this.#stream.endAfterHeaders || this.#stream.readableEnded;
  }

  get readableEnded(): boolean {
    return this.#stream.readableEnded;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  on(event: string, listener: (argument: never) => void): this {
    this.#stream.on(event, listener as () => void);
    return this;
  }

  once(event: string, listener: () => void): this {
    this.#stream.once(event, listener);
    return this;
  }

  off(event: string, listener: (argument: never) => void): this {
    this.#stream.off(event, listener as () => void);
    return this;
  }

  pause(): this {
    this.#stream.pause();
    return this;
  }

  resume(): this {
    this.#stream.resume();
    return this;
  }
}
