import { importModsec1, type RuleSource } from '@sallyport/engine';
import type { Import, ImportLine } from './report.ts';

/** Translates a ModSecurity 1.x configuration; lines that cannot be read are left out like those without counterpart. */
export function translateModsec1(source: RuleSource, idBase: number | undefined): Import {
  const { text, lines, mistakes } = importModsec1(source, idBase === undefined ? {} : { idBase });
  const written = source.text.split('\n');
  const all: ImportLine[] = [
    ...lines.map(({ span, source: line, outcome, result, notes }) => ({
      file: source.file,
      line: span.start.line,
      source: line,
      outcome,
      result,
      notes,
    })),
    ...mistakes.map(({ span, message }) => ({
      file: source.file,
      line: span.start.line,
      source: (written[span.start.line - 1] ?? '').trim(),
      outcome: 'left out' as const,
      result: [],
      notes: [message],
    })),
  ];
  return { text, lines: all.sort((left, right) => left.line - right.line) };
}
