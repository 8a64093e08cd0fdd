import type { FileAccess } from '../../contract.ts';
import type { Span, Word } from '../../seclang/ast.ts';
import type { Diagnostics } from '../../seclang/diagnostics.ts';
import { reasonOf } from '../bind-targets.ts';
import { codes } from '../codes.ts';

/** Deepest nesting of Include. */
const MAXIMUM_INCLUDE_DEPTH = 32;

/** The files a configuration is spread over, each loaded where it is named. */
export class SourceFiles {
  readonly #files: FileAccess;
  readonly #diagnostics: Diagnostics;
  readonly #loadText: (file: string, text: string) => void;
  /** The files being loaded, each named by the one before. */
  readonly #open: string[] = [];

  constructor(files: FileAccess, diagnostics: Diagnostics, loadText: (file: string, text: string) => void) {
    this.#files = files;
    this.#diagnostics = diagnostics;
    this.#loadText = loadText;
  }

  /** Loads the files that `pattern` means, in the order the file access lists them. */
  include(pattern: Word, isOptional: boolean): void {
    const paths = this.#files.list(this.#files.resolve(pattern.span.file, pattern.text));
    if (paths.length === 0 && !isOptional) {
      this.#diagnostics.error(
        codes.nothingIncluded,
        `Include finds no file for ${pattern.text}`,
        pattern.span,
        'IncludeOptional accepts that there is none',
      );
    }
    for (const path of paths) this.load(path, pattern.span);
  }

  /** Loads one file; `span` is where it is named. */
  load(path: string, span: Span): void {
    if (this.#open.includes(path)) {
      this.#diagnostics.error(codes.includeCycle, `${path} includes itself`, span);
      return;
    }
    if (this.#open.length >= MAXIMUM_INCLUDE_DEPTH) {
      this.#diagnostics.error(codes.includeCycle, `Include is nested deeper than ${MAXIMUM_INCLUDE_DEPTH} files`, span);
      return;
    }
    let text: string;
    try {
      text = this.#files.read(path);
    } catch (cause) {
      this.#diagnostics.error(codes.unreadableFile, `cannot read ${path}: ${reasonOf(cause)}`, span);
      return;
    }
    this.#open.push(path);
    this.#loadText(path, text);
    this.#open.pop();
  }
}
