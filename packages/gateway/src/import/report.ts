/** What an import did, line by line, for people and for programs. */

export interface ImportLine {
  readonly file: string;
  readonly line: number;
  /** The line of the old configuration. */
  readonly source: string;
  readonly outcome: 'translated' | 'left out' | 'unchanged';
  /** What it has become. */
  readonly result: readonly string[];
  /** Differences to know about; for what is left out, the reason. */
  readonly notes: readonly string[];
}

export interface Import {
  /** The new rules, loaded once by the engine as a proof. */
  readonly text: string;
  readonly lines: readonly ImportLine[];
}

export interface ImportCounts {
  readonly translated: number;
  readonly leftOut: number;
  readonly unchanged: number;
}

export function countOutcomes(lines: readonly ImportLine[]): ImportCounts {
  const count = (outcome: ImportLine['outcome']): number => lines.filter((line) => line.outcome === outcome).length;
  return { translated: count('translated'), leftOut: count('left out'), unchanged: count('unchanged') };
}

/** One paragraph for each line that changed, and a sum at the end. */
export function renderImport(lines: readonly ImportLine[]): readonly string[] {
  const paragraphs = lines
    .filter(({ outcome }) => outcome !== 'unchanged')
    .flatMap(({ file, line, source, outcome, result, notes }) => [
      `${file}:${line} ${source}`,
      ...result.map((written) => `  -> ${written.trim()}`),
      ...notes.map((note) => `  ${outcome === 'left out' ? 'LEFT OUT' : 'note'}: ${note}`),
    ]);
  const { translated, leftOut, unchanged } = countOutcomes(lines);
  return [...paragraphs.map(printable), `${translated} translated, ${leftOut} left out, ${unchanged} unchanged`];
}

/** Terminals obey control bytes, and the old configuration may be a stranger's. */
function printable(text: string): string {
  return text.replace(
    /[\0-\x08\x0b-\x1f\x7f-\x9f]/g,
    (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

/** The same as one JSON document. */
export function renderImportJson(lines: readonly ImportLine[]): string {
  return JSON.stringify({ counts: countOutcomes(lines), lines }, undefined, 2);
}
