import type { FileAccess } from '@sallyport/engine';
import { RegexCache } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import { lint } from '../lint/lint.ts';
import { type LspDiagnostic, SEVERITY } from './protocol.ts';
import { type TextDocument, toText } from './text-document.ts';

/** Patterns that are kept; somebody who types one leaves many behind. */
const MAX_PATTERNS = 20_000;

/** Judges documents again and again: what has been compiled once is not compiled again. */
export class Diagnoser {
  #regexes = new RegexCache();

  /** Patterns that are known already. */
  get regexes(): RegexCache {
    return this.#regexes;
  }

  /** Everything that is wrong in one document. What depends on other files is not judged. */
  diagnose(document: TextDocument): readonly LspDiagnostic[] {
    if (this.#regexes.size > MAX_PATTERNS) this.#regexes = new RegexCache();
    const { findings } = lint({
      rules: [{ file: document.file, text: document.bytes }],
      files: withoutIncludes(),
      isComplete: false,
      regexes: this.#regexes,
    });
    return findings
      .filter(({ span }) => span.file === document.file)
      .map(({ code, severity, message, hint, span }) => ({
        range: document.rangeOf(span),
        severity: SEVERITY[severity],
        code,
        source: 'sallyport',
        message: toText(hint === undefined ? message : `${message}; ${hint}`),
      }));
  }
}

/** Included files exist and are empty: they are judged when somebody opens them. */
export function withoutIncludes(): FileAccess {
  const included = new Set<string>();
  return {
    resolve: nodeFiles.resolve,
    list: (pattern) => {
      const files = nodeFiles.list(pattern);
      for (const file of files) included.add(file);
      return files;
    },
    read: (path) => (included.has(path) ? '' : nodeFiles.read(path)),
  };
}
