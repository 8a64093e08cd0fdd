import type { TransactionRecord } from '@sallyport/engine';
import type { DecidedBy } from '../errors.ts';
import type { ClientIdentity } from '../listener/client-identity.ts';
import type { TraceContext } from '../tracing/trace-context.ts';
import type { ClientAddress } from './types.ts';

/**
 * The stages of an exchange in the order they run, without gaps: together they are the whole duration. `head`: the request
 * head is read, checked and shown to the rules (phase 1). `body`: the request body comes in. `rules`: phase 2. `upstream`:
 * until the head of its answer is there. `answer`: phases 3 and 4. `send`: until the client has the answer.
 */
export const TIMED_STAGES = ['head', 'body', 'rules', 'upstream', 'answer', 'send'] as const;
export type TimedStage = (typeof TIMED_STAGES)[number];

/** Microseconds from the beginning of a request to the end of a stage; undefined where it did not get that far. */
export interface Moments {
  readonly headRead: number | undefined;
  /** ModSecurity 1.x's `mod_security-time1`. */
  readonly bodyRead: number | undefined;
  /** `mod_security-time2`: just before the request goes on. */
  readonly rulesDone: number | undefined;
  readonly answered: number | undefined;
  /** `mod_security-time3`: the answer is about to be sent. */
  readonly answerReady: number | undefined;
}

/** What a connection with TLS has agreed upon. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly protocol: string | undefined;
  /** Name of the suite as OpenSSL knows it. */
  readonly cipher: string | undefined;
  /** The name the client asked for. */
  readonly serverName: string | undefined;
  /** Undefined on listeners that ask for no certificates. */
  readonly client: ClientIdentity | undefined;
}

/** A finished exchange as log formats see it: answered by an upstream, by the gate, or by the parser. Texts are as received. */
export interface LoggedExchange {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Microseconds until now, or until the end when it is over. */
  readonly duration: number;
  /** The same since the last byte of the request head arrived, to `answerReady`. */
  readonly moments: Moments;
  readonly client: ClientAddress;
  /** Other end of the connection: the client itself or a trusted proxy. */
  readonly peer: ClientAddress;
  readonly server: ClientAddress;

  /** Empty when there was not even a request line. */
  readonly requestLine: string;
  readonly method: string;
  /** Path, decoded; empty when it could not be read. */
  readonly path: string;
  /** Without question mark; undefined when there was none. */
  readonly query: string | undefined;
  readonly protocol: string;
  /** Host of the request. */
  readonly hostname: string;
  /** Name of the route's host, or the request's where the route takes any. */
  readonly serverName: string;
  /** How the client is connected. */
  readonly scheme: 'http' | 'https';
  /** Undefined without TLS. */
  readonly tls: TlsFacts | undefined;
  /** Authenticated user, if any. */
  readonly user: string | undefined;
  /** How a provider answered who that is; undefined where nobody was asked. */
  readonly auth: { readonly provider: string; readonly outcome: string } | undefined;

  readonly status: number;
  /** Bytes of response body, without framing. */
  readonly responseBytes: number;
  readonly decidedBy: DecidedBy | undefined;
  /** Tag of the route; undefined without. */
  readonly tag: string | undefined;
  /** Name of the upstream that was asked. */
  readonly upstream: string | undefined;
  /** Where the request went there; undefined when it went nowhere. */
  readonly forwardedTo: string | undefined;
  /** What the rules have found; undefined without rules. Values rules had masked are masked in it. */
  readonly record: TransactionRecord | undefined;
  /** The trace it belongs to; undefined where nothing is traced. */
  readonly trace: TraceContext | undefined;
  /** Whether the error log has a line about this request. */
  readonly hasErrorLines: boolean;

  /** Requests before this one on the connection. */
  readonly requestsBefore: number;
  /** `X` broken off by the client, `+` may go on, `-` is closed (Apache's `%X`). */
  readonly connectionStatus: 'X' | '+' | '-';
  /** Bytes on the wire for this request, heads and framing included; of TLS connections those inside. */
  readonly bytesIn: number;
  readonly bytesOut: number;

  /** Names in lower case; repeated headers joined by `, `. */
  requestHeader(name: string): string | undefined;
  /** The first of that name. */
  responseHeader(name: string): string | undefined;
  responseHeaders(name: string): readonly string[];
  requestTrailer(name: string): string | undefined;
  responseTrailer(name: string): string | undefined;
  /** Set by rules (`setenv`), and UNIQUE_ID. */
  environment(name: string): string | undefined;
  /** A member of the rules' TX collection. */
  ruleVariable(name: string): string | undefined;
}

/** Hears of every exchange once it is over and its answer is. Must not throw, and must not keep the exchange. */
export type ExchangeObserver = (exchange: LoggedExchange) => void;

/** What formats make use of; what nobody asks for is not collected. */
export interface LogNeeds {
  /** Facts known only when the client has the answer: the line waits for that. */
  readonly end: boolean;
  /** Counters of the connection. */
  readonly connection: boolean;
}

export const NO_NEEDS: LogNeeds = { end: false, connection: false };

export function joinNeeds(all: readonly LogNeeds[]): LogNeeds {
  return { end: all.some((one) => one.end), connection: all.some((one) => one.connection) };
}

/** Microseconds per stage; they add up to the duration. A stage that never began has 0. */
export function stageTimes({
  moments,
  duration,
}: Pick<LoggedExchange, 'moments' | 'duration'>): Record<TimedStage, number> {
  const times: Record<TimedStage, number> = { head: 0, body: 0, rules: 0, upstream: 0, answer: 0, send: 0 };
  let before = 0;
  let last: TimedStage = 'head';
  const end = (stage: TimedStage, at: number | undefined): void => {
    if (at === undefined) return;
    times[stage] = at - before;
    before = at;
    last = stage;
  };
  end('head', moments.headRead);
  end('body', moments.bodyRead);
  end('rules', moments.rulesDone);
  end('upstream', moments.answered);
  end('answer', moments.answerReady);
  // What comes behind the last stage that is known belongs to sending, or to the stage in which it was broken off.
  if (moments.answerReady !== undefined) times.send = duration - before;
  else times[following(moments, last)] += duration - before;
  return times;
}

function following(moments: Moments, last: TimedStage): TimedStage {
  if (moments.headRead === undefined) return 'head';
  return TIMED_STAGES[TIMED_STAGES.indexOf(last) + 1] ?? 'send';
}
