/** Rules that the old configuration loads: files that go on being used, and lines that move to a file of their own. */
import { createWaf, type Diagnostic, RuleSetError, type RuleSource } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { defaultConfig } from '../../config/load.ts';
import { createServices } from '../../services/services.ts';
import type { Statement } from './statement.ts';

interface Piece {
  readonly source: RuleSource;
  readonly statement: Statement;
  /** Named in `rules.files`; otherwise a line of the new file. */
  readonly path: string | undefined;
}

export interface GatheredRules {
  /** For `rules.files`, when no new file is needed. */
  readonly files: readonly string[];
  /** Content of the new file, which then includes all others in their order; empty when none is needed. */
  readonly text: string;
  /** Whose lines are in `text`. */
  readonly written: readonly Statement[];
  /** What the engine does not load, and why. */
  readonly refused: ReadonlyMap<Statement, string>;
}

export class RuleFiles {
  readonly #pieces: Piece[] = [];

  /** A file with nothing but rules. */
  addFile(path: string, text: string, statement: Statement): void {
    this.#pieces.push({ source: { file: path, text }, statement, path });
  }

  /** A line of rules. */
  addLine(text: string, statement: Statement): void {
    this.#pieces.push({ source: { file: statement.file, text: `${text}\n` }, statement, path: undefined });
  }

  /** Loads everything once, and leaves out what is refused until nothing is. */
  async gather(): Promise<GatheredRules> {
    const refused = new Map<Statement, string>();
    let pieces: readonly Piece[] = this.#pieces;
    for (;;) {
      const reasons = await refusals(pieces);
      if (reasons.size === 0) break;
      for (const [{ statement }, reason] of reasons) refused.set(statement, reason);
      pieces = pieces.filter((piece) => !reasons.has(piece));
    }
    const lines = pieces.filter(({ path }) => path === undefined);
    // Rules are taken in their order: what is switched off behind a file must stay behind it.
    const text = pieces.map(({ path, source }) => (path === undefined ? source.text : `Include "${path}"\n`)).join('');
    return {
      files: lines.length > 0 ? [] : pieces.flatMap(({ path }) => path ?? []),
      text: lines.length > 0 ? text : '',
      written: lines.map(({ statement }) => statement),
      refused,
    };
  }
}

/** Which pieces the engine does not take, with what it said first. */
async function refusals(pieces: readonly Piece[]): Promise<ReadonlyMap<Piece, string>> {
  // A file name tells whose complaint it is, so every line gets one of its own; files keep theirs for what they include.
  const named = pieces.map((piece, at) => ({
    piece,
    source: piece.path === undefined ? { ...piece.source, file: `${piece.source.file}#${at}` } : piece.source,
  }));
  const reasons = new Map<Piece, string>();
  for (const { severity, span, message } of await complaints(named.map(({ source }) => source))) {
    if (severity !== 'error') continue;
    // Of a file that another one includes it is not known who named it; the last piece that could have is taken.
    const owner =
      named.find(({ source }) => source.file === span.file) ?? named.findLast(({ piece }) => piece.path !== undefined);
    if (owner === undefined || reasons.has(owner.piece)) continue;
    const place = owner.piece.path === undefined ? '' : `${span.file}:${span.start.line} `;
    reasons.set(owner.piece, place + message);
  }
  return reasons;
}

/** What the engine says when it loads the rules as a gate would. */
async function complaints(rules: readonly RuleSource[]): Promise<readonly Diagnostic[]> {
  const { services, load, release } = createServices(defaultConfig());
  try {
    for (;;) {
      let found: readonly Diagnostic[] = [];
      try {
        createWaf({ ...services, rules, files: nodeFiles });
      } catch (cause) {
        if (!(cause instanceof RuleSetError)) throw cause;
        found = cause.diagnostics;
      }
      // Rules may ask for what has to be fetched first.
      if (!(await load())) return found;
    }
  } finally {
    release();
  }
}
