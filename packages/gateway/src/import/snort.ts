import {
  createWaf,
  type Diagnostic,
  type RuleParts,
  RuleSetError,
  type RuleSource,
  writeRules,
} from '@sallyport/engine';
import type { Import, ImportLine } from './report.ts';
import { convertRule } from './snort/convert.ts';
import { type BrokenRule, parseSnort, type SnortRule } from './snort/rule.ts';

/** Added to each sid, so that rules of Snort meet neither local rules nor those of the Core Rule Set. */
export const SNORT_ID_BASE = 30_000_000;

/** Ids for helper rules begin so far above the base: published sids end below. */
const HELPER_IDS = 10_000_000;

/**
 * Converts files of Snort 2 and 3 rules (Suricata's HTTP buffers too). Rules that cannot be expressed are listed with the
 * reason; every rule that is written has been loaded by the engine. `idBase` is added to each sid.
 */
export function convertSnort(sources: readonly RuleSource[], idBase: number = SNORT_ID_BASE): Import {
  const converter = new Converter(idBase);
  const entries = sources.flatMap(({ file, text }) => parseSnort(file, text).map((rule) => converter.convert(rule)));
  const loaded = withoutRefused(entries);
  const texts = loaded.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const opening = loaded.some(({ text, usesClientState }) => text !== undefined && usesClientState)
    ? [converter.openCollection()]
    : [];
  return { text: [...opening, ...texts].join('\n'), lines: loaded.map(({ line }) => line) };
}

/** A rule and what it has become; no text when it is left out. */
interface Entry {
  readonly line: ImportLine;
  readonly text: string | undefined;
  readonly usesClientState: boolean;
}

class Converter {
  readonly #idBase: number;
  readonly #ids = new Set<number>();
  #nextHelper: number;

  constructor(idBase: number) {
    this.#idBase = idBase;
    this.#nextHelper = idBase + HELPER_IDS;
  }

  convert(rule: SnortRule | BrokenRule): Entry {
    const about = { file: rule.file, line: rule.line, source: rule.text };
    const leftOut = (reason: string): Entry =>
      refused({ ...about, outcome: 'translated', result: [], notes: [] }, reason);
    if ('reason' in rule) return leftOut(rule.reason);
    const id = this.#idOf(rule);
    if (typeof id === 'string') return leftOut(id);
    const converted = convertRule(rule, id, () => this.#nextHelper++);
    if (typeof converted === 'string') return leftOut(converted);
    const { rules, notes, usesClientState } = converted;
    const text = writeRules(rules);
    const result = text.split('\n').slice(0, -1);
    this.#ids.add(id);
    return { line: { ...about, outcome: 'translated', result, notes }, text, usesClientState };
  }

  #idOf({ options }: SnortRule): number | string {
    const sid = options.findLast(({ name }) => name === 'sid')?.value;
    if (sid === undefined) return 'it has no sid';
    if (!/^[1-9]\d{0,8}$/.test(sid)) return `the sid ${sid} is not a number`;
    const id = this.#idBase + Number(sid);
    return this.#ids.has(id) || Number(sid) >= HELPER_IDS ? `the sid ${sid} is taken or too large` : id;
  }

  /** The rule that opens the collection IP, which flowbits and counters are kept in. */
  openCollection(): string {
    const open: RuleParts = {
      targets: [{ name: 'REMOTE_ADDR' }],
      operator: ['unconditionalMatch', ''],
      actions: [
        ['id', String(this.#nextHelper)],
        ['phase', '1'],
        ['pass'],
        ['nolog'],
        ['t', 'none'],
        ['initcol', 'ip=%{REMOTE_ADDR}'],
      ],
    };
    return writeRules([open]);
  }
}

function refused(line: ImportLine, reason: string): Entry {
  return {
    line: { ...line, outcome: 'left out', result: [], notes: [reason] },
    text: undefined,
    usesClientState: false,
  };
}

/** Loads all rules together; those the loader refuses are left out, until it refuses none. */
function withoutRefused(entries: readonly Entry[]): readonly Entry[] {
  const texts = entries.map(({ text }) => text ?? '');
  const errors = loadErrors(texts.join(''));
  if (errors.length === 0) return entries;
  let end = 1;
  const checked = entries.map((entry, index) => {
    const start = end;
    end += (texts[index] ?? '').split('\n').length - 1;
    const own = errors.filter(({ span }) => span.start.line >= start && span.start.line < end);
    return own.length === 0 ? entry : refused(entry.line, own.map(({ message }) => message).join('; '));
  });
  // A refusal that belongs to no rule would come back for ever.
  if (checked.every((entry, index) => entry === entries[index])) throw new RuleSetError(errors);
  return withoutRefused(checked);
}

function loadErrors(text: string): readonly Diagnostic[] {
  try {
    createWaf({ rules: [{ file: 'translation', text }] });
    return [];
  } catch (cause) {
    if (!(cause instanceof RuleSetError)) throw cause;
    return cause.diagnostics.filter(({ severity }) => severity === 'error');
  }
}
