import { createWaf, type RuleParts, RuleSetError, type RuleSource, writeRules } from '@sallyport/engine';
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
  for (const { file, text } of sources) for (const rule of parseSnort(file, text)) converter.add(rule);
  return converter.finish();
}

class Converter {
  readonly #idBase: number;
  readonly #ids = new Set<number>();
  readonly #lines: ImportLine[] = [];
  readonly #texts: string[] = [];
  #nextHelper: number;
  #usesClientState = false;

  constructor(idBase: number) {
    this.#idBase = idBase;
    this.#nextHelper = idBase + HELPER_IDS;
  }

  add(rule: SnortRule | BrokenRule): void {
    const outcome = 'reason' in rule ? rule.reason : this.#convert(rule);
    const about = { file: rule.file, line: rule.line, source: rule.text };
    if (typeof outcome === 'string') {
      this.#lines.push({ ...about, outcome: 'left out', result: [], notes: [outcome] });
      return;
    }
    this.#texts.push(outcome.text);
    const result = outcome.text.split('\n').filter((line) => line !== '');
    this.#lines.push({ ...about, outcome: 'translated', result, notes: outcome.notes });
  }

  finish(): Import {
    const opening = this.#usesClientState ? [this.#openCollection()] : [];
    return { text: [...opening, ...this.#texts].join('\n'), lines: this.#lines };
  }

  #convert(rule: SnortRule): { readonly text: string; readonly notes: readonly string[] } | string {
    const id = this.#idOf(rule);
    if (typeof id === 'string') return id;
    const firstHelper = this.#nextHelper;
    const converted = convertRule(rule, id, () => this.#nextHelper++);
    const refusal = typeof converted === 'string' ? converted : whyRefused(converted.rules);
    if (refusal !== undefined || typeof converted === 'string') {
      this.#nextHelper = firstHelper;
      return refusal ?? '';
    }
    this.#ids.add(id);
    this.#usesClientState ||= converted.usesClientState;
    return { text: writeRules(converted.rules), notes: converted.notes };
  }

  #idOf({ options }: SnortRule): number | string {
    const sid = options.findLast(({ name }) => name === 'sid')?.value;
    if (sid === undefined) return 'it has no sid';
    if (!/^[1-9]\d{0,8}$/.test(sid)) return `the sid ${sid} is not a number`;
    const id = this.#idBase + Number(sid);
    return this.#ids.has(id) || Number(sid) >= HELPER_IDS ? `the sid ${sid} is taken or too large` : id;
  }

  #openCollection(): string {
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

/** What the loader says about rules; undefined when it takes them. */
function whyRefused(rules: readonly RuleParts[]): string | undefined {
  try {
    createWaf({ rules: [{ file: 'translation', text: writeRules(rules) }] });
    return undefined;
  } catch (cause) {
    if (cause instanceof RangeError) return cause.message;
    if (!(cause instanceof RuleSetError)) throw cause;
    return cause.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message)
      .join('; ');
  }
}
