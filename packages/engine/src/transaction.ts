import { formatAlert } from './audit/index.ts';
import { startsWithIgnoreCase } from './bytes/ascii.ts';
import { fromBytes, toBytes } from './bytes/byte-string.ts';
import { encodeUrl } from './bytes/url.ts';
import type { CollectionStore } from './collections/store.ts';
import type { Program } from './compile/program.ts';
import type { Vocabulary } from './compile/vocabulary.ts';
import type {
  ConnectionInfo,
  ContentInjection,
  EngineMessage,
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
} from './contract.ts';
import { signHtml } from './link-hashing/sign-html.ts';
import { signLink } from './link-hashing/sign-link.ts';
import { bodyProcessorFor } from './parse-request/content-type.ts';
import type { BodyOptions, BodyParser } from './registry/body-processor.ts';
import type { DebugLog, UploadStore } from './registry/services.ts';
import type { EngineSettings } from './registry/settings.ts';
import type { Evaluator } from './run/evaluator.ts';
import { ExchangeState } from './run/exchange-state.ts';
import type { HeadShapes } from './run/head-shape.ts';
import { headerValue, requestStateOf, responseStateOf } from './run/request-state.ts';
import { UploadSession } from './uploads/upload-session.ts';

export interface WafTransactionOptions {
  readonly connection: ConnectionInfo;
  /** In place of the mode the rules set. */
  readonly engineMode?: EngineMode | undefined;
  readonly program: Program;
  readonly evaluator: Evaluator;
  readonly vocabulary: Vocabulary;
  /** What the heads of earlier requests had in common. */
  readonly headShapes: HeadShapes;
  readonly store: CollectionStore;
  readonly uploads?: UploadStore | undefined;
  /** XML bodies are kept as they came, for validation. */
  readonly holdsXml?: boolean;
  readonly now: () => number;
  readonly onBudgetExhausted: 'refuse' | 'continue';
  readonly yieldControl?: ((transaction: Transaction) => Promise<void>) | undefined;
  readonly onMatch: ((match: RuleMatch, transaction: Transaction) => void) | undefined;
  readonly onMessage: ((message: EngineMessage, transaction: Transaction) => void) | undefined;
  readonly debugLog?: DebugLog | undefined;
}

const NO_RULES: TransactionRecord['slowRules'] = [];

/** The life of one exchange: phases in order, body limits, `allow`, the record at the end. */
export class WafTransaction implements Transaction {
  readonly id: string;
  readonly connection: ConnectionInfo;
  readonly #program: Program;
  readonly #settings: Readonly<EngineSettings>;
  readonly #evaluator: Evaluator;
  readonly #vocabulary: Vocabulary;
  readonly #headShapes: HeadShapes;
  readonly #state: ExchangeState;
  readonly #uploads: UploadSession | undefined;
  readonly #holdsXml: boolean;
  #head: RequestHead | undefined;
  #responseHead: ResponseHead | undefined;
  #parser: BodyParser | undefined;
  #isParsingStopped = false;
  #requestChunks: string[] | undefined;
  #responseChunks: string[] = [];
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
    this.#headShapes = options.headShapes;
    this.#holdsXml = options.holdsXml === true;
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
    const { uploadKeepFiles, tmpSaveUploadedFiles } = this.#settings;
    if (options.uploads !== undefined && (uploadKeepFiles !== 'Off' || tmpSaveUploadedFiles)) {
      this.#uploads = new UploadSession(
        options.uploads,
        this.#settings,
        { transactionId: this.id, startedAt: this.#state.startedAt },
        // A file rules could not look at is an error of the body, for them to judge.
        (text) => {
          this.#state.body.error ??= text;
          this.#state.report(1, text);
        },
      );
      this.#state.uploads = this.#uploads.files;
    }
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
    const { request, isLimitExceeded } = requestStateOf(head, this.#settings, this.#headShapes);
    this.#head = head;
    this.#state.request = request;
    if (head.secrets !== undefined) this.#keepSecret(head.secrets);
    this.#state.forgetArguments();
    this.#state.body.processor = bodyProcessorFor(headerValue(head.headers, 'content-type') ?? '');
    if (isLimitExceeded) this.#state.body.error = 'SecArgumentsLimit exceeded';
    this.#state.trace?.beginRequest();
    this.#countWork(start);
    return this.#runPhase(1);
  }

  #keepSecret({ headers, cookies }: NonNullable<RequestHead['secrets']>): void {
    const { masking, request } = this.#state;
    for (const name of headers) masking.maskRequestHeader(name);
    for (const { key, value } of request.cookies) {
      if (key !== undefined && cookies.includes(key)) masking.maskVariable(`REQUEST_COOKIES:${key}`, value);
    }
  }

  get wantsRequestBody(): boolean {
    const { settings, interruption } = this.#state;
    return (
      settings.engineMode !== 'Off' &&
      settings.requestBodyAccess &&
      interruption === undefined &&
      this.#skipped === 'nothing'
    );
  }

  get requestBodyLimit(): number {
    return this.#state.settings.requestBodyLimit;
  }

  writeRequestBody(chunk: Uint8Array): Interruption | undefined {
    const { body, settings } = this.#state;
    if (!this.wantsRequestBody || body.isOverLimit || chunk.length === 0) return this.interruption;
    const start = performance.now();
    const room = settings.requestBodyLimit - body.length;
    const isTooLong = chunk.length > room;
    const text = fromBytes(isTooLong ? chunk.subarray(0, room) : chunk);
    body.length += text.length;
    this.#state.expectBytes(text.length);
    if (this.#keepsRequestBody()) {
      this.#requestChunks ??= [];
      this.#requestChunks.push(text);
    }
    if (!this.#isParsingStopped) this.#bodyParser()?.write(text);
    this.#countWork(start);
    if (isTooLong) return this.#exceedRequestLimit();
    return this.#checkPartsLimit() ?? this.#checkNoFilesLimit();
  }

  processRequestBody(): MaybePromise<Interruption | undefined> {
    if (this.wantsRequestBody) {
      const start = performance.now();
      this.#finishRequestBody();
      this.#countWork(start);
      this.#state.trace?.endRequestBody();
    }
    if (this.#skipped !== 'nothing') return this.interruption;
    return this.#runPhase(2);
  }

  processResponseHeaders(head: ResponseHead): MaybePromise<Interruption | undefined> {
    this.#responseHead = head;
    this.#state.response = responseStateOf(head);
    if (this.#skipped === 'everything') return this.interruption;
    const outcome = this.#runPhase(3);
    if (outcome instanceof Promise) return outcome.then(() => this.#checkAnnouncedLength(head));
    return this.#checkAnnouncedLength(head);
  }

  get injection(): ContentInjection | undefined {
    const { prepend, append } = this.#state.injection;
    if (!this.#settings.contentInjection || (prepend === '' && append === '')) return undefined;
    return { prepend, append };
  }

  get rewrittenRequestBody(): Uint8Array | undefined {
    const { streams } = this.#state;
    return streams.isInputChanged && streams.input !== undefined ? toBytes(streams.input) : undefined;
  }

  get rewrittenResponseBody(): Uint8Array | undefined {
    const { streams } = this.#state;
    return streams.isOutputChanged && streams.output !== undefined ? toBytes(streams.output) : undefined;
  }

  get rewrittenLocation(): string | undefined {
    const { response, settings } = this.#state;
    if (response === undefined || !settings.hashEngine || this.interruption !== undefined) return undefined;
    const location = headerValue(response.headers, 'location');
    if (location === undefined) return undefined;
    return signLink(location, 'HashLocation', this.#settings.linkHashing, this.#state);
  }

  get wantsResponseBody(): boolean {
    const { settings, response, interruption } = this.#state;
    if (response === undefined || interruption !== undefined || this.#skipped === 'everything') return false;
    if (settings.engineMode === 'Off' || !settings.responseBodyAccess) return false;
    if (this.#state.responseBody.forceVariable) return true;
    const [type = ''] = (response.contentType ?? 'null').split(';', 1);
    return this.#settings.responseBodyMimeTypes.includes(type.trim().toLowerCase());
  }

  get responseBodyLimit(): number {
    return this.#state.settings.responseBodyLimit;
  }

  writeResponseBody(chunk: Uint8Array): Interruption | undefined {
    const { response, settings } = this.#state;
    if (response === undefined || !this.wantsResponseBody || response.isOverLimit) return this.interruption;
    const room = settings.responseBodyLimit - response.bodyLength;
    const isTooLong = chunk.length > room;
    const text = fromBytes(isTooLong ? chunk.subarray(0, room) : chunk);
    response.bodyLength += text.length;
    this.#state.expectBytes(text.length);
    this.#responseChunks.push(text);
    return isTooLong ? this.#exceedResponseLimit() : undefined;
  }

  processResponseBody(): MaybePromise<Interruption | undefined> {
    const { response } = this.#state;
    if (response !== undefined && this.wantsResponseBody) {
      const start = performance.now();
      response.body = this.#responseChunks.join('');
      this.#responseChunks = [];
      this.#readResponseBody(response.body);
      this.#countWork(start);
    }
    if (this.#skipped === 'everything') return this.interruption;
    const outcome = this.#runPhase(4);
    if (outcome instanceof Promise) return outcome.then(() => this.#finishResponseBody());
    return this.#finishResponseBody();
  }

  /** Before phase 4: the copy rules may rewrite, and what `ctl:responseBodyProcessor` asks for. */
  #readResponseBody(text: string): void {
    const { response, responseBody, streams } = this.#state;
    if (this.#settings.streamOutBodyInspection && response?.isOverLimit === false) streams.output = text;
    const processor = this.#vocabulary.bodyProcessors.find(responseBody.processor);
    if (processor === undefined) return;
    const parser = processor.createParser(
      this.#bodyOptions(response?.contentType ?? '', this.#settings.argumentsLimit, false),
    );
    parser.write(text);
    parser.finish();
    responseBody.result = parser.result;
    responseBody.error = parser.result.error;
  }

  /** Behind phase 4: links are signed in what rules left of the page. */
  #finishResponseBody(): Interruption | undefined {
    const state = this.#state;
    const { response, settings, streams } = state;
    const { linkHashing } = this.#settings;
    if (!settings.hashEngine || linkHashing.methods.length === 0 || this.interruption !== undefined) {
      return this.interruption;
    }
    if (response?.body === undefined || !isHtml(response.contentType)) return undefined;
    if (response.isOverLimit) {
      state.report(2, 'Links are not signed: the response body is longer than the configured limit.');
      return undefined;
    }
    const start = performance.now();
    const page = streams.output ?? response.body;
    const signed = signHtml(page, (link, kind) => signLink(link, kind, linkHashing, state));
    this.#countWork(start);
    if (signed !== undefined) Object.assign(streams, { output: signed, isOutputChanged: true });
    return undefined;
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
    const record = this.#record();
    this.#uploads?.finish(record.isRelevant);
    this.#state.trace?.end(record);
    return record;
  }

  #runPhase(phase: Phase): MaybePromise<Interruption | undefined> {
    const state = this.#state;
    if (state.settings.engineMode === 'Off' || (state.interruption !== undefined && phase !== 5))
      return state.interruption;
    const start = performance.now();
    state.turn?.begin(start);
    const running = this.#evaluator.runPhase(this.#program, state, phase);
    this.#countWork(start);
    if (running !== undefined) return running.then(() => this.#endPhase(phase, start));
    return this.#endPhase(phase, start);
  }

  #endPhase(phase: Phase, start: number): Interruption | undefined {
    this.#state.timings.phases[phase - 1] = microsecondsSince(start);
    this.#state.trace?.interrupted(this.interruption);
    if (this.#state.allowed === 'all') this.#skipped = 'everything';
    if (this.#state.allowed === 'request') this.#skipped = 'request body';
    return this.interruption;
  }

  /** The parser of the processor in force, made when the first byte arrives or the body is found to be announced. */
  #bodyParser(): BodyParser | undefined {
    if (this.#parser !== undefined) return this.#parser;
    const { body, request } = this.#state;
    const processor = this.#vocabulary.bodyProcessors.find(body.processor);
    if (processor === undefined) return undefined;
    const argumentsLeft = Math.max(0, this.#settings.argumentsLimit - request.queryArguments.length);
    const contentType = headerValue(request.headers, 'content-type') ?? '';
    this.#parser = processor.createParser(this.#bodyOptions(contentType, argumentsLeft, true));
    return this.#parser;
  }

  #bodyOptions(contentType: string, argumentsLimit: number, isRequest: boolean): BodyOptions {
    const settings = this.#settings;
    const uploads = isRequest ? this.#uploads : undefined;
    return {
      contentType,
      argumentSeparator: settings.argumentSeparator,
      argumentsLimit,
      jsonDepthLimit: settings.requestBodyJsonDepthLimit,
      jsonNames: settings.jsonNames,
      extractFiles: uploads !== undefined,
      uploadFileLimit: settings.uploadFileLimit,
      partsLimit: settings.requestBodyPartsLimit,
      ...(uploads === undefined ? {} : { fileSink: (index: number, chunk: string) => uploads.write(index, chunk) }),
    };
  }

  #isBodyAnnounced(): boolean {
    const { request, body } = this.#state;
    return (
      body.length > 0 ||
      headerValue(request.headers, 'content-length') !== undefined ||
      headerValue(request.headers, 'transfer-encoding') !== undefined
    );
  }

  #finishRequestBody(): void {
    const { body } = this.#state;
    if (!this.#isBodyAnnounced()) return;
    const parser = this.#bodyParser();
    if (parser !== undefined) {
      if (!this.#isParsingStopped) parser.finish();
      body.result = parser.result;
      body.error ??= parser.result.error;
      this.#uploads?.close();
    }
    body.isVariable = this.#definesRequestBody();
    if (this.#requestChunks !== undefined) body.raw = this.#requestChunks.join('');
    else if (body.isVariable) body.raw = '';
    this.#requestChunks = undefined;
    if (this.#settings.streamInBodyInspection && !body.isOverLimit) this.#state.streams.input = body.raw ?? '';
    this.#state.forgetArguments();
  }

  #definesRequestBody(): boolean {
    const { body } = this.#state;
    if (body.processor === '') return body.forceVariable;
    return this.#vocabulary.bodyProcessors.find(body.processor)?.definesRequestBody === true;
  }

  /** The raw body is held where somebody looks at it as a whole: REQUEST_BODY, part C of the audit log and the like. */
  #keepsRequestBody(): boolean {
    if (this.#settings.streamInBodyInspection) return true;
    if (this.#holdsXml && this.#state.body.processor === 'XML') return true;
    const { auditEngine, auditParts } = this.#state.settings;
    return this.#definesRequestBody() || (auditEngine !== 'Off' && /[CI]/.test(auditParts));
  }

  #exceedRequestLimit(): Interruption | undefined {
    const { body, settings } = this.#state;
    body.isOverLimit = true;
    const text = `Request body is larger than the configured limit (${settings.requestBodyLimit}).`;
    return this.#rejectBody(text, 'Reject' === this.#settings.requestBodyLimitAction, 413, 2);
  }

  #checkNoFilesLimit(): Interruption | undefined {
    const { body } = this.#state;
    const limit = this.#settings.requestBodyNoFilesLimit;
    if (this.#isParsingStopped) return undefined;
    const length = this.#parser?.result.noFilesLength ?? (body.forceVariable ? body.length : 0);
    if (length < limit) return undefined;
    const text = `Request body no files data length is larger than the configured limit (${limit}).`;
    this.#isParsingStopped = true;
    body.error = text;
    return this.#rejectBody(text, this.#settings.requestBodyLimitAction === 'Reject', 413, 2);
  }

  /** A part that was not looked at could be anything, so the rest is never let through as inspected. */
  #checkPartsLimit(): Interruption | undefined {
    if (this.#isParsingStopped || this.#parser?.result.isOverPartsLimit !== true) return undefined;
    const text = `Request body has more parts than the configured limit (${this.#settings.requestBodyPartsLimit}).`;
    this.#isParsingStopped = true;
    this.#state.body.error = text;
    return this.#rejectBody(text, true, 413, 2);
  }

  #checkAnnouncedLength(head: ResponseHead): Interruption | undefined {
    if (!this.wantsResponseBody) return this.interruption;
    const announced = Number(headerValue(head.headers, 'content-length') ?? 0);
    return announced > this.responseBodyLimit && this.#settings.responseBodyLimitAction === 'Reject'
      ? this.#exceedResponseLimit()
      : undefined;
  }

  #exceedResponseLimit(): Interruption | undefined {
    const { response, settings } = this.#state;
    if (response !== undefined) response.isOverLimit = true;
    const text = `Response body is larger than the configured limit (${settings.responseBodyLimit}).`;
    return this.#rejectBody(text, this.#settings.responseBodyLimitAction === 'Reject', 500, 4);
  }

  /** Limits reject only when the engine is on; otherwise they leave a message and let the rest pass unread. */
  #rejectBody(text: string, isRejecting: boolean, status: number, phase: Phase): Interruption | undefined {
    const state = this.#state;
    if (!isRejecting || state.settings.engineMode !== 'On') {
      state.report(2, text);
      return undefined;
    }
    const message = `${text} Deny with code (${status})`;
    state.report(1, message);
    state.interruption = { action: 'deny', status, phase, message };
    return state.interruption;
  }

  #guardian(): string | undefined {
    const { guardianLog } = this.#settings;
    if (guardianLog === undefined) return undefined;
    const { log, condition } = guardianLog;
    const isWanted =
      condition === undefined || (this.#state.env.get(condition.variable) === undefined) === condition.isNegated;
    return isWanted ? log : undefined;
  }

  #countWork(start: number): void {
    this.#state.timings.work += (performance.now() - start) * 1000;
  }

  #record(): TransactionRecord {
    const state = this.#state;
    const { body, request, response } = state;
    const status = this.#responseHead?.status ?? state.interruption?.status;
    const statusPattern = this.#settings.auditRelevantStatus;
    const isRelevant =
      state.relevance > 0 ||
      (statusPattern !== undefined && status !== undefined && statusPattern.test(String(status)));
    const { auditEngine } = state.settings;
    const { timings } = state;
    const record: TransactionRecord = {
      id: this.id,
      connection: this.connection,
      startedAt: state.startedAt,
      durationMicroseconds: state.elapsedMicroseconds(),
      request: this.#head ?? { method: '', uri: '', protocol: '', headers: [] },
      requestBody: body.raw,
      requestBodyWithoutFiles: body.result?.multipart === undefined ? undefined : fieldsOf(state),
      response: this.#responseHead,
      responseBody: response?.body,
      matches: state.matches,
      messages: state.messages,
      serverErrors: state.serverErrors,
      responseBytes: this.#responseBytes,
      guardianLog: this.#guardian(),
      interruption: state.interruption,
      engineMode: state.settings.engineMode,
      isRelevant,
      isAudited: auditEngine === 'On' || (auditEngine === 'RelevantOnly' && isRelevant),
      auditParts: state.settings.auditParts,
      uploads: (body.result?.files ?? []).map(({ partNumber, size, filename, contentType }) => ({
        partNumber,
        size,
        name: filename,
        contentType,
      })),
      phaseMicroseconds: timings.phases,
      storageMicroseconds: [timings.storageRead, timings.storageWrite],
      slowRules:
        timings.rules.size === 0
          ? NO_RULES
          : [...timings.rules].filter(([, time]) => time >= this.#settings.rulePerfTime),
      sanitised: { arguments: [], requestHeaders: [], responseHeaders: [] },
      variables: { sessionId: state.sessionId, userId: state.userId },
      hostname: request.serverName,
      uriPath: request.path,
    };
    return state.maskRecord(record);
  }
}

function microsecondsSince(start: number): number {
  return Math.round((performance.now() - start) * 1000);
}

function isHtml(contentType: string | undefined): boolean {
  return contentType !== undefined && startsWithIgnoreCase(contentType, 'text/html');
}

/** The non-file fields of a multipart body in the form of a urlencoded one (audit log part I). */
function fieldsOf(state: ExchangeState): string {
  const fields = state.body.result?.arguments ?? [];
  return fields.map(({ name, value }) => `${encodeUrl(name)}=${encodeUrl(value)}`).join('&');
}
