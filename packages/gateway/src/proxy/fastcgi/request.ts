/** One request to an application, from the choice of the script to the end of the answer. It speaks to its handler as undici does. */
import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import { AfterReading } from '../../after-reading.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { ERRORS, GateError } from '../../errors.ts';
import { Lines } from '../../logs/lines.ts';
import { BodyMemory } from '../body-memory.ts';
import { AnswerReader } from './answer-reader.ts';
import { BodySender } from './body-sender.ts';
import type { Connection, ConnectionUser } from './connection.ts';
import { type MeasuredBody, measure } from './measured-body.ts';
import { type CgiContext, cgiParameters, type Target } from './parameters.ts';
import { beginRequest, namesAndValues, type Piece, RECORD, streamRecords } from './records.ts';
import type { ScriptFinder } from './script-finder.ts';
import { split, targetOf, uncheckedTarget } from './target.ts';

/** What undici's options lack. Absent for health checks. */
export interface FastCgiOptions extends Dispatcher.DispatchOptions {
  readonly cgi?: CgiContext;
  /** What goes behind a body in chunks, names and values in turn; asked for when the body is over. */
  trailers?(): readonly string[];
}

/** What a request needs of the pool it belongs to. */
export interface RequestHost {
  readonly config: UpstreamConfig;
  readonly finder: ScriptFinder;
  readonly parameters: ReadonlyMap<string, string>;
  readonly keeps: boolean;
  /** Gives a request a connection to begin on, at once or later. */
  lend(request: FastCgiRequest): void;
  /** The request is over; `connection` is fit for another one. */
  over(connection: Connection | undefined): void;
}

/** Bytes of the error stream of one request that are written down. */
const MAX_ERROR_BYTES = 8 * 1024;
const REQUEST_COMPLETE = 0;
const OVERLOADED = 2;
const NOTHING = Buffer.alloc(0);

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
  bodyMemory: new BodyMemory(Number.POSITIVE_INFINITY),
};

/** preparing: nothing has been sent, and the body not been touched. asking: until the head of the answer. */
type State = 'preparing' | 'asking' | 'answering' | 'over';

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
  readonly #answer: AnswerReader;
  #state: State = 'preparing';
  #connection: Connection | undefined;
  #body: MeasuredBody = { body: undefined, length: 0 };
  #parameters: Buffer = NOTHING;
  #sender: BodySender | undefined;
  /** All of the body has been written. */
  #isSent = false;
  #timer: NodeJS.Timeout | undefined;
  /** The time is over, but for what has come and is not read: after a standstill of this process the event loop has timers first. */
  #isLate = false;
  /** Body that came with the head, while the handler wants none yet. */
  #behindHead: Buffer | undefined;

  constructor(options: FastCgiOptions, handler: Dispatcher.DispatchHandler, host: RequestHost) {
    this.#options = options;
    this.#handler = handler;
    this.#host = host;
    this.#context = options.cgi ?? NO_CONTEXT;
    this.#errorLines = new Lines(this.#context.onErrorLine, MAX_ERROR_BYTES);
    this.#answer = new AnswerReader(options.method);
  }

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    const { path, cgi } = this.#options;
    const { config, finder } = this.#host;
    try {
      this.#handler.onRequestStart?.(this, {});
      if (this.aborted) return;
      const target =
        cgi === undefined ? uncheckedTarget(path, config.fastcgi) : await targetOf(path, finder, this.#context);
      if (this.aborted) return;
      if ('location' in target) {
        this.#redirect(target.location);
        return;
      }
      this.#body = await this.#measuredBody();
      if (this.aborted) return;
      this.#parameters = this.#encode(target);
      this.#host.lend(this);
    } catch (cause) {
      this.#fail(cause as Error);
    }
  }

  /** Sends it on a connection of its own. */
  begin(connection: Connection): void {
    this.#connection = connection;
    connection.lend(this);
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
    const { body, length } = this.#body;
    this.#state = 'asking';
    connection.cork();
    connection.write(beginRequest(this.#host.keeps));
    connection.write(this.#parameters);
    if (!(body instanceof Readable)) {
      connection.write(streamRecords(RECORD.stdin, body ?? NOTHING));
      this.#isSent = true;
    }
    connection.uncork();
    this.#expectMore();
    if (!(body instanceof Readable)) return;
    this.#sender = new BodySender(body, length, connection, {
      onProgress: () => this.#keepWaiting(),
      onSent: () => {
        this.#isSent = true;
        this.#keepWaiting();
      },
      onFailed: (cause) => this.#fail(cause),
    });
  }

  onBroken(cause: Error): void {
    this.#connection = undefined;
    this.#fail(cause);
  }

  onPiece({ type, content, recordLength }: Piece): void {
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

  /** To the path of a folder with the slash it lacks; relative links in its pages would lead elsewhere without. */
  #redirect(location: string): void {
    this.#close();
    const value = Buffer.from(location, 'latin1');
    this.rawHeaders = [Buffer.from('Location'), value, Buffer.from('Content-Length'), Buffer.from('0')];
    this.#handler.onResponseStart?.(this, 301, { location, 'content-length': '0' });
    this.#handler.onResponseEnd?.(this, {});
  }

  async #measuredBody(): Promise<MeasuredBody> {
    const { body, headers } = this.#options;
    if (body === null || body === undefined) return { body: undefined, length: 0 };
    if (Buffer.isBuffer(body)) return { body, length: body.length };
    if (!(body instanceof Readable)) throw new errors.InvalidArgumentError('a body is a buffer or a stream');
    const length = announcedLength(headerList(headers));
    if (length !== undefined) return { body, length };
    return measure(body, this.#context.tmpDir, this.#context.bodyInMemory, this.#context.bodyMemory);
  }

  #encode(target: Target): Buffer {
    const { method, path, headers } = this.#options;
    const list = cgiParameters(
      method,
      split(path).query ?? '',
      target,
      headerList(headers),
      this.#body.length,
      this.#context,
      this.#host.parameters,
    );
    return streamRecords(RECORD.params, namesAndValues(list));
  }

  #onOutput(content: Buffer): void {
    if (this.#answer.hasHead) {
      this.#pass(content);
      return;
    }
    const found = this.#answer.takeHead(content);
    if (found === undefined) return;
    const { head, rest } = found;
    this.#state = 'answering';
    this.#expectMore();
    this.rawHeaders = head.rawHeaders;
    this.#handler.onResponseStart?.(this, head.status, head.headers, head.reason);
    if (this.isOver) return;
    if (this.isPaused) this.#behindHead = rest;
    else this.#pass(rest);
  }

  /** Its handler has heard all, or has ended it. */
  get isOver(): boolean {
    return this.#state === 'over';
  }

  #pass(content: Buffer): void {
    // Only the body brings time: the head has one time for all of it, and complaints are no answer.
    this.#keepWaiting();
    const body = this.#answer.takeBody(content);
    if (body !== undefined) this.#handler.onResponseData?.(this, body);
  }

  #onEnd(content: Buffer, length: number): void {
    if (length !== 8) throw new GateError(ERRORS.upstreamInvalid, 'the last record has a wrong length');
    const status = content[4];
    if (status === OVERLOADED) throw new GateError(ERRORS.upstreamBusy, 'it says it is overloaded');
    if (status !== REQUEST_COMPLETE)
      throw new GateError(ERRORS.upstreamInvalid, `the application refused the request (protocol status ${status})`);
    this.#answer.end();
    this.#close();
    this.#handler.onResponseEnd?.(this, {});
  }

  /** The time for the next thing to happen begins anew. */
  #expectMore(): void {
    this.#stopTimer();
    if (this.isPaused) return;
    const { idleTimeout, responseTimeout } = this.#host.config;
    const limit = this.#state === 'answering' ? idleTimeout : responseTimeout;
    if (limit <= 0) return;
    const timer = setTimeout(() => {
      this.#isLate = true;
      new AfterReading<NodeJS.Timeout>((one) => this.#onTimeout(one)).add(timer);
    }, limit);
    this.#timer = timer;
  }

  /** Something has happened in time. */
  #keepWaiting(): void {
    this.#isLate = false;
    this.#timer?.refresh();
  }

  #onTimeout(timer: NodeJS.Timeout): void {
    if (!this.#isLate || timer !== this.#timer) return;
    if (this.#state === 'answering') this.#fail(new errors.BodyTimeoutError());
    // While the client is still to send, it is not the application that takes its time; how slow clients may be, others say.
    else if (!this.#isSent && this.#sender?.isBlocked === false) this.#expectMore();
    else this.#fail(new errors.HeadersTimeoutError());
  }

  #stopTimer(): void {
    this.#isLate = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #fail(cause: Error): void {
    if (this.#state === 'over') return;
    this.#connection?.abandon();
    this.#connection = undefined;
    // A body that nobody has touched may go to another address.
    this.#close(this.#state === 'preparing' && this.reason === null);
    // As undici does: whoever aborts has returned before it is told.
    process.nextTick(() => this.#handler.onResponseError?.(this, cause));
  }

  #close(keepsBody: boolean = false): void {
    this.#state = 'over';
    this.#stopTimer();
    this.#errorLines.end();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#sender?.stop();
    if (!keepsBody) {
      for (const body of [this.#options.body, this.#body.body])
        if (body instanceof Readable && !body.readableEnded) body.destroy();
    } else if (this.#body.body instanceof Readable && this.#body.body !== this.#options.body) this.#body.body.destroy();
    // What was not sent would be taken for the next request.
    if (connection !== undefined && !this.#isSent) connection.abandon();
    this.#host.over(this.#isSent ? connection : undefined);
  }
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
