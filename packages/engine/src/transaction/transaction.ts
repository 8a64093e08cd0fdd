import { formatAlert } from '../audit/index.ts';
import { toBytes } from '../bytes/byte-string.ts';
import type { Program } from '../compile/program.ts';
import type { Vocabulary } from '../compile/vocabulary.ts';
import type {
  ConnectionInfo,
  ContentInjection,
  EngineMode,
  Interruption,
  LoggingFacts,
  MaybePromise,
  Phase,
  RequestHead,
  ResponseHead,
  RuleMatch,
  Transaction,
  TransactionRecord,
} from '../contract.ts';
import { bodyProcessorFor } from '../parse-request/content-type.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { Evaluator } from '../run/evaluator.ts';
import { ExchangeState } from '../run/exchange-state.ts';
import type { HeadMemory } from '../run/head-memory.ts';
import { requestStateOf, responseStateOf } from '../run/request-state.ts';
import { recordOf } from './record.ts';
import { RequestBody } from './request-body.ts';
import { ResponseBody } from './response-body.ts';
import { signedLocation, signPage } from './signed-links.ts';
import type { WafTransactionOptions } from './transaction-options.ts';

/** The life of one exchange: phases in order, what `allow` leaves out of them, the record at the end. */
export class WafTransaction implements Transaction {
  readonly id: string;
  readonly connection: ConnectionInfo;
  readonly #program: Program;
  readonly #settings: Readonly<EngineSettings>;
  readonly #evaluator: Evaluator;
  readonly #vocabulary: Vocabulary;
  readonly #headMemory: HeadMemory;
  readonly #state: ExchangeState;
  readonly #requestBody: RequestBody;
  #responseBody: ResponseBody | undefined;
  #head: RequestHead | undefined;
  #responseHead: ResponseHead | undefined;
  #responseBytes: number | undefined;
  /** What `allow` leaves out of the phases to come. */
  #skipped: 'nothing' | 'request body' | 'everything' = 'nothing';

  constructor(options: WafTransactionOptions) {
    this.id = options.connection.id;
    this.connection = options.connection;
    this.#program = options.program;
    this.#settings = options.program.settings;
    this.#evaluator = options.evaluator;
    this.#vocabulary = options.vocabulary;
    this.#headMemory = options.headMemory;
    const { yieldControl } = options;
    this.#state = new ExchangeState({
      connection: options.connection,
      engineMode: options.engineMode,
      program: options.program,
      store: options.store,
      now: options.now,
      onBudgetExhausted: options.onBudgetExhausted,
      yieldControl: yieldControl && (() => yieldControl(this)),
      onMatch: (match) => {
        this.#state.trace?.match(match, formatAlert);
        options.onMatch?.(match, this);
      },
      onMessage: (message) => options.onMessage?.(message, this),
      debugLog: options.debugLog,
    });
    this.#requestBody = new RequestBody(this.#state, this.#settings, options);
  }

  get interruption(): Interruption | undefined {
    return this.#state.interruption;
  }

  get engineMode(): EngineMode {
    return this.#state.settings.engineMode;
  }

  get matches(): readonly RuleMatch[] {
    return this.#state.matches;
  }

  environmentVariable(name: string): string | undefined {
    return this.#state.env.get(name);
  }

  transactionVariable(name: string): string | undefined {
    return this.#state.tx.get(name);
  }

  get workMicroseconds(): number {
    return Math.round(this.#state.timings.work);
  }

  processRequestHeaders(head: RequestHead): MaybePromise<Interruption | undefined> {
    const start = performance.now();
    const { request, contentType, isLimitExceeded } = requestStateOf(head, this.#settings, this.#headMemory);
    this.#head = head;
    this.#state.request = request;
    if (head.secrets !== undefined) this.#keepSecret(head.secrets);
    this.#state.forgetArguments();
    this.#state.body.processor = bodyProcessorFor(contentType);
    if (isLimitExceeded) this.#state.body.error = 'SecArgumentsLimit exceeded';
    this.#state.trace?.beginRequest();
    return this.#runPhase(1, this.#countWork(start));
  }

  #keepSecret({ headers, cookies }: NonNullable<RequestHead['secrets']>): void {
    const { masking, request } = this.#state;
    for (const name of headers) masking.maskRequestHeader(name);
    for (const { key, value } of request.cookies) {
      if (key !== undefined && cookies.includes(key)) masking.maskVariable(`REQUEST_COOKIES:${key}`, value);
    }
  }

  get wantsRequestBody(): boolean {
    return this.#skipped === 'nothing' && this.#requestBody.isWanted;
  }

  get requestBodyLimit(): number {
    return this.#state.settings.requestBodyLimit;
  }

  writeRequestBody(chunk: Uint8Array): Interruption | undefined {
    if (!this.wantsRequestBody) return this.interruption;
    const start = performance.now();
    const interruption = this.#requestBody.write(chunk);
    this.#countWork(start);
    return interruption;
  }

  processRequestBody(): MaybePromise<Interruption | undefined> {
    const start = performance.now();
    if (this.wantsRequestBody) {
      this.#requestBody.finish();
      this.#state.trace?.endRequestBody();
    }
    if (this.#skipped !== 'nothing') return this.interruption;
    return this.#runPhase(2, this.#countWork(start));
  }

  get rewrittenRequestBody(): Uint8Array | undefined {
    const { streams } = this.#state;
    return streams.isInputChanged && streams.input !== undefined ? toBytes(streams.input) : undefined;
  }

  processResponseHeaders(head: ResponseHead): MaybePromise<Interruption | undefined> {
    const response = responseStateOf(head);
    this.#responseHead = head;
    this.#state.response = response;
    const body = new ResponseBody(this.#state, response, this.#settings, this.#vocabulary);
    this.#responseBody = body;
    if (this.#skipped === 'everything') return this.interruption;
    const outcome = this.#runPhase(3);
    if (outcome instanceof Promise) return outcome.then(() => this.#beginResponseBody(body));
    return this.#beginResponseBody(body);
  }

  /** Behind phase 3. */
  #beginResponseBody(body: ResponseBody): Interruption | undefined {
    return this.wantsResponseBody ? body.checkAnnouncedLength() : this.interruption;
  }

  get injection(): ContentInjection | undefined {
    const { prepend, append } = this.#state.injection;
    if (!this.#settings.contentInjection || (prepend === '' && append === '')) return undefined;
    return { prepend, append };
  }

  get rewrittenLocation(): string | undefined {
    return signedLocation(this.#state, this.#settings.linkHashing);
  }

  get wantsResponseBody(): boolean {
    return this.#skipped !== 'everything' && this.#responseBody?.isWanted === true;
  }

  get responseBodyLimit(): number {
    return this.#state.settings.responseBodyLimit;
  }

  writeResponseBody(chunk: Uint8Array): Interruption | undefined {
    return this.wantsResponseBody ? this.#responseBody?.write(chunk) : this.interruption;
  }

  processResponseBody(): MaybePromise<Interruption | undefined> {
    if (this.#skipped === 'everything') return this.interruption;
    const start = performance.now();
    if (this.wantsResponseBody) this.#responseBody?.finish();
    const outcome = this.#runPhase(4, this.#countWork(start));
    if (outcome instanceof Promise) return outcome.then(() => this.#endResponseBody());
    return this.#endResponseBody();
  }

  /** Behind phase 4. */
  #endResponseBody(): Interruption | undefined {
    if (!this.#state.settings.hashEngine || this.interruption !== undefined) return this.interruption;
    const start = performance.now();
    signPage(this.#state, this.#settings.linkHashing);
    this.#countWork(start);
    return undefined;
  }

  get rewrittenResponseBody(): Uint8Array | undefined {
    const { streams } = this.#state;
    return streams.isOutputChanged && streams.output !== undefined ? toBytes(streams.output) : undefined;
  }

  processLogging(facts: LoggingFacts = {}): MaybePromise<TransactionRecord> {
    this.#state.serverErrors = facts.serverErrors ?? [];
    this.#responseBytes = facts.responseBytes;
    if (facts.response !== undefined) {
      this.#responseHead = facts.response;
      this.#state.response ??= responseStateOf(facts.response);
    }
    const outcome = this.#runPhase(5);
    if (outcome instanceof Promise) return outcome.then(() => this.#close());
    return this.#close();
  }

  /** `start`: now, where somebody has just looked. */
  #runPhase(phase: Phase, start: number = performance.now()): MaybePromise<Interruption | undefined> {
    const state = this.#state;
    if (state.settings.engineMode === 'Off' || (state.interruption !== undefined && phase !== 5))
      return state.interruption;
    state.turn?.begin(start);
    const running = this.#evaluator.runPhase(this.#program, state, phase);
    const now = this.#countWork(start);
    if (running !== undefined) return running.then(() => this.#endPhase(phase, performance.now() - start));
    return this.#endPhase(phase, now - start);
  }

  /** `milliseconds`: how long it took. */
  #endPhase(phase: Phase, milliseconds: number): Interruption | undefined {
    this.#state.timings.phases[phase - 1] = Math.round(milliseconds * 1000);
    this.#state.trace?.interrupted(this.interruption);
    if (this.#state.allowed === 'all') this.#skipped = 'everything';
    if (this.#state.allowed === 'request') this.#skipped = 'request body';
    return this.interruption;
  }

  /** Behind phase 5: persistent collections are stored, then the record is made. */
  #close(): MaybePromise<TransactionRecord> {
    const start = performance.now();
    const fail = (cause: unknown): void => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#state.report(1, `Persistent collections could not be stored: ${reason}`);
    };
    try {
      const stored = this.#state.storePersistent();
      if (stored !== undefined) return stored.catch(fail).then(() => this.#end(start));
    } catch (cause) {
      fail(cause);
    }
    return this.#end(start);
  }

  /** The record, and what becomes of the uploaded files. */
  #end(storingSince: number): TransactionRecord {
    this.#state.timings.storageWrite += microsecondsSince(storingSince);
    const record = recordOf(this.#state, this.#settings, this.#head, this.#responseHead, this.#responseBytes);
    this.#requestBody.releaseFiles(record.isRelevant);
    this.#state.trace?.end(record);
    return record;
  }

  /** Returns what the time is now. */
  #countWork(start: number): number {
    const now = performance.now();
    this.#state.timings.work += (now - start) * 1000;
    return now;
  }
}

function microsecondsSince(start: number): number {
  return Math.round((performance.now() - start) * 1000);
}
