import { fromBytes } from '../bytes/byte-string.ts';
import type { Vocabulary } from '../compile/vocabulary.ts';
import type { Interruption } from '../contract.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { ResponseState } from '../registry/transaction-state.ts';
import type { ExchangeState } from '../run/exchange-state.ts';
import { headerValue } from '../run/request-state.ts';
import { bodyOptions } from './body-options.ts';
import { exceedLimit } from './exceed-limit.ts';

/** The body of a response on its way to phase 4: held back as a whole, up to its limit. */
export class ResponseBody {
  readonly #state: ExchangeState;
  readonly #response: ResponseState;
  readonly #settings: Readonly<EngineSettings>;
  readonly #vocabulary: Vocabulary;
  #chunks: string[] | undefined;
  /** Whether its type is listed, once somebody has asked. */
  #isListed: boolean | undefined;

  constructor(
    state: ExchangeState,
    response: ResponseState,
    settings: Readonly<EngineSettings>,
    vocabulary: Vocabulary,
  ) {
    this.#state = state;
    this.#response = response;
    this.#settings = settings;
    this.#vocabulary = vocabulary;
  }

  /** Whether anybody is to look at it: types that are not listed stream through untouched. */
  get isWanted(): boolean {
    const { settings, responseBody, interruption } = this.#state;
    if (interruption !== undefined || settings.engineMode === 'Off' || !settings.responseBodyAccess) return false;
    if (responseBody.forceVariable) return true;
    this.#isListed ??= this.#settings.responseBodyMimeTypes.includes(mediaTypeOf(this.#response.contentType ?? 'null'));
    return this.#isListed;
  }

  /** Refuses a body whose Content-Length is over the limit before any of it has come. */
  checkAnnouncedLength(): Interruption | undefined {
    if (this.#settings.responseBodyLimitAction !== 'Reject') return undefined;
    const announced = Number(headerValue(this.#response.headers, 'content-length') ?? 0);
    return announced > this.#state.settings.responseBodyLimit ? this.#exceedLength() : undefined;
  }

  /** Takes the next bytes; those over the limit are ignored. Gives an interruption when the limit refuses the response. */
  write(chunk: Uint8Array): Interruption | undefined {
    const response = this.#response;
    if (response.isOverLimit) return undefined;
    const room = this.#state.settings.responseBodyLimit - response.bodyLength;
    const isTooLong = chunk.length > room;
    const text = fromBytes(isTooLong ? chunk.subarray(0, room) : chunk);
    response.bodyLength += text.length;
    this.#state.expectBytes(text.length);
    this.#chunks ??= [];
    this.#chunks.push(text);
    return isTooLong ? this.#exceedLength() : undefined;
  }

  /** The body is complete: rules see it, the copy they may rewrite, and what `ctl:responseBodyProcessor` asks for. */
  finish(): void {
    const { responseBody, streams } = this.#state;
    const response = this.#response;
    const text = this.#chunks?.join('') ?? '';
    this.#chunks = undefined;
    response.body = text;
    if (this.#settings.streamOutBodyInspection && !response.isOverLimit) streams.output = text;
    const processor = this.#vocabulary.bodyProcessors.find(responseBody.processor);
    if (processor === undefined) return;
    const { argumentsLimit } = this.#settings;
    const parser = processor.createParser(bodyOptions(this.#settings, response.contentType ?? '', argumentsLimit));
    parser.write(text);
    parser.finish();
    responseBody.result = parser.result;
    responseBody.error = parser.result.error;
  }

  #exceedLength(): Interruption | undefined {
    this.#response.isOverLimit = true;
    const text = `Response body is larger than the configured limit (${this.#state.settings.responseBodyLimit}).`;
    return exceedLimit(this.#state, 'response', text, this.#settings.responseBodyLimitAction === 'Reject');
  }
}

/** `Text/HTML; charset=utf-8` → `text/html`. */
function mediaTypeOf(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}
