/** One request to an application, from the choice of the script to the end of the answer. It speaks to its handler as undici does. */
import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { ERRORS, GateError } from '../../errors.ts';
import { canonicalPath } from '../../listener/target.ts';
import { Lines } from '../../logs/lines.ts';
import { endOfHead, parseAnswerHead } from './answer-head.ts';
import type { Connection, ConnectionUser } from './connection.ts';
import { measure } from './measured-body.ts';
import { type CgiContext, cgiParameters, type Target } from './parameters.ts';
import {
  beginRequest,
  MAX_CONTENT,
  namesAndValues,
  type Piece,
  RECORD,
  recordHeader,
  streamRecords,
} from './records.ts';
import type { ScriptFinder } from './script-finder.ts';

/** What undici's options lack. Absent for health checks, which need no file: php-fpm answers its `ping.path` without. */
export interface FastCgiOptions extends Dispatcher.DispatchOptions {
  readonly cgi?: CgiContext;
}

/** What a request needs of the pool it belongs to. */
export interface RequestHost {
  readonly config: UpstreamConfig;
  readonly finder: ScriptFinder;
  readonly parameters: ReadonlyMap<string, string>;
  readonly keeps: boolean;
  connection(): Connection;
  /** The request is over; `connection` is fit for another one. */
  over(connection: Connection | undefined): void;
}

const MAX_HEAD_BYTES = 32 * 1024;
/** Bytes of the error stream of one request that are written down. */
const MAX_ERROR_BYTES = 8 * 1024;
const REQUEST_COMPLETE = 0;
const OVERLOADED = 2;

const NO_CONTEXT: CgiContext = {
  client: { address: '127.0.0.1', port: 0 },
  server: { address: '127.0.0.1', port: 0 },
  scheme: 'http',
  protocol: 'HTTP/1.1',
  serverName: 'localhost',
  requestUri: '',
  outer: '',
  inner: '',
  requestId: '',
  onErrorLine: () => {},
  tmpDir: '',
  bodyInMemory: Number.POSITIVE_INFINITY,
};

type State = 'preparing' | 'sending' | 'head' | 'body' | 'over';

export class FastCgiRequest implements ConnectionUser, Dispatcher.DispatchController {
  rawHeaders: Buffer[] | null = null;
  rawTrailers: Buffer[] | null = null;
  isPaused = false;
  reason: Error | null = null;
  readonly #options: FastCgiOptions;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #host: RequestHost;
  readonly #context: CgiContext;
  readonly #errorLines: Lines;
  #state: State = 'preparing';
  #connection: Connection | undefined;
  #body: Buffer | Readable | undefined;
  #bodyLength = 0;
  #isSent = false;
  #parameters: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #head: Buffer[] = [];
  #headBytes = 0;
  /** Body that came with the head, while the handler wants none yet. */
  #behindHead: Buffer | undefined;
  #status = 0;
  /** Bytes of the body, where they are known. */
  #expected: number | undefined;
  #received = 0;

  constructor(options: FastCgiOptions, handler: Dispatcher.DispatchHandler, host: RequestHost) {
    this.#options = options;
    this.#handler = handler;
    this.#host = host;
    this.#context = options.cgi ?? NO_CONTEXT;
    this.#errorLines = new Lines(this.#context.onErrorLine, MAX_ERROR_BYTES);
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    try {
      this.#handler.onRequestStart?.(this, {});
      if (this.aborted) return;
      const target = await this.#target();
      if (target === undefined || this.aborted) return;
      await this.#measureBody();
      if (this.aborted) return;
      this.#encode(target);
      this.#state = 'sending';
      this.#connection = this.#host.connection();
      this.#connection.lend(this);
    } catch (cause) {
      this.#fail(cause as Error);
    }
  }

  abort(reason: Error): void {
    if (this.#state === 'over') return;
    this.reason = reason;
    this.#fail(reason);
  }

  pause(): void {
    this.isPaused = true;
    this.#stopTimer();
  }

  resume(): void {
    if (!this.isPaused || this.#state === 'over') return;
    this.isPaused = false;
    this.#expectMore();
    const rest = this.#behindHead;
    this.#behindHead = undefined;
    try {
      if (rest !== undefined) this.#pass(rest);
    } catch (cause) {
      this.#fail(cause as Error);
    }
    if (!this.isPaused) this.#connection?.resume();
  }

  onConnected(): void {
    const connection = this.#connection as Connection;
    const body = this.#body;
    connection.cork();
    connection.write(beginRequest(this.#host.keeps));
    connection.write(this.#parameters as Buffer);
    this.#state = 'head';
    this.#expectMore();
    if (body instanceof Readable) this.#sendStream(body, connection);
    else {
      connection.write(streamRecords(RECORD.stdin, body ?? Buffer.alloc(0)));
      this.#isSent = true;
    }
    connection.uncork();
  }

  onBroken(cause: Error): void {
    this.#connection = undefined;
    this.#fail(cause);
  }

  onPiece({ type, content, recordLength }: Piece): void {
    if (this.#state !== 'over') this.#timer?.refresh();
    switch (type) {
      case RECORD.stdout:
        if (content.length > 0) this.#onOutput(content);
        return;
      case RECORD.stderr:
        this.#errorLines.take(content);
        return;
      case RECORD.end:
        this.#onEnd(content, recordLength);
        return;
      default:
        throw new GateError(ERRORS.upstreamInvalid, `a record of type ${type}`);
    }
  }

  /** Which program is to answer; undefined when the answer needs none. */
  async #target(): Promise<Target | undefined> {
    const { path } = this.#options;
    const mark = path.indexOf('?');
    const raw = mark < 0 ? path : path.slice(0, mark);
    const decoded = canonicalPath(raw);
    if (this.#options.cgi === undefined) return { scriptName: decoded, pathInfo: '', ...this.#plainFile(decoded) };
    // The name of a file cannot hold a slash, so whoever encodes one means something else.
    const found = await this.#host.finder.find(decoded, !/%2f/i.test(raw));
    if (found.type === 'script') {
      // Without files, the place of the program is the prefix of the route, and what follows is its own.
      if (found.filename !== undefined) return found;
      const { inner } = this.#context;
      const isBelow = found.pathInfo.startsWith(`${inner}/`) || found.pathInfo === inner;
      return { scriptName: isBelow ? inner : '', pathInfo: found.pathInfo.slice(isBelow ? inner.length : 0) };
    }
    if (found.type === 'none') throw new GateError(ERRORS.noScript, `${decoded}: ${found.reason}`);
    // Made from the decoded path, which begins with one slash: two would lead to another host.
    this.#redirect(`${encodePath(decoded)}/${mark < 0 ? '' : path.slice(mark)}`);
    return undefined;
  }

  #plainFile(path: string): Partial<Target> {
    const { root, appRoot = root } = this.#host.config.fastcgi;
    return appRoot === undefined ? {} : { filename: appRoot + path, documentRoot: appRoot };
  }

  /** To the path of a folder with the slash it lacks; relative links in its pages would lead elsewhere without. */
  #redirect(location: string): void {
    this.#close();
    const value = Buffer.from(location, 'latin1');
    this.rawHeaders = [Buffer.from('Location'), value, Buffer.from('Content-Length'), Buffer.from('0')];
    this.#handler.onResponseStart?.(this, 301, { location, 'content-length': '0' });
    this.#handler.onResponseEnd?.(this, {});
  }

  async #measureBody(): Promise<void> {
    const { body, headers } = this.#options;
    if (body === null || body === undefined) return;
    if (Buffer.isBuffer(body)) {
      this.#body = body;
      this.#bodyLength = body.length;
      return;
    }
    if (!(body instanceof Readable)) throw new errors.InvalidArgumentError('a body is a buffer or a stream');
    const length = announcedLength(headers as readonly string[]);
    if (length !== undefined) {
      this.#body = body;
      this.#bodyLength = length;
      return;
    }
    const measured = await measure(body, this.#context.tmpDir, this.#context.bodyInMemory);
    this.#body = measured.body;
    this.#bodyLength = measured.length;
  }

  #encode(target: Target): void {
    const { method, path, headers } = this.#options;
    const mark = path.indexOf('?');
    const list = cgiParameters(
      method,
      mark < 0 ? '' : path.slice(mark + 1),
      target,
      headerList(headers),
      this.#bodyLength,
      this.#context,
      this.#host.parameters,
    );
    this.#parameters = streamRecords(RECORD.params, namesAndValues(list));
  }

  #sendStream(body: Readable, connection: Connection): void {
    let sent = 0;
    body.on('data', (chunk: Buffer) => {
      if (this.#state === 'over') return;
      sent += chunk.length;
      if (sent > this.#bodyLength) {
        this.#fail(new errors.RequestContentLengthMismatchError());
        return;
      }
      this.#timer?.refresh();
      let isFlowing = true;
      connection.cork();
      for (let at = 0; at < chunk.length; at += MAX_CONTENT) {
        const part = chunk.subarray(at, at + MAX_CONTENT);
        connection.write(recordHeader(RECORD.stdin, part.length));
        isFlowing = connection.write(part);
      }
      connection.uncork();
      if (isFlowing) return;
      body.pause();
      connection.onDrain(() => body.resume());
    });
    body.on('end', () => {
      if (this.#state === 'over') return;
      if (sent < this.#bodyLength) {
        this.#fail(new errors.RequestContentLengthMismatchError());
        return;
      }
      connection.write(recordHeader(RECORD.stdin, 0));
      this.#isSent = true;
    });
    body.on('error', (cause) => this.#fail(cause));
  }

  #onOutput(content: Buffer): void {
    if (this.#state === 'body') {
      this.#pass(content);
      return;
    }
    this.#head.push(content);
    this.#headBytes += content.length;
    const bytes = this.#head.length === 1 ? content : Buffer.concat(this.#head);
    const end = endOfHead(bytes);
    if ((end < 0 ? this.#headBytes : end) > MAX_HEAD_BYTES)
      throw new GateError(ERRORS.upstreamInvalid, `the head is larger than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return;
    const head = parseAnswerHead(bytes.subarray(0, end));
    this.#state = 'body';
    this.#head = [];
    this.#expected = this.#hasNoBody(head.status) ? undefined : head.contentLength;
    this.rawHeaders = head.rawHeaders;
    this.#status = head.status;
    this.#expectMore();
    this.#handler.onResponseStart?.(this, head.status, head.headers, head.reason);
    const rest = bytes.subarray(end);
    if (rest.length === 0 || this.#isOver) return;
    if (this.isPaused) this.#behindHead = rest;
    else this.#pass(rest);
  }

  /** The handler may have ended it. */
  get #isOver(): boolean {
    return this.#state === 'over';
  }

  #hasNoBody(status: number): boolean {
    return this.#options.method === 'HEAD' || status === 204 || status === 304;
  }

  #pass(content: Buffer): void {
    if (this.#hasNoBody(this.#status)) return;
    this.#received += content.length;
    if (this.#expected !== undefined && this.#received > this.#expected)
      throw new errors.ResponseContentLengthMismatchError();
    this.#handler.onResponseData?.(this, content);
  }

  #onEnd(content: Buffer, length: number): void {
    if (length !== 8) throw new GateError(ERRORS.upstreamInvalid, 'the last record has a wrong length');
    const status = content[4];
    if (status === OVERLOADED) throw new GateError(ERRORS.upstreamBusy, 'it says it is overloaded');
    if (status !== REQUEST_COMPLETE)
      throw new GateError(ERRORS.upstreamInvalid, `the application refused the request (protocol status ${status})`);
    if (this.#state !== 'body') throw new GateError(ERRORS.upstreamInvalid, 'an answer without a head');
    if (this.#expected !== undefined && this.#received < this.#expected)
      throw new errors.ResponseContentLengthMismatchError();
    this.#close();
    this.#handler.onResponseEnd?.(this, {});
  }

  /** The time for the next thing to happen begins anew. */
  #expectMore(): void {
    this.#stopTimer();
    if (this.isPaused) return;
    const isBody = this.#state === 'body';
    const { idleTimeout, responseTimeout } = this.#host.config;
    const limit = isBody ? idleTimeout : responseTimeout;
    if (limit === 0) return;
    this.#timer = setTimeout(() => {
      this.#fail(isBody ? new errors.BodyTimeoutError() : new errors.HeadersTimeoutError());
    }, limit);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #fail(cause: Error): void {
    if (this.#state === 'over') return;
    this.#connection?.abandon();
    this.#connection = undefined;
    this.#close();
    // As undici does: whoever aborts has returned before it is told.
    process.nextTick(() => this.#handler.onResponseError?.(this, cause));
  }

  #close(): void {
    this.#state = 'over';
    this.#stopTimer();
    this.#errorLines.end();
    const connection = this.#connection;
    this.#connection = undefined;
    const body = this.#options.body;
    if (this.#body instanceof Readable && !this.#isSent) this.#body.destroy();
    else if (body instanceof Readable && !body.readableEnded) body.destroy();
    // What was not sent would be taken for the next request.
    if (connection !== undefined && !this.#isSent) connection.abandon();
    this.#host.over(this.#isSent ? connection : undefined);
  }
}

/** Everything but what may stand in a path as it is (RFC 3986 §3.3) as percent escapes. */
function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function announcedLength(headers: readonly string[]): number | undefined {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === 'content-length') return Number(headers[at + 1]);
  }
  return undefined;
}

/** The gate hands headers over as a list, health checks as an object. */
function headerList(headers: Dispatcher.DispatchOptions['headers']): readonly string[] {
  if (Array.isArray(headers)) return headers as readonly string[];
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [name, String(value)]);
}
