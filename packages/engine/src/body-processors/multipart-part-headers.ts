import { isSpace, lowerCase, trimSpaceStart } from '../bytes/ascii.ts';
import { escapeKey } from '../bytes/escape.ts';
import type { MultipartFlags } from '../registry/body-processor.ts';
import { MultipartError } from './multipart-error.ts';
import { ownCopy } from './own-copy.ts';

/** Bytes a header may have after unfolding, and a line with its line end must stay below. */
export const MAX_HEADER_LENGTH = 4096;

/** The header lines of one part, as they arrive. */
export class PartHeaders {
  readonly #lines: string[] = [];
  readonly #values = new Map<string, string>();
  #lastName: string | undefined;

  /** One line per header, folded ones joined as `Name: value`, the others as sent. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Value of a header; the name in lower case. */
  get(lowerCaseName: string): string | undefined {
    return this.#values.get(lowerCaseName);
  }

  /** Takes a line without its line end, not the empty one that ends the headers. Throws {@link MultipartError}. */
  add(line: string, flags: MultipartFlags): void {
    if (isSpace(line.charCodeAt(0))) this.#continueHeader(line, flags);
    else this.#startHeader(line);
  }

  #startHeader(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 0) throw new MultipartError(`Invalid part header (colon missing): ${escapeKey(line)}.`);
    if (colon === 0) throw new MultipartError('Invalid part header (header name missing).');
    const name = ownCopy(line.slice(0, colon));
    if (!isVisible(name)) throw new MultipartError('Invalid part header (contains invalid character).');
    const key = lowerCase(name);
    if (this.#values.has(key)) throw new MultipartError(`Duplicate part header: ${escapeKey(name)}.`);
    this.#values.set(key, ownCopy(trimBlankStart(line.slice(colon + 1))));
    this.#lines.push(ownCopy(line));
    this.#lastName = name;
  }

  /** RFC 2557 folds with space or tab; some servers take any white space, so that is accepted and flagged. */
  #continueHeader(line: string, flags: MultipartFlags): void {
    flags.headerFolding = true;
    const name = this.#lastName;
    const addition = trimSpaceStart(line);
    // In a line of white space only, the line end is part of the fold.
    if (addition === '' || !isBlank(line.slice(0, line.length - addition.length))) flags.invalidHeaderFolding = true;
    if (name === undefined) throw new MultipartError('Invalid part header (folding error).');
    const key = lowerCase(name);
    const value = `${this.#values.get(key)} ${addition}`;
    if (value.length > MAX_HEADER_LENGTH) throw new MultipartError('Part header too long.');
    this.#values.set(key, value);
    this.#lines[this.#lines.length - 1] = `${name}: ${value}`;
  }
}

function isVisible(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) < 0x21 || name.charCodeAt(at) > 0x7e) return false;
  return true;
}

function isBlank(text: string): boolean {
  return trimBlankStart(text) === '';
}

function trimBlankStart(text: string): string {
  let start = 0;
  while (text[start] === ' ' || text[start] === '\t') start++;
  return text.slice(start);
}
