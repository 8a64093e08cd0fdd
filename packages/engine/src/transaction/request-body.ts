import { fromBytes } from '../bytes/byte-string.ts';
import type { Vocabulary } from '../compile/vocabulary.ts';
import type { Interruption } from '../contract.ts';
import type { BodyParser } from '../registry/body-processor.ts';
import type { UploadStore } from '../registry/services.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { ExchangeState } from '../run/exchange-state.ts';
import { headerValue } from '../run/request-state.ts';
import { UploadSession } from '../uploads/upload-session.ts';
import { bodyOptions } from './body-options.ts';
import { exceedLimit } from './exceed-limit.ts';

/** What a server offers request bodies, and what words there are for them. */
export interface RequestBodyServices {
  readonly vocabulary: Vocabulary;
  readonly uploads?: UploadStore | undefined;
  /** XML bodies are kept as they came, for validation. */
  readonly holdsXml?: boolean;
}

/**
 * The body of a request on its way to phase 2. Chunk by chunk it goes to the parser of the processor in force, as far as the
 * limits let it; it is kept as it came only where somebody looks at it as a whole.
 */
export class RequestBody {
  readonly #state: ExchangeState;
  readonly #settings: Readonly<EngineSettings>;
  readonly #vocabulary: Vocabulary;
  readonly #holdsXml: boolean;
  readonly #uploads: UploadSession | undefined;
  #parser: BodyParser | undefined;
  /** A limit other than that of the length was exceeded: what comes behind it is not parsed. */
  #isParsingStopped = false;
  #chunks: string[] | undefined;

  constructor(
    state: ExchangeState,
    settings: Readonly<EngineSettings>,
    { vocabulary, uploads, holdsXml }: RequestBodyServices,
  ) {
    this.#state = state;
    this.#settings = settings;
    this.#vocabulary = vocabulary;
    this.#holdsXml = holdsXml === true;
    const { uploadKeepFiles, tmpSaveUploadedFiles } = settings;
    if (uploads !== undefined && (uploadKeepFiles !== 'Off' || tmpSaveUploadedFiles)) {
      this.#uploads = this.#extractFiles(uploads);
    }
  }

  /** Whether anybody is to look at it, as far as settings and what has come of the request say. */
  get isWanted(): boolean {
    const { settings, interruption } = this.#state;
    return settings.engineMode !== 'Off' && settings.requestBodyAccess && interruption === undefined;
  }

  /** Takes the next bytes; those over the length limit are ignored. Gives an interruption when a limit refuses the request. */
  write(chunk: Uint8Array): Interruption | undefined {
    const { body, settings } = this.#state;
    if (body.isOverLimit || chunk.length === 0) return undefined;
    const room = settings.requestBodyLimit - body.length;
    const isTooLong = chunk.length > room;
    const bytes = isTooLong ? chunk.subarray(0, room) : chunk;
    body.length += bytes.length;
    this.#state.expectBytes(bytes.length);
    const parser = this.#isParsingStopped ? undefined : this.#parserInForce();
    if (this.#isKept()) {
      const text = fromBytes(bytes);
      this.#chunks ??= [];
      this.#chunks.push(text);
      parser?.write(text);
    } else if (parser !== undefined) {
      const passed = parser.passOver?.(bytes) ?? 0;
      parser.write(fromBytes(passed === 0 ? bytes : bytes.subarray(passed)));
    }
    if (isTooLong) return this.#exceedLength();
    return this.#checkPartsLimit() ?? this.#checkNoFilesLimit();
  }

  /** The body is complete: rules see what the parser made of it, and the whole of it where it was kept. */
  finish(): void {
    const { body, streams } = this.#state;
    if (!this.#isAnnounced()) return;
    const parser = this.#parserInForce();
    if (parser !== undefined) {
      if (!this.#isParsingStopped) parser.finish();
      body.result = parser.result;
      body.error ??= parser.result.error;
      this.#uploads?.close();
    }
    body.isVariable = this.#isVariable();
    if (this.#chunks !== undefined) body.raw = this.#chunks.join('');
    else if (body.isVariable) body.raw = '';
    this.#chunks = undefined;
    if (this.#settings.streamInBodyInspection && !body.isOverLimit) streams.input = body.raw ?? '';
    this.#state.forgetArguments();
  }

  /** Behind the last phase: uploaded files are kept or deleted. */
  releaseFiles(isRelevant: boolean): void {
    this.#uploads?.finish(isRelevant);
  }

  #extractFiles(store: UploadStore): UploadSession {
    const state = this.#state;
    const owner = { transactionId: state.connection.id, startedAt: state.startedAt };
    const uploads = new UploadSession(store, this.#settings, owner, (text) => {
      // A file rules could not look at is an error of the body, for them to judge.
      state.body.error ??= text;
      state.report(1, text);
    });
    state.uploads = uploads.files;
    return uploads;
  }

  #isAnnounced(): boolean {
    const { request, body } = this.#state;
    return (
      body.length > 0 ||
      request.indexOfHeader('content-length') !== -1 ||
      request.indexOfHeader('transfer-encoding') !== -1
    );
  }

  /** The parser of the processor in force, made when the first byte arrives or the body is found to be announced. */
  #parserInForce(): BodyParser | undefined {
    if (this.#parser !== undefined) return this.#parser;
    const { body, request } = this.#state;
    const processor = this.#vocabulary.bodyProcessors.find(body.processor);
    if (processor === undefined) return undefined;
    const argumentsLeft = Math.max(0, this.#settings.argumentsLimit - request.queryArguments.length);
    const contentType = headerValue(request.headers, 'content-type') ?? '';
    this.#parser = processor.createParser(bodyOptions(this.#settings, contentType, argumentsLeft, this.#uploads));
    return this.#parser;
  }

  /** Whether there is a REQUEST_BODY. */
  #isVariable(): boolean {
    const { body } = this.#state;
    if (body.processor === '') return body.forceVariable;
    return this.#vocabulary.bodyProcessors.find(body.processor)?.definesRequestBody === true;
  }

  /** The raw body is held where somebody looks at it as a whole: REQUEST_BODY, part C of the audit log and the like. */
  #isKept(): boolean {
    if (this.#settings.streamInBodyInspection) return true;
    if (this.#holdsXml && this.#state.body.processor === 'XML') return true;
    const { auditEngine, auditParts } = this.#state.settings;
    return this.#isVariable() || (auditEngine !== 'Off' && /[CI]/.test(auditParts));
  }

  #exceedLength(): Interruption | undefined {
    const { body, settings } = this.#state;
    body.isOverLimit = true;
    const text = `Request body is larger than the configured limit (${settings.requestBodyLimit}).`;
    return this.#exceed(text, this.#settings.requestBodyLimitAction === 'Reject');
  }

  /** A part that was not looked at could be anything, so the rest is never let through as inspected. */
  #checkPartsLimit(): Interruption | undefined {
    if (this.#isParsingStopped || this.#parser?.result.isOverPartsLimit !== true) return undefined;
    const text = `Request body has more parts than the configured limit (${this.#settings.requestBodyPartsLimit}).`;
    return this.#stopParsing(text, true);
  }

  #checkNoFilesLimit(): Interruption | undefined {
    if (this.#isParsingStopped) return undefined;
    const { body } = this.#state;
    const limit = this.#settings.requestBodyNoFilesLimit;
    const length = this.#parser?.result.noFilesLength ?? (body.forceVariable ? body.length : 0);
    if (length < limit) return undefined;
    const text = `Request body no files data length is larger than the configured limit (${limit}).`;
    return this.#stopParsing(text, this.#settings.requestBodyLimitAction === 'Reject');
  }

  #stopParsing(text: string, isRejecting: boolean): Interruption | undefined {
    this.#isParsingStopped = true;
    this.#state.body.error = text;
    return this.#exceed(text, isRejecting);
  }

  #exceed(text: string, isRejecting: boolean): Interruption | undefined {
    return exceedLimit(this.#state, 'request', text, isRejecting);
  }
}
