import { type ParsedQuery, parseQuery } from '../parse-request/query.ts';
import {
  type BodyOptions,
  type BodyParser,
  type BodyProcessor,
  type BodyResult,
  defineBodyProcessor,
} from '../registry/body-processor.ts';
import { ARGUMENTS_LIMIT_EXCEEDED } from './body-errors.ts';

/** Forms. The arguments exist after `finish`: as in ModSecurity 2 the body is kept whole (REQUEST_BODY needs it anyway). */
export const urlencoded: BodyProcessor = defineBodyProcessor({
  name: 'URLENCODED',
  summary: 'Form fields in the body, written like a query string.',
  definesRequestBody: true,
  createParser: (options) => new UrlencodedParser(options),
});

const NOTHING: ParsedQuery = { arguments: [], hasInvalidEscape: false, isOverLimit: false };

class UrlencodedParser implements BodyParser {
  readonly #options: BodyOptions;
  readonly #chunks: string[] = [];
  #length = 0;
  #parsed: ParsedQuery = NOTHING;

  constructor(options: BodyOptions) {
    this.#options = options;
  }

  write(chunk: string): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  finish(): void {
    this.#parsed = parseQuery(this.#chunks.join(''), this.#options.argumentSeparator, this.#options.argumentsLimit);
    this.#chunks.length = 0;
  }

  get result(): BodyResult {
    return {
      arguments: this.#parsed.arguments,
      isForm: true,
      files: [],
      partHeaders: [],
      lastPartName: undefined,
      lastFilename: undefined,
      multipart: undefined,
      xml: undefined,
      error: this.#parsed.isOverLimit ? ARGUMENTS_LIMIT_EXCEEDED : undefined,
      hasInvalidEscape: this.#parsed.hasInvalidEscape,
      noFilesLength: this.#length,
    };
  }
}
