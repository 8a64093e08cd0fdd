import type { ImportLine } from '../report.ts';
import type { Statement } from './statement.ts';

interface Entry {
  readonly result: string[];
  readonly notes: string[];
  isLeftOut: boolean;
}

/** Characters of a statement in the report. */
const LONGEST_SOURCE = 500;

/** Accounts for every statement: what became of it, or why nothing did. */
export class Ledger {
  readonly #entries = new Map<Statement, Entry>();

  /** It is part of the configuration that is read. What nobody speaks of later has no effect. */
  enter(statement: Statement): void {
    if (!this.#entries.has(statement)) this.#entries.set(statement, { result: [], notes: [], isLeftOut: false });
  }

  /** It has become `result`; `notes` are differences to know about. */
  carried(statement: Statement, result: string, ...notes: readonly string[]): void {
    const entry = this.#entryOf(statement);
    // What holds for many places is said once.
    if (!entry.result.includes(result)) entry.result.push(result);
    entry.notes.push(...notes.filter((one) => !entry.notes.includes(one)));
  }

  /** Something to know about it, besides what it has become. */
  noted(statement: Statement, note: string): void {
    this.#entryOf(statement).notes.push(note);
  }

  /** It says who may have something, and nothing here keeps the others out. */
  unguarded(statement: Statement): void {
    this.noted(statement, 'WARNING: what it guards is not guarded here; write a rule for it');
  }

  leftOut(statement: Statement, reason: string): void {
    const entry = this.#entryOf(statement);
    entry.isLeftOut = true;
    if (!entry.notes.includes(reason)) entry.notes.push(reason);
  }

  /** The reason, where it has become nothing and nobody has said why. */
  leftOutUnlessCarried(statement: Statement, reason: string): void {
    const { result, isLeftOut } = this.#entryOf(statement);
    if (result.length === 0 && !isLeftOut) this.leftOut(statement, reason);
  }

  /** In the order in which the statements were read. */
  lines(): readonly ImportLine[] {
    return [...this.#entries].map(([statement, { result, notes, isLeftOut }]) => {
      const isOpen = result.length === 0 && !isLeftOut;
      return {
        ...statement,
        source: shortened(statement.source),
        outcome: result.length === 0 ? 'left out' : 'translated',
        result,
        notes: isOpen ? [...notes, 'nothing that is carried over depends on it'] : notes,
      };
    });
  }

  #entryOf(statement: Statement): Entry {
    this.enter(statement);
    return this.#entries.get(statement) as Entry;
  }
}

function shortened(source: string): string {
  return source.length <= LONGEST_SOURCE ? source : `${source.slice(0, LONGEST_SOURCE)} …`;
}
