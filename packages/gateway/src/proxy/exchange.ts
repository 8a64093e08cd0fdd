/** One request and its answer: what the stages of the proxy know and share. */
import type { Duplex } from 'node:stream';
import type { HeaderList, ResponseHead, Transaction, TransactionRecord } from '@sallyport/engine';
import type { Dispatcher } from 'undici';
import type { DecidedBy } from '../errors.ts';
import type { Gate } from '../gate.ts';
import { endsOf } from '../listener/client-addresses.ts';
import type { ClientIdentity } from '../listener/client-identity.ts';
import type { FrontRequest, FrontResponse } from '../listener/front.ts';
import { newRequestId } from '../listener/request-id.ts';
import { type Head, headerOf } from '../listener/strict-http.ts';
import type { ClientAddress, LogLevel, RequestContext } from '../logs/index.ts';
import { ServerResponse } from '../node-http.ts';
import type { Principal } from '../stages/auth/principal.ts';
import type { AuthOutcome } from '../stages/auth/route-auth.ts';
import type { Passage } from '../stages/traffic/route-traffic.ts';
import type { TraceContext } from '../tracing/trace-context.ts';
import type { Firewall } from '../waf/firewall.ts';
import type { ActiveRoute } from './active-route.ts';
import type { UpstreamAddress } from './balance/address.ts';
import type { BodyStream } from './body-stream.ts';
import type { Spool } from './spool.ts';
import type { Trailers } from './trailers.ts';
import type { WireCount } from './wire-count.ts';

/** Node's response with a way back to the exchange, so that event listeners need no closure per request. */
export class GateResponse extends ServerResponse implements FrontResponse {
  exchange: Exchange | undefined;
}

export class Exchange implements RequestContext {
  readonly id: string = newRequestId();
  readonly startedAt: number;
  /** The same on the steady clock, for durations. */
  readonly #began: number = performance.now();
  /** The configuration this request started with; a reload does not change it half-way. */
  readonly gate: Gate;
  readonly request: FrontRequest;
  readonly response: FrontResponse;
  readonly head: Head;
  /** The client as far as known: the peer, or whom a trusted proxy speaks for. */
  readonly client: ClientAddress;
  readonly peer: ClientAddress;
  readonly isPeerTrusted: boolean;
  readonly scheme: 'http' | 'https';

  /** What the client's certificate says, on listeners that ask for one. */
  clientIdentity: ClientIdentity | undefined;
  route: ActiveRoute | undefined;
  /** Routes with a guard, or more inspection, that the application may take the path for: their guards are asked too. */
  lookalikes: readonly ActiveRoute[] = [];
  /** The route or lookalike with the strongest rules, which apply; with all that they would see on any of them. */
  inspectedAs: ActiveRoute | undefined;
  /** Who sent it, where the route wanted to know; it stays so, whatever becomes of the credentials meanwhile. */
  principal: Principal | undefined;
  /** How that was found out. */
  auth: { readonly provider: string; readonly outcome: AuthOutcome } | undefined;
  transaction: Transaction | undefined;
  /** What the upstream gets; undefined while it is not known. */
  body: Buffer | BodyStream | null | undefined;
  /** Rules have rewritten the body, so its length is another. */
  hasNewBody = false;
  /** The socket and first bytes of a WebSocket request. */
  upgrade: { readonly socket: Duplex; readonly head: Buffer; detach(): void } | undefined;
  /** Handle on the running upstream exchange, while there is one. */
  upstreamController: Dispatcher.DispatchController | undefined;

  /** The whole is asked for, whatever part the client wants. */
  hidesRange = false;

  /** The firewall that opened `transaction`. */
  firewall: Firewall | undefined;
  /** A held body that no stream has taken over yet. */
  spool: Spool | undefined;

  /** Its place with the application, on a route where places are counted. */
  passage: Passage | undefined;

  /** Microseconds of work of the rules that its client has been charged with. */
  #chargedWork = 0;
  /** Who answers, as soon as that is known. */
  decidedBy: DecidedBy | undefined;
  /** Microseconds from the beginning to the end of each stage, as it is reached. */
  headRead: number | undefined;
  bodyRead: number | undefined;
  rulesDone: number | undefined;
  answered: number | undefined;
  answerReady: number | undefined;
  /** Where the request was sent, and the path there. */
  sentTo: UpstreamAddress | undefined;
  sentPath = '';
  /** Headers of the answer, names and values in turn. */
  sentHeaders: readonly string[] = [];
  /** Trailers of the answer that pass, names and values in turn. */
  sentTrailers: Trailers = [];
  /** What the rules found, once they are done. */
  record: TransactionRecord | undefined;
  hasErrorLines = false;
  /** The trace it belongs to, where requests are traced. */
  readonly trace: TraceContext | undefined;
  /** Its share in the connection, where somebody wants to know. */
  wire: WireCount | undefined;
  /** It is over, and so is its answer. */
  isOver = false;
  /** Reports wait for the end of the answer. */
  isReportDue = false;
  /** The rules have done with it, and logs that need not wait have their line. */
  isReported = false;
  status = 0;
  responseBytes = 0;
  sentHead: ResponseHead | undefined;
  readonly serverErrors: string[] = [];
  hasContinued = false;
  isFinished = false;
  /** Set where a close would leave the client too much. */
  resetSocket: (() => void) | undefined;
  /** It was ended by an error, and is being cleaned up. */
  hasFailed = false;
  /** The connection must not serve another request: its framing or its intent is in doubt. */
  mustClose: boolean;

  constructor(
    gate: Gate,
    request: FrontRequest,
    response: FrontResponse,
    head: Head,
    addresses: { readonly client: ClientAddress; readonly peer: ClientAddress; readonly isPeerTrusted: boolean },
    scheme: 'http' | 'https',
  ) {
    this.gate = gate;
    this.startedAt = gate.logs.now();
    this.request = request;
    this.response = response;
    this.head = head;
    this.client = addresses.client;
    this.peer = addresses.peer;
    this.isPeerTrusted = addresses.isPeerTrusted;
    this.scheme = scheme;
    this.mustClose = head.mustClose;
    this.trace = gate.tracing?.begin((name) => headerOf(head, name), this.isPeerTrusted);
    response.exchange = this;
  }

  /** As Apache logs it: in lower case, without port; what the client wrote where that is no host. */
  get hostname(): string {
    return this.head.host?.host ?? headerOf(this.head, 'host') ?? '';
  }

  /** Microseconds since the request began. */
  elapsed(): number {
    return Math.round((performance.now() - this.#began) * 1000);
  }

  get uriPath(): string {
    return this.head.target?.path ?? '';
  }

  get server(): ClientAddress {
    return endsOf(this.request.socket).local;
  }

  get tag(): string | undefined {
    return this.route?.config.tag;
  }

  get protocol(): string {
    return `HTTP/${this.request.httpVersion}`;
  }

  get requestLine(): string {
    return `${this.request.method} ${this.request.url} ${this.protocol}`;
  }

  /** Largest body; 0 means no limit. Credentials may be good for less than the route. */
  get maxBody(): number {
    const ofRoute = this.route?.maxBody ?? 0;
    const ofPrincipal = this.principal?.maxBody;
    if (ofPrincipal === undefined) return ofRoute;
    return ofRoute === 0 ? ofPrincipal : Math.min(ofRoute, ofPrincipal);
  }

  /** Whether bytes of the request may still be on their way. */
  get isRequestPending(): boolean {
    return !this.request.complete && (this.head.isChunked || (this.head.contentLength ?? 0) > 0);
  }

  /** The client left before it had its whole answer. */
  get isClientGone(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  /** Remembers the head of the answer for logs and rules. `list`: names and values in turn. */
  noteHead(status: number, reason: string | undefined, list: readonly string[]): void {
    this.status = status;
    this.sentHeaders = list;
    if (this.transaction === undefined) return;
    const headers: [name: string, value: string][] = [];
    for (let at = 0; at + 1 < list.length; at += 2) headers.push([list[at] ?? '', list[at + 1] ?? '']);
    this.sentHead = { status, protocol: 'HTTP/1.1', headers, ...(reason && { reason }) };
  }

  /** Writes a line to the error log that names this request; rules of the logging phase see it too. */
  note(level: LogLevel, text: string): void {
    const line = `${text} [unique_id "${this.id}"]`;
    if (this.transaction !== undefined) this.serverErrors.push(line);
    this.hasErrorLines = true;
    this.gate.logs.error(level, 'proxy', line, this.client, this.tag);
  }

  /** Charges the client with what rules have worked for this request since the last time. */
  chargeWork(transaction: Transaction): void {
    const { workMicroseconds } = transaction;
    this.gate.floods.chargeWork(this.client, workMicroseconds - this.#chargedWork);
    this.#chargedWork = workMicroseconds;
  }

  /**
   * The rules give way to others in the middle of this request. Throws when its client has no claim to go on: many requests that
   * began together are stopped so, before each has had all its time. Once the request has passed it is not.
   */
  onTurn(transaction: Transaction): void {
    this.chargeWork(transaction);
    if (this.rulesDone === undefined && !this.isFinished) this.gate.floods.reconsider(this);
  }

  /** Goes on without rules. */
  dropTransaction(): void {
    this.transaction = undefined;
  }

  /** Cuts the connection to the client. */
  destroySocket(): void {
    if (this.resetSocket === undefined) this.request.socket.destroy();
    else this.resetSocket();
  }

  /** Headers as pairs, the form rules take them in. */
  headerList(): HeaderList {
    return this.head.names.map((name, at) => [name, this.head.values[at] ?? ''] as const);
  }
}
