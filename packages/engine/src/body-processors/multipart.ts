import { isSpace } from '../bytes/ascii.ts';
import { fromBytes } from '../bytes/byte-string.ts';
import { escapeKey } from '../bytes/escape.ts';
import {
  type BodyOptions,
  type BodyParser,
  type BodyProcessor,
  type BodyResult,
  defineBodyProcessor,
  type MultipartFlags,
} from '../registry/body-processor.ts';
import { ARGUMENTS_LIMIT_EXCEEDED } from './body-errors.ts';
import { BoundarySearch } from './boundary-search.ts';
import { parseContentDisposition } from './content-disposition.ts';
import { readBoundary } from './multipart-content-type.ts';
import { MultipartError } from './multipart-error.ts';
import { MAX_HEADER_LENGTH, PartHeaders } from './multipart-part-headers.ts';
import { MultipartParts } from './multipart-parts.ts';
import { ownCopy } from './own-copy.ts';

/** Uploads: `multipart/form-data` with ModSecurity's strictness and its MULTIPART_* flags. */
export const multipart: BodyProcessor = defineBodyProcessor({
  name: 'MULTIPART',
  summary: 'Form fields and files as multipart/form-data.',
  definesRequestBody: false,
  createParser: (options) => new MultipartParser(options),
});

/**
 * `content` is anything up to a boundary line: the preamble, where there is no part, or the data of a part.
 * After `failed` nothing is read any more.
 */
type State = 'content' | 'headers' | 'epilogue' | 'failed';

const LF = 0x0a;

/**
 * Each byte is judged once, with a fixed number of bytes behind it in view or the end of the body, so the outcome does not
 * depend on how the body was cut into chunks. Between chunks only that look-ahead (or an unfinished header line) is kept.
 */
class MultipartParser implements BodyParser {
  readonly #options: BodyOptions;
  readonly #flags: MultipartFlags = noFlags();
  readonly #parts: MultipartParts;
  readonly #partHeaders: { partName: string; line: string }[] = [];
  readonly #boundary: string = '';
  readonly #delimiter: string = '--';
  /** For it, in files. */
  readonly #search: BoundarySearch = new BoundarySearch('--');
  /** Longest that has to be seen of a line to judge it: LF, delimiter, `--`, CR LF. */
  readonly #lookAhead: number = 0;
  #error: string | undefined;
  #isOverPartsLimit = false;
  #headersLength = 0;
  #lastPartName: string | undefined;
  #lastFilename: string | undefined;

  #state: State = 'content';
  #headers = new PartHeaders();
  #partCount = 0;
  /** The next byte of content is the first one of the body or of a part. */
  #isFirstLine = true;
  /** Where in the body to go on after a line that began with `--` and white space and nothing else so far; -1 without. */
  #blankRunOffset = -1;

  /** Bytes at hand; those before `#at` are done with. */
  #input = '';
  #at = 0;
  #isLast = false;
  /** Offset in the body of `#input`, and of the line `#at` is in. */
  #inputOffset = 0;
  #lineOffset = 0;

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#parts = new MultipartParts(options, this.#flags);
    try {
      this.#boundary = readBoundary(options.contentType, this.#flags);
      this.#delimiter = `--${this.#boundary}`;
      this.#search = new BoundarySearch(this.#delimiter);
      this.#lookAhead = this.#delimiter.length + 5;
    } catch (error) {
      this.#fail(error, '');
    }
  }

  write(chunk: string): void {
    if (this.#state === 'failed' || chunk === '') return;
    this.#read(this.#input + chunk);
  }

  /** Most of an upload is files, and rules see no more of them than names and sizes. */
  passOver(bytes: Uint8Array): number {
    // Where enough has come to judge what is at hand, all that is left of it is a look-ahead, and perhaps a CR.
    const joint = this.#lookAhead + 1;
    if (bytes.length <= joint + this.#lookAhead || !this.#parts.isUnseen) return 0;
    this.write(fromBytes(bytes.subarray(0, joint)));
    const isInside = this.#state === 'content' && !this.#isFirstLine && this.#blankRunOffset < 0;
    if (!isInside || !this.#parts.isUnseen || this.#input.length > joint) return joint;

    const start = joint - this.#input.length;
    const judgeable = bytes.length - this.#lookAhead;
    const end = this.#search.harmlessEnd(bytes, start, judgeable, !this.#flags.unmatchedBoundary);
    if (end <= start) return joint;
    this.#noteLineOf(bytes, start, end);
    this.#parts.countUnseen(end - start);
    this.#inputOffset += end - start;
    this.#input = '';
    return end;
  }

  finish(): void {
    const isEmpty = this.#inputOffset === 0 && this.#input === '';
    if (this.#state === 'failed' || this.#state === 'epilogue' || isEmpty) return;
    this.#isLast = true;
    this.#read(this.#input);
  }

  get result(): BodyResult {
    const parts = this.#parts;
    return {
      arguments: parts.arguments,
      isForm: true,
      files: parts.files,
      partHeaders: this.#partHeaders,
      lastPartName: this.#lastPartName,
      lastFilename: this.#lastFilename,
      multipart: this.#flags,
      isOverPartsLimit: this.#isOverPartsLimit,
      xml: undefined,
      error: this.#error ?? (parts.isOverArgumentsLimit ? ARGUMENTS_LIMIT_EXCEEDED : undefined),
      hasInvalidEscape: false,
      noFilesLength: this.#headersLength + parts.fieldsLength,
    };
  }

  #read(input: string): void {
    this.#input = input;
    this.#at = 0;
    try {
      while (this.#readOn());
      if (this.#isLast && this.#state !== 'epilogue') throw this.#missingBoundary();
    } catch (error) {
      this.#fail(error, 'Multipart parsing error: ');
    }
    this.#inputOffset += this.#at;
    // As a slice it would keep the whole chunk until the next one comes, which may take a client long.
    this.#input = ownCopy(input.slice(this.#at));
  }

  /** Reads up to the next change of state; false when that takes more bytes than there are. */
  #readOn(): boolean {
    switch (this.#state) {
      case 'content':
        return this.#readContent();
      case 'headers':
        return this.#readHeaderLine();
      case 'epilogue':
        if (this.#at < this.#input.length) this.#flags.dataAfter = true;
        this.#at = this.#input.length;
        return false;
      case 'failed':
        return false;
    }
  }

  /** What has been read of the part in hand stays visible to rules: a refused body may still be let through by them. */
  #fail(error: unknown, prefix: string): void {
    if (!(error instanceof MultipartError)) throw error;
    this.#parts.close();
    this.#flags.parserError = true;
    this.#error = prefix + error.message;
    this.#state = 'failed';
  }

  #missingBoundary(): MultipartError {
    return new MultipartError(this.#partCount === 0 ? 'No boundaries found in payload.' : 'Final boundary missing.');
  }

  // Content

  #readContent(): boolean {
    const input = this.#input;
    const judgeable = this.#isLast ? input.length : input.length - this.#lookAhead;
    if (this.#at > judgeable) return false;

    if (this.#blankRunOffset >= 0) this.#followBlankRun(this.#blankRunOffset - this.#inputOffset);
    if (this.#isFirstLine) {
      if (input.startsWith('--', this.#at) && this.#readFirstLine()) return true;
      this.#isFirstLine = false;
    }

    for (let hit = input.indexOf('\n--', this.#at); hit >= 0 && hit < judgeable; hit = input.indexOf('\n--', hit + 1)) {
      const line = hit + 1;
      if (!input.startsWith(this.#delimiter, line)) {
        // One inside of a line before it comes first, whether it came with this chunk or with an earlier one.
        if (!this.#flags.unmatchedBoundary) this.#lookForInnerBoundary(hit);
        this.#judgeDashes(line);
        continue;
      }
      const endsInCrLf = hit > this.#at && input[hit - 1] === '\r';
      if (!endsInCrLf) this.#flags.lfLine = true;
      this.#consume(endsInCrLf ? hit - 1 : hit);
      if (!this.#parts.isOpen) this.#flags.dataBefore = true;
      this.#readBoundaryLine(line);
      return true;
    }

    // A line end belongs to the boundary that may follow, so CR waits for its LF.
    const end = !this.#isLast && input[judgeable - 1] === '\r' ? judgeable - 1 : judgeable;
    this.#consume(end);
    return false;
  }

  /** Judges a first line that starts with `--`; true when it was a boundary. */
  #readFirstLine(): boolean {
    const line = this.#at;
    if (!this.#input.startsWith(this.#delimiter, line)) {
      this.#judgeDashes(line);
      return false;
    }
    if (!this.#parts.isOpen) {
      this.#readBoundaryLine(line);
      return true;
    }
    // Here the line break that belongs to a boundary is missing. Like ModSecurity, take the line as data and flag it.
    this.#flags.invalidPart = true;
    if (!this.#isAtUnendedFinalBoundary()) return false;
    this.#at = this.#input.length;
    this.#startPartOrEnd(true);
    return true;
  }

  #isAtUnendedFinalBoundary(): boolean {
    return this.#isLast && this.#input.slice(this.#at) === `${this.#delimiter}--`;
  }

  /** Reads a line that starts with the delimiter; ends the part before it. */
  #readBoundaryLine(line: number): void {
    const input = this.#input;
    let end = line + this.#delimiter.length;
    const isFinal = input.startsWith('--', end);
    if (isFinal) end += 2;

    if (input.startsWith('\r\n', end)) {
      this.#flags.crlfLine = true;
      end += 2;
    } else if (input[end] === '\n') {
      this.#flags.lfLine = true;
      end += 1;
    } else if (!isFinal || end < input.length || this.#partCount === 0) {
      // The body may break off here, but only in what could have become the end of the line.
      const rest = input.slice(end);
      if (rest === '' || rest === '\r' || rest === '-') throw this.#missingBoundary();
      throw new MultipartError(`Invalid boundary: ${escapeKey(input.slice(line, end + 1))}`);
    }
    this.#at = end;
    this.#startPartOrEnd(isFinal);
  }

  #startPartOrEnd(isFinal: boolean): void {
    // Between boundary and boundary there were headers at most, so there is no name.
    if (!this.#parts.close() && this.#state === 'headers') this.#flags.invalidPart = true;
    this.#partCount++;
    const { partsLimit = Number.POSITIVE_INFINITY } = this.#options;
    if (!isFinal && this.#partCount > partsLimit) {
      this.#isOverPartsLimit = true;
      throw new MultipartError(`More than ${partsLimit} parts.`);
    }
    this.#headers = new PartHeaders();
    this.#blankRunOffset = -1;
    this.#lineOffset = this.#inputOffset + this.#at;
    this.#state = isFinal ? 'epilogue' : 'headers';
  }

  /** A line starts with `--` but not with our boundary: flagged, or refused when it is ours in disguise. */
  #judgeDashes(line: number): void {
    this.#flagUnmatched(this.#inputOffset + line);
    if (this.#flags.boundaryQuoted && this.#input.startsWith(`"${this.#boundary}`, line + 2)) {
      this.#consume(line);
      throw new MultipartError('Invalid boundary (quotes).');
    }
    const next = this.#input.charCodeAt(line + 2);
    if (isSpace(next) && next !== 0x0a) this.#followBlankRun(line + 2);
  }

  /** Skips white space behind `--` and refuses a boundary behind it. Goes on with the next chunk where input ends. */
  #followBlankRun(from: number): void {
    const input = this.#input;
    let at = from;
    while (at < input.length && input[at] !== '\n' && isSpace(input.charCodeAt(at))) at++;
    const isUndecided = !this.#isLast && at + this.#boundary.length > input.length;
    this.#blankRunOffset = isUndecided ? this.#inputOffset + at : -1;
    if (!input.startsWith(this.#boundary, at)) return;
    this.#consume(at);
    throw new MultipartError('Invalid boundary (whitespace).');
  }

  /** Hands `input[#at, end)` to the part in hand, or drops it as preamble. */
  #consume(end: number): void {
    const start = this.#at;
    if (end <= start || this.#state !== 'content') return;
    if (!this.#flags.unmatchedBoundary) this.#lookForInnerBoundary(end);
    this.#at = end;
    if (this.#parts.isOpen) this.#parts.append(this.#input.slice(start, end));
    else this.#flags.dataBefore = true;
  }

  #lookForInnerBoundary(end: number): void {
    const input = this.#input;
    let inner = input.indexOf(this.#delimiter, this.#at);
    // The first line of a part may be a boundary that was taken for data; it has its own flag.
    if (inner >= 0 && this.#inputOffset + inner === this.#lineOffset) inner = input.indexOf(this.#delimiter, inner + 1);
    const isInside = inner >= 0 && inner < end;
    const lastBreak = input.lastIndexOf('\n', (isInside ? inner : end) - 1);
    if (lastBreak >= this.#at) this.#lineOffset = this.#inputOffset + lastBreak + 1;
    if (isInside) this.#flagUnmatched(this.#lineOffset);
  }

  /** Follows where the line begins that is being read, as far as that may be asked for. */
  #noteLineOf(bytes: Uint8Array, start: number, end: number): void {
    if (this.#flags.unmatchedBoundary) return;
    const lastBreak = bytes.lastIndexOf(LF, end - 1);
    if (lastBreak >= start) this.#lineOffset = this.#inputOffset + (lastBreak - start) + 1;
  }

  #flagUnmatched(lineOffset: number): void {
    if (this.#flags.unmatchedBoundary) return;
    this.#flags.unmatchedBoundary = true;
    this.#flags.unmatchedBoundaryOffset = lineOffset;
  }

  // Part headers

  #readHeaderLine(): boolean {
    const input = this.#input;
    const lineEnd = input.indexOf('\n', this.#at);
    const length = (lineEnd < 0 ? input.length : lineEnd + 1) - this.#at;
    const isTooLong = length >= MAX_HEADER_LENGTH;
    if (lineEnd < 0 && !isTooLong) return this.#readLastHeaderLine();

    const line = input.slice(this.#at, this.#at + Math.min(length, MAX_HEADER_LENGTH));
    this.#judgeHeaderLine(line);
    if (isTooLong) throw new MultipartError(`Part header line over ${MAX_HEADER_LENGTH} bytes long`);
    if (line.includes('\0')) throw new MultipartError('Nul byte in part headers.');
    this.#at += length;
    this.#headersLength += length;

    const endsInCrLf = line.endsWith('\r\n');
    if (endsInCrLf) this.#flags.crlfLine = true;
    else this.#flags.lfLine = true;
    const text = line.slice(0, endsInCrLf ? -2 : -1);
    if (text === '') this.#startContent();
    else this.#headers.add(text, this.#flags);
    return true;
  }

  /** A header line without its end: more of it comes, or the body ends here, at best with a final boundary. */
  #readLastHeaderLine(): boolean {
    if (!this.#isAtUnendedFinalBoundary()) return false;
    this.#flags.invalidPart = true;
    this.#at = this.#input.length;
    this.#startPartOrEnd(true);
    return true;
  }

  /** Boundaries have no place among headers, but attackers may put something that resembles them there. */
  #judgeHeaderLine(line: string): void {
    if (line.startsWith(this.#delimiter)) this.#flags.invalidPart = true;
    else if (line.startsWith('--')) this.#judgeDashes(this.#at);
    else if (line.includes(this.#delimiter)) this.#flagUnmatched(this.#inputOffset + this.#at);
  }

  /** The empty line: what the headers say decides whether a field or a file follows. */
  #startContent(): void {
    const header = this.#headers.get('content-disposition');
    if (header === undefined) throw new MultipartError('Part missing Content-Disposition header.');
    const { name, filename, hasInvalidQuoting, problem } = parseContentDisposition(header);
    this.#lastPartName = name ?? this.#lastPartName;
    this.#lastFilename = filename ?? this.#lastFilename;
    if (hasInvalidQuoting) this.#flags.invalidQuoting = true;
    if (problem !== undefined) {
      throw new MultipartError(`Invalid Content-Disposition header (${problem}): ${escapeKey(header)}.`);
    }
    if (name === undefined) throw new MultipartError('Content-Disposition header missing name field.');

    for (const line of this.#headers.lines) this.#partHeaders.push({ partName: name, line });
    this.#parts.open({ name, filename, contentType: this.#headers.get('content-type'), number: this.#partCount });
    this.#isFirstLine = true;
    this.#lineOffset = this.#inputOffset + this.#at;
    this.#state = 'content';
  }
}

function noFlags(): MultipartFlags {
  return {
    boundaryQuoted: false,
    boundaryWhitespace: false,
    dataBefore: false,
    dataAfter: false,
    headerFolding: false,
    invalidHeaderFolding: false,
    lfLine: false,
    crlfLine: false,
    missingSemicolon: false,
    invalidQuoting: false,
    invalidPart: false,
    fileLimitExceeded: false,
    unmatchedBoundary: false,
    parserError: false,
    unmatchedBoundaryOffset: -1,
  };
}
