import { fileURLToPath, pathToFileURL } from 'node:url';
import { Diagnostics, type Node, parseSecLang, type Span } from '@sallyport/engine/language';
import type { LspPosition, LspRange, TextEdit } from './protocol.ts';

/**
 * A file of rules as the editor has it. The engine reads bytes, editors count UTF-16 code units: this class knows the way
 * between the two. Text never leaves as anything but what came in, so that files of any encoding an editor shows survive.
 */
export class TextDocument {
  readonly uri: string;
  readonly version: number;
  /** UTF-8 of the text as a byte string, as the loader would read it from disk. */
  readonly bytes: string;
  /** Byte offset of each line. */
  readonly #lineStarts: readonly number[];
  #nodes: readonly Node[] | undefined;

  constructor(uri: string, version: number, bytes: string) {
    this.uri = uri;
    this.version = version;
    this.bytes = bytes;
    const starts = [0];
    for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** A document with text from an editor. */
  static of(uri: string, version: number, text: string): TextDocument {
    return new TextDocument(uri, version, toByteString(text));
  }

  /** Name for spans: the path of a file, the URI of anything else. */
  get file(): string {
    return fileOf(this.uri);
  }

  get nodes(): readonly Node[] {
    this.#nodes ??= parseSecLang(this.file, this.bytes, new Diagnostics()).nodes;
    return this.#nodes;
  }

  /** Byte offset of a position; positions outside are moved to the nearest place inside. */
  offsetAt({ line, character }: LspPosition): number {
    const start = this.#lineStarts[line];
    if (start === undefined) return line < 0 ? 0 : this.bytes.length;
    const end = this.#endOfLine(line);
    let units = 0;
    let at = start;
    while (at < end && units < character) {
      const length = sequenceLength(this.bytes.charCodeAt(at));
      units += length === 4 ? 2 : 1;
      at += length;
    }
    return Math.min(at, end);
  }

  positionAt(offset: number): LspPosition {
    const inside = Math.min(Math.max(offset, 0), this.bytes.length);
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#lineStarts[middle] ?? 0) <= inside) low = middle;
      else high = middle;
    }
    let character = 0;
    for (let at = this.#lineStarts[low] ?? 0; at < inside; ) {
      const length = sequenceLength(this.bytes.charCodeAt(at));
      character += length === 4 ? 2 : 1;
      at += length;
    }
    return { line: low, character };
  }

  range(start: number, end: number): LspRange {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  rangeOf({ start, end }: Span): LspRange {
    return this.range(start.offset, end.offset);
  }

  /** The document after the changes of one notification; a change without a range replaces everything. */
  changed(
    version: number,
    changes: readonly (Partial<Pick<TextEdit, 'range'>> & { readonly text: string })[],
  ): TextDocument {
    let document = new TextDocument(this.uri, version, this.bytes);
    for (const { range, text } of changes) {
      const [start, end] =
        range === undefined
          ? [0, document.bytes.length]
          : [document.offsetAt(range.start), document.offsetAt(range.end)];
      const bytes = document.bytes.slice(0, start) + toByteString(text) + document.bytes.slice(Math.max(start, end));
      document = new TextDocument(this.uri, version, bytes);
    }
    return document;
  }

  #endOfLine(line: number): number {
    const next = this.#lineStarts[line + 1];
    return next === undefined ? this.bytes.length : next - 1;
  }
}

export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Byte strings of editors are UTF-8; what is not becomes U+FFFD. */
export function toText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

export function fileOf(uri: string): string {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  } catch {
    return uri;
  }
}

export function uriOf(file: string): string {
  return file.startsWith('/') ? pathToFileURL(file).href : file;
}

/** Bytes of the UTF-8 sequence a byte begins; a stray byte counts as one. */
function sequenceLength(byte: number): 1 | 2 | 3 | 4 {
  if (byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}
