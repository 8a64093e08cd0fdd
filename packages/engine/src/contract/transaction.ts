import type { ConnectionInfo, RequestHead, ResponseHead } from './exchange-heads.ts';
import type { Interruption } from './interruption.ts';
import type { TransactionRecord } from './record.ts';
import type { RuleMatch } from './rule-match.ts';
import type { EngineMode } from './settings.ts';

/** One HTTP exchange. Call the phases in order; after an interruption only `processLogging` does anything. */
export interface Transaction {
  readonly id: string;
  readonly connection: ConnectionInfo;
  readonly interruption: Interruption | undefined;
  /** Mode in force now, `ctl:ruleEngine` included. */
  readonly engineMode: EngineMode;
  /** Hits so far, in order. */
  readonly matches: readonly RuleMatch[];
  /** Phase 1. */
  processRequestHeaders(head: RequestHead): MaybePromise<Interruption | undefined>;
  /** Whether the body should be given to `writeRequestBody`; known after phase 1. */
  readonly wantsRequestBody: boolean;
  /** Bytes of request body the engine reads at most (the limit in force). */
  readonly requestBodyLimit: number;
  /**
   * Takes the next bytes of the request body. Gives an interruption when a limit refuses the request. Under
   * ProcessPartial bytes over the limit are ignored.
   */
  writeRequestBody(chunk: Uint8Array): Interruption | undefined;
  /** Phase 2; call it also for requests without a body. */
  processRequestBody(): MaybePromise<Interruption | undefined>;
  /** Phase 3. */
  processResponseHeaders(head: ResponseHead): MaybePromise<Interruption | undefined>;
  /** Whether the response body must be held back and given to `writeResponseBody`; known after phase 3. */
  readonly wantsResponseBody: boolean;
  /** Bytes of response body the engine wants at most before a verdict (the limit in force). */
  readonly responseBodyLimit: number;
  writeResponseBody(chunk: Uint8Array): Interruption | undefined;
  /** Phase 4. */
  processResponseBody(): MaybePromise<Interruption | undefined>;
  /** What rules put in front of and behind the response body (`prepend`, `append`); known after phase 3. */
  readonly injection: ContentInjection | undefined;
  /** The request body to forward instead, when rules changed it (`@rsub` on STREAM_INPUT_BODY); known after phase 2. */
  readonly rewrittenRequestBody: Uint8Array | undefined;
  /** The response body to send instead (`@rsub` on STREAM_OUTPUT_BODY, link hashing); known after phase 4. */
  readonly rewrittenResponseBody: Uint8Array | undefined;
  /** The Location header to send instead, when link hashing signed it; known after phase 3. */
  readonly rewrittenLocation: string | undefined;
  /** A variable of the request's environment that rules have set (`setenv`), for log formats and programs. */
  environmentVariable(name: string): string | undefined;
  /** A member of TX, for example an anomaly score. */
  transactionVariable(name: string): string | undefined;
  /** Microseconds rules and parsers have kept the thread for this exchange so far; what it waited for is left out. */
  readonly workMicroseconds: number;
  /** Phase 5; also stores collections and decides whether the exchange is audited. Call it exactly once, always. */
  processLogging(facts?: LoggingFacts): MaybePromise<TransactionRecord>;
}

/** A value, or a promise of it where a rule had to wait (a store over the network, an external program). */
export type MaybePromise<T> = T | Promise<T>;

/** Text to put around a response body, byte strings. */
export interface ContentInjection {
  readonly prepend: string;
  readonly append: string;
}

/** What only the server knows at the end. */
export interface LoggingFacts {
  /** Headers and status as really sent. */
  readonly response?: ResponseHead;
  readonly responseBytes?: number;
  /** Error-log lines the server wrote for this request (WEBSERVER_ERROR_LOG). */
  readonly serverErrors?: readonly string[];
}
