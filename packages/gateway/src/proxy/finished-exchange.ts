import type { TransactionRecord } from '@sallyport/engine';
import type { DecidedBy } from '../errors.ts';
import { headerOf } from '../listener/strict-http.ts';
import { tlsFactsOf } from '../listener/tls-facts.ts';
import type { ClientAddress, LoggedExchange, Moments, TlsFacts } from '../logs/index.ts';
import type { TraceContext } from '../tracing/trace-context.ts';
import type { Exchange } from './exchange.ts';

/** An exchange as logs, metrics and traces see it. Made once, when it is over or is about to be. */
export class FinishedExchange implements LoggedExchange {
  readonly #exchange: Exchange;
  readonly duration: number;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.duration = exchange.elapsed();
  }

  get id(): string {
    return this.#exchange.id;
  }

  get startedAt(): number {
    return this.#exchange.startedAt;
  }

  get moments(): Moments {
    const { headRead, bodyRead, rulesDone, answered, answerReady } = this.#exchange;
    return { headRead, bodyRead, rulesDone, answered, answerReady };
  }

  get client(): ClientAddress {
    return this.#exchange.client;
  }

  get peer(): ClientAddress {
    return this.#exchange.peer;
  }

  get server(): ClientAddress {
    return this.#exchange.server;
  }

  get requestLine(): string {
    return this.#exchange.requestLine;
  }

  get method(): string {
    return this.#exchange.head.method;
  }

  get path(): string {
    return this.#exchange.uriPath;
  }

  get query(): string | undefined {
    const url = this.#exchange.head.target?.pathAndQuery ?? this.#exchange.request.url ?? '';
    const mark = url.indexOf('?');
    return mark < 0 ? undefined : url.slice(mark + 1);
  }

  get protocol(): string {
    return this.#exchange.protocol;
  }

  get hostname(): string {
    return this.#exchange.hostname;
  }

  get serverName(): string {
    const hosts = this.#exchange.route?.config.hosts;
    const [only] = hosts ?? [];
    return hosts?.length === 1 && only !== undefined && !only.startsWith('*') ? only : this.hostname;
  }

  get scheme(): 'http' | 'https' {
    return this.#exchange.scheme;
  }

  get tls(): TlsFacts | undefined {
    const { request, clientIdentity } = this.#exchange;
    return tlsFactsOf(request.socket, clientIdentity);
  }

  get user(): string | undefined {
    return this.#exchange.principal?.user;
  }

  get auth(): LoggedExchange['auth'] {
    return this.#exchange.auth;
  }

  get status(): number {
    return this.#exchange.status;
  }

  get responseBytes(): number {
    return this.#exchange.responseBytes;
  }

  get decidedBy(): DecidedBy | undefined {
    return this.#exchange.decidedBy;
  }

  get tag(): string | undefined {
    return this.#exchange.tag;
  }

  get upstream(): string | undefined {
    return this.#exchange.sentTo?.decidedBy.reason;
  }

  get forwardedTo(): string | undefined {
    const { sentTo, sentPath } = this.#exchange;
    return sentTo && sentTo.url + sentPath;
  }

  get record(): TransactionRecord | undefined {
    return this.#exchange.record;
  }

  get trace(): TraceContext | undefined {
    return this.#exchange.trace;
  }

  get hasErrorLines(): boolean {
    return this.#exchange.hasErrorLines || (this.record?.matches.some((match) => match.log) ?? false);
  }

  get requestsBefore(): number {
    return this.#exchange.wire?.requestsBefore ?? 0;
  }

  get connectionStatus(): 'X' | '+' | '-' {
    const exchange = this.#exchange;
    if (exchange.isClientGone) return 'X';
    return exchange.response.shouldKeepAlive !== false && !exchange.mustClose ? '+' : '-';
  }

  get bytesIn(): number {
    return this.#exchange.wire?.bytes.in ?? 0;
  }

  get bytesOut(): number {
    return this.#exchange.wire?.bytes.out ?? 0;
  }

  requestHeader(name: string): string | undefined {
    return headerOf(this.#exchange.head, name);
  }

  responseHeader(name: string): string | undefined {
    return this.responseHeaders(name)[0];
  }

  responseHeaders(name: string): readonly string[] {
    const list = this.#exchange.sentHeaders;
    const found: string[] = [];
    for (let at = 0; at + 1 < list.length; at += 2) {
      if ((list[at] as string).toLowerCase() === name) found.push(list[at + 1] as string);
    }
    return found;
  }

  requestTrailer(name: string): string | undefined {
    return this.#exchange.request.trailers?.[name];
  }

  /** Of those that passed: all others end at the gate. */
  responseTrailer(name: string): string | undefined {
    const { sentTrailers } = this.#exchange;
    for (let at = 0; at + 1 < sentTrailers.length; at += 2) {
      if (sentTrailers[at] === name) return sentTrailers[at + 1];
    }
    return undefined;
  }

  environment(name: string): string | undefined {
    return name === 'UNIQUE_ID' ? this.id : this.#exchange.transaction?.environmentVariable(name);
  }

  ruleVariable(name: string): string | undefined {
    return this.#exchange.transaction?.transactionVariable(name);
  }
}
