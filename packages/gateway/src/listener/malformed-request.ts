import type { Socket } from 'node:net';
import type { Transaction, TransactionRecord } from '@sallyport/engine';
import type { DecidedBy, ErrorKind } from '../errors.ts';
import type {
  ClientAddress,
  LoggedExchange,
  LogLevel,
  Logs,
  Moments,
  RequestContext,
  TlsFacts,
} from '../logs/index.ts';
import { WireCount } from '../proxy/wire-count.ts';
import { plainAddress } from './networks.ts';
import { newRequestId } from './request-id.ts';
import type { Salvage } from './salvage.ts';
import { tlsFactsOf } from './tls-facts.ts';

/** A request that the parser refused, as far as it could be read: for rules, logs and metrics. */
export class MalformedRequest implements RequestContext, LoggedExchange {
  readonly id: string = newRequestId();
  readonly startedAt: number;
  readonly client: ClientAddress;
  readonly server: ClientAddress;
  readonly salvage: Salvage | undefined;
  status: number;
  decidedBy: DecidedBy;
  readonly tls: TlsFacts | undefined;
  readonly user: undefined;
  readonly tag: undefined;
  readonly auth: undefined;
  readonly upstream: undefined;
  readonly forwardedTo: undefined;
  readonly trace: undefined;
  readonly hasErrorLines = true;
  readonly connectionStatus = '-';
  responseBytes = 0;
  transaction: Transaction | undefined;
  record: TransactionRecord | undefined;
  duration = 0;
  readonly #logs: Logs;
  readonly #began: number = performance.now();
  readonly #wire: WireCount | undefined;

  constructor(logs: Logs, kind: ErrorKind, socket: Socket, salvage: Salvage | undefined) {
    this.#logs = logs;
    this.startedAt = logs.now();
    this.client = { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 };
    this.server = { address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 };
    this.salvage = salvage;
    this.tls = tlsFactsOf(socket, undefined);
    this.status = kind.status;
    this.decidedBy = { stage: kind.stage, reason: kind.code };
    if (logs.needs.connection) this.#wire = new WireCount(socket);
  }

  /** It is refused for another reason than that it cannot be read. */
  decide(kind: ErrorKind): void {
    this.status = kind.status;
    this.decidedBy = { stage: kind.stage, reason: kind.code };
  }

  /** Writes a line to the error log that names this request, and gives it. */
  note(level: LogLevel, text: string): string {
    const line = `${text} [unique_id "${this.id}"]`;
    this.#logs.error(level, 'http', line, this.client);
    return line;
  }

  /** The answer is on its way. */
  end(): void {
    this.duration = Math.round((performance.now() - this.#began) * 1000);
  }

  get peer(): ClientAddress {
    return this.client;
  }

  get moments(): Moments {
    const answerReady = this.duration;
    return { headRead: undefined, bodyRead: undefined, rulesDone: undefined, answered: undefined, answerReady };
  }

  get scheme(): 'http' | 'https' {
    return this.tls === undefined ? 'http' : 'https';
  }

  get hostname(): string {
    return this.requestHeader('host') ?? '';
  }

  get serverName(): string {
    return '';
  }

  get uriPath(): string {
    const uri = this.salvage?.uri ?? '';
    const mark = uri.indexOf('?');
    return mark < 0 ? uri : uri.slice(0, mark);
  }

  get path(): string {
    return this.uriPath;
  }

  get query(): string | undefined {
    const uri = this.salvage?.uri ?? '';
    const mark = uri.indexOf('?');
    return mark < 0 ? undefined : uri.slice(mark + 1);
  }

  get requestLine(): string {
    return this.salvage?.line ?? '';
  }

  get method(): string {
    return this.salvage?.method ?? '';
  }

  get protocol(): string {
    return this.salvage?.protocol ?? '';
  }

  get requestsBefore(): number {
    return this.#wire?.requestsBefore ?? 0;
  }

  get bytesIn(): number {
    return this.#wire?.bytes.in ?? 0;
  }

  get bytesOut(): number {
    return this.#wire?.bytes.out ?? 0;
  }

  requestHeader(name: string): string | undefined {
    return this.salvage?.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  }

  responseHeader(name: string): string | undefined {
    return this.responseHeaders(name)[0];
  }

  responseHeaders(name: string): readonly string[] {
    return name === 'connection' ? ['close'] : [];
  }

  requestTrailer(_name: string): undefined {
    return undefined;
  }

  responseTrailer(_name: string): undefined {
    return undefined;
  }

  environment(name: string): string | undefined {
    return name === 'UNIQUE_ID' ? this.id : this.transaction?.environmentVariable(name);
  }

  ruleVariable(name: string): string | undefined {
    return this.transaction?.transactionVariable(name);
  }
}
