/** Stands between an application and its response: rules see head and body before the client does. */
import type { ServerResponse } from 'node:http';
import type { Decision } from '../adapter/decision.ts';
import type { Inspection } from '../adapter/inspection.ts';
import type { BodyRewrite, ResponseRewrite } from '../adapter/rewrite.ts';
import type { MaybePromise, ResponseHead } from '../contract.ts';
import { discardUnread } from './request-body.ts';
import { responseHeadOf } from './response-head.ts';

/**
 * open: the application has not answered. deciding: rules look at the head or the body. holding: the body is kept back for
 * them. passing: everything goes to Node as the application says it. replaced: the answer is ours, the application's ignored.
 */
type Stage = 'open' | 'deciding' | 'holding' | 'passing' | 'replaced';

type WriteCallback = (error?: Error | null) => void;

/** A call of the application that waits for the verdict. */
interface HeldCall {
  readonly run: () => void;
  readonly bytes: Uint8Array | undefined;
  readonly callback: WriteCallback | undefined;
}

const MUTATORS = ['setHeader', 'appendHeader', 'removeHeader'] as const;

export class ResponseGate<R> {
  readonly #response: ServerResponse;
  readonly #inspection: Inspection<R>;
  readonly #native: Pick<ServerResponse, 'writeHead' | 'write' | 'end' | 'flushHeaders'>;
  #stage: Stage = 'open';
  #isImplicitHead = false;
  #isEnded = false;
  #owesDrain = false;
  #held: HeldCall[] = [];
  #sent: ResponseHead | undefined;
  #rewrite: BodyRewrite | undefined;

  /** Takes over `response`. Phase 5 runs when it closes, however that comes. */
  constructor(response: ServerResponse, inspection: Inspection<R>) {
    this.#response = response;
    this.#inspection = inspection;
    const { writeHead, write, end, flushHeaders } = response;
    this.#native = { writeHead, write, end, flushHeaders };
    this.#replaceMethods();
    this.#replaceMutators();
    this.#replaceClaims();
    response.once('close', () => this.#close());
  }

  /** Answers with the page of `decision`, or cuts the connection where it says so. Nothing may have been sent yet. */
  async refuse(decision: Decision): Promise<void> {
    const response = this.#response;
    this.#stage = 'replaced';
    const held = this.#held;
    this.#held = [];
    if (decision.action === 'drop') {
      response.destroy();
      return;
    }
    const page = await this.#inspection.page(decision);
    if (response.destroyed) return;
    const headers = { ...page.headers, ...(page.body && { 'content-length': String(page.body.length) }) };
    this.#stage = 'passing';
    try {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      response.statusMessage = '';
      this.#sent = { status: page.status, protocol: 'HTTP/1.1', headers: Object.entries(headers) };
      this.#native.writeHead.call(response, page.status, headers);
      Reflect.apply(this.#native.end, response, page.body === null ? [] : [page.body]);
    } catch (error) {
      // A page with a status or header that HTTP does not allow must not become the application's answer.
      response.destroy(error as Error);
    } finally {
      this.#stage = 'replaced';
    }
    for (const { callback } of held) acknowledge(callback);
  }

  /** Node's overloads cannot be written as one function type; the arguments go on to the methods they came for. */
  #replaceMethods(): void {
    const response = this.#response;
    response.writeHead = ((...args: unknown[]) => this.#writeHead(args)) as ServerResponse['writeHead'];
    response.write = ((...args: unknown[]) => this.#write(args)) as ServerResponse['write'];
    response.end = ((...args: unknown[]) => this.#end(args)) as ServerResponse['end'];
    response.flushHeaders = () => this.#flushHeaders();
  }

  /** Headers that rules have seen must be the ones that are sent; Node, too, refuses changes after `writeHead`. */
  #replaceMutators(): void {
    const response = this.#response;
    for (const name of MUTATORS) {
      const native = response[name] as (...args: unknown[]) => unknown;
      const guarded = (...args: unknown[]): unknown => {
        if (this.#isUntouched) return native.apply(response, args);
        throw headersSent(name);
      };
      Object.defineProperty(response, name, { value: guarded, configurable: true, writable: true });
    }
  }

  /** While calls are held, the application must not see that they have not happened yet. */
  #replaceClaims(): void {
    const response = this.#response;
    const native = (name: string): unknown => Reflect.get(Object.getPrototypeOf(response) as object, name, response);
    Object.defineProperty(response, 'headersSent', {
      configurable: true,
      get: () => (this.#isUntouched ? native('headersSent') : true),
    });
    Object.defineProperty(response, 'writableEnded', {
      configurable: true,
      get: () => this.#stage === 'replaced' || (this.#isUntouched ? native('writableEnded') : this.#isEnded),
    });
  }

  get #isUntouched(): boolean {
    return this.#stage === 'open' || this.#stage === 'passing';
  }

  #writeHead(args: unknown[]): ServerResponse {
    const response = this.#response;
    if (this.#stage === 'passing') return Reflect.apply(this.#native.writeHead, response, args);
    if (this.#stage === 'replaced') return response;
    if (this.#stage !== 'open') throw headersSent('writeHead');
    // An implicit head is written again by Node, with the length it then knows.
    const { statusCode, statusMessage } = response;
    const run = this.#isImplicitHead
      ? () => Object.assign(response, { statusCode, statusMessage })
      : () => Reflect.apply(this.#native.writeHead, response, args);
    this.#held.push({ run, bytes: undefined, callback: undefined });
    const head = responseHeadOf(response, args);
    this.#sent = head;
    this.#stage = 'deciding';
    this.#proceed(this.#inspection.responseHead(head), () => this.#afterHead());
    return response;
  }

  #write(args: unknown[]): boolean {
    const bytes = chunkOf(args);
    // What Node throws for other values is right as it is.
    if (bytes === undefined) return Reflect.apply(this.#native.write, this.#response, args);
    if (this.#stage === 'open') this.#startImplicitly();
    const run = (): boolean => this.#sendChunk(args);
    if (this.#stage === 'passing') return run();
    return this.#hold({ run, bytes, callback: callbackOf(args) });
  }

  #end(args: unknown[]): ServerResponse {
    if (this.#stage === 'open') this.#startImplicitly();
    const run = (): ServerResponse => this.#sendEnd(args);
    if (this.#stage === 'passing') return run();
    this.#isEnded = true;
    this.#hold({ run, bytes: chunkOf(args), callback: callbackOf(args) });
    if (this.#stage === 'holding') this.#decideOnBody();
    return this.#response;
  }

  #flushHeaders(): void {
    if (this.#stage === 'open') this.#startImplicitly();
    const run = (): void => this.#native.flushHeaders.call(this.#response);
    if (this.#stage === 'passing') run();
    else this.#hold({ run, bytes: undefined, callback: undefined });
  }

  /** As Node does it: through the response's own `writeHead`, which others may have wrapped to add their headers. */
  #startImplicitly(): void {
    this.#isImplicitHead = true;
    try {
      this.#response.writeHead(this.#response.statusCode);
    } finally {
      this.#isImplicitHead = false;
    }
  }

  /** Gives what `write` says: false where the application should wait for `drain`. */
  #hold(held: HeldCall): boolean {
    if (this.#stage === 'replaced') {
      acknowledge(held.callback);
      return true;
    }
    this.#held.push(held);
    if (this.#stage === 'holding') this.#show(held);
    this.#owesDrain ||= this.#stage === 'deciding';
    return this.#stage !== 'deciding';
  }

  #afterHead(): void {
    if (!this.#inspection.wantsResponseBody) {
      this.#decideOnBody();
      return;
    }
    this.#stage = 'holding';
    for (const held of this.#held) if (this.#stage === 'holding') this.#show(held);
    if (this.#stage !== 'holding') return;
    if (this.#isEnded) this.#decideOnBody();
    else this.#payDrain();
  }

  #show({ bytes }: HeldCall): void {
    if (bytes === undefined || bytes.length === 0) return;
    const reading = this.#inspection.responseChunk(bytes);
    if (reading === 'enough') this.#decideOnBody();
    else if (reading !== 'more') void this.refuse(reading);
  }

  #decideOnBody(): void {
    this.#stage = 'deciding';
    this.#proceed(this.#inspection.responseBody(), () => this.#release());
  }

  /** Goes on at once where the verdict is there at once, so that the application's calls keep their order and errors. */
  #proceed(outcome: MaybePromise<Decision | undefined>, next: () => void): void {
    if (!(outcome instanceof Promise)) {
      if (outcome === undefined) next();
      else void this.refuse(outcome);
      return;
    }
    outcome
      .then((refusal) => {
        if (this.#stage !== 'deciding') return undefined;
        return refusal === undefined ? next() : this.refuse(refusal);
      })
      .catch((error: unknown) => this.#response.destroy(error as Error));
  }

  /** Does what the application did, in its order. */
  #release(): void {
    this.#stage = 'passing';
    const held = this.#held;
    this.#held = [];
    const rewrite = this.#inspection.responseRewrite;
    if (rewrite !== undefined) held[0] = this.#rewrittenHead(rewrite);
    for (const { run } of held) run();
    this.#payDrain();
  }

  /** The head in place of the application's, which is always the first call held. */
  #rewrittenHead({ location, body }: ResponseRewrite): HeldCall {
    const response = this.#response;
    const { status, reason, headers } = this.#sent as ResponseHead;
    const kept = headers.filter(([name]) => {
      const key = name.toLowerCase();
      return !(key === 'location' && location !== undefined) && !(key === 'content-length' && body !== undefined);
    });
    const list = location === undefined ? kept : [...kept, ['Location', location] as const];
    const run = (): void => {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      Reflect.apply(this.#native.writeHead, response, reason ? [status, reason, list.flat()] : [status, list.flat()]);
      const first = body?.begin();
      if (first !== undefined && first.length > 0) Reflect.apply(this.#native.write, response, [first]);
    };
    this.#sent = { status, protocol: 'HTTP/1.1', headers: list, ...(reason && { reason }) };
    this.#rewrite = body;
    return { run, bytes: undefined, callback: undefined };
  }

  #sendChunk(args: unknown[]): boolean {
    const bytes = this.#rewrite && chunkOf(args);
    const given = bytes === undefined ? args : [this.#rewrite?.pass(bytes), callbackOf(args)];
    return Reflect.apply(this.#native.write, this.#response, given);
  }

  #sendEnd(args: unknown[]): ServerResponse {
    const rewrite = this.#rewrite;
    if (rewrite === undefined) return Reflect.apply(this.#native.end, this.#response, args);
    const last = Buffer.concat([rewrite.pass(chunkOf(args) ?? new Uint8Array(0)), rewrite.end()]);
    this.#rewrite = undefined;
    return Reflect.apply(this.#native.end, this.#response, [last, callbackOf(args)]);
  }

  /** Lets an application go on that was told to wait, unless Node itself has that to do. */
  #payDrain(): void {
    const isOwed = this.#owesDrain && !this.#isEnded && !this.#response.writableNeedDrain;
    this.#owesDrain = false;
    if (isOwed) this.#response.emit('drain');
  }

  #close(): void {
    if (this.#stage === 'deciding' || this.#stage === 'holding') this.#release();
    discardUnread(this.#response.req);
    void this.#inspection.close(this.#sent === undefined ? {} : { response: this.#sent });
  }
}

/** Calls of a replaced answer are done with; there is nothing the application could do about them. */
function acknowledge(callback: WriteCallback | undefined): void {
  if (callback !== undefined) process.nextTick(callback);
}

/** `write` and `end` take their callback as whichever argument is last. */
function callbackOf(args: readonly unknown[]): WriteCallback | undefined {
  return args.find((arg): arg is WriteCallback => typeof arg === 'function');
}

/** The bytes in the arguments of `write` and `end`; undefined when there are none. */
function chunkOf([chunk, encoding]: readonly unknown[]): Uint8Array | undefined {
  if (typeof chunk !== 'string') return chunk instanceof Uint8Array ? chunk : undefined;
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}

/** The error Node itself throws for changes that come too late. */
function headersSent(what: string): Error {
  const error = new Error(`Cannot call ${what} after the answer has begun`);
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' });
}
