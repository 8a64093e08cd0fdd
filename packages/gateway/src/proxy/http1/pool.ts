/** The connections to one address that speaks HTTP/1.1, behind the interface of undici. */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type buildConnector, Dispatcher, errors } from 'undici';
import { AfterReading } from '../../after-reading.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { parseLength } from '../../listener/header-text.ts';
import { TimerWheel } from '../../listener/slow-clients/timer-wheel.ts';
import { Cohort } from '../cohort.ts';
import type { FastCgiOptions } from '../fastcgi/request.ts';
import type { StreamedBody } from './body-sender.ts';
import { ClientConnection, type ConnectionHost } from './connection.ts';
import { DirectRequest } from './direct-request.ts';
import { requestHead } from './request-head.ts';

/** Where connections lead to, as undici's connectors take it. */
export type Destination = Omit<buildConnector.Options, 'localAddress' | 'socketPath' | 'httpSocket'>;

export interface DirectPoolOptions {
  readonly url: string;
  readonly destination: Destination;
  readonly config: UpstreamConfig;
  readonly connect: buildConnector.connector;
  /** For requests that leave HTTP. */
  readonly others: Dispatcher;
}

/**
 * Sends requests on connections of its own. How many there are at once is limited by the upstream, which counts requests. What leaves
 * HTTP goes to undici.
 */
export class DirectPool extends Dispatcher implements ConnectionHost {
  readonly url: string;
  readonly config: UpstreamConfig;
  readonly wheel: TimerWheel = new TimerWheel();
  readonly cohort: Cohort = new Cohort(() => this.#running <= 1);
  readonly #destination: Destination;
  readonly #connect: buildConnector.connector;
  readonly #others: Dispatcher;
  /** The one that was used last is taken first. */
  readonly #idle: ClientConnection[] = [];
  /** Requests for which there may be an idle connection. */
  readonly #waiting = new AfterReading<DirectRequest>((request) => this.#serve(request));
  #running = 0;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor({ url, destination, config, connect, others }: DirectPoolOptions) {
    super();
    this.url = url;
    this.config = config;
    this.#destination = destination;
    this.#connect = connect;
    this.#others = others;
  }

  /** Throws undici's `InvalidArgumentError` for a request that cannot be sent as it is. */
  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { method, path, body = null } = options;
    // Only lists come here, names and values in turn.
    const headers = options.headers as readonly string[];
    const isKnown = body === null || Buffer.isBuffer(body) || body instanceof Readable;
    if (!isKnown || options.upgrade || method === 'CONNECT' || !Array.isArray(headers))
      return this.#others.dispatch(options, handler);
    if (this.#isClosed) throw new errors.ClientClosedError();
    const sent =
      body instanceof Readable ? streamed(body, options) : body === null || body.length === 0 ? undefined : body;
    const head = requestHead({
      method,
      path,
      headers,
      bodyLength: sent === undefined ? 0 : sent.length,
      host: this.#destination.host ?? this.#destination.hostname,
    });
    const text = { method, head, body: sent };
    this.#running++;
    const request = new DirectRequest(text, handler, this.#onOver);
    // What an idle connection may have been sent out of turn is read first, and the connection given up for it.
    if (this.#idle.length === 0) this.#open(request);
    else this.#waiting.add(request);
    return true;
  }

  onFree(connection: ClientConnection): void {
    if (this.#isClosed) connection.discard();
    else this.#idle.push(connection);
  }

  onClosed(connection: ClientConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** Resolves when running requests are over. */
  override async close(): Promise<void> {
    this.#end();
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#others.close();
  }

  /** Takes no more requests and closes idle connections; those under way go on to their end. */
  override async destroy(): Promise<void> {
    this.#end();
    await this.#others.destroy();
  }

  #end(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.splice(0)) connection.discard();
  }

  readonly #onOver = (): void => {
    this.#running--;
    if (this.#running === 0) this.#onIdle?.();
  };

  #serve(request: DirectRequest): void {
    let connection = this.#idle.pop();
    while (connection !== undefined && !connection.isOpen) connection = this.#idle.pop();
    if (connection === undefined) this.#open(request);
    else this.#send(request, connection);
  }

  #open(request: DirectRequest): void {
    this.#connect(this.#destination, (...[error, socket]) => {
      if (error !== null) request.fail(error);
      else this.#send(request, new ClientConnection(socket as Socket, this));
    });
  }

  #send(request: DirectRequest, connection: ClientConnection): void {
    try {
      request.handler.onRequestStart?.(request, {});
    } catch (cause) {
      request.abort(cause as Error);
    }
    if (request.aborted) this.onFree(connection);
    else connection.send(request);
  }
}

/** Trailers as they go out; names and values are checked before they come here. */
function linesOf(trailers: readonly string[]): string {
  let lines = '';
  for (let at = 0; at + 1 < trailers.length; at += 2) lines += `${trailers[at]}: ${trailers[at + 1]}\r\n`;
  return lines;
}

/** As long as the headers say, or in chunks. */
function streamed(stream: Readable, options: FastCgiOptions): StreamedBody {
  const headers = options.headers as readonly string[];
  let length: number | undefined;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === 'content-length') length = parseLength(headers[at + 1] as string);
  }
  return { stream, length, trailers: () => linesOf(options.trailers?.() ?? []) };
}
