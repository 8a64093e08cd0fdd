/** Rules of ModSecurity 1.x, translated for tests. */
import { createVocabulary } from '../../src/builtins.ts';
import { createModsec1Translator } from '../../src/compile/modsec1.ts';
import type { KnownWords } from '../../src/modsec1/context.ts';
import { type Modsec1Line, Modsec1Translator } from '../../src/modsec1/translate.ts';
import { RegexCache } from '../../src/regex/index.ts';
import { Diagnostics } from '../../src/seclang/diagnostics.ts';
import { parseSecLang } from '../../src/seclang/parse.ts';
import { printSecLang } from '../../src/seclang/printer.ts';
import { createWaf } from '../../src/waf.ts';

/** An engine that has every word. */
export const everything: KnownWords = {
  directive: () => true,
  variable: () => true,
  operator: () => true,
  action: () => true,
};

export function translator(knows: KnownWords = everything): Modsec1Translator {
  const regexes = new RegexCache();
  return new Modsec1Translator({ knows, matchesNothing: (pattern) => regexes.compile(pattern).test('') });
}

/** A translation as text, with what became of each line. */
export interface Translated {
  readonly text: string;
  readonly lines: readonly Modsec1Line[];
}

export function translate(text: string, by: Modsec1Translator = translator()): Translated {
  const { nodes } = parseSecLang('old.conf', text, new Diagnostics());
  const translation = by.translate(nodes);
  const printed = printSecLang({ file: '', nodes: translation.nodes }, { width: Number.POSITIVE_INFINITY });
  return { text: printed, lines: translation.lines };
}

/** Without what is the same in every rule. */
export function brief(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('SecDefaultAction') && !line.startsWith('# 1.x refused'))
    .map((line) =>
      line
        .trim()
        .replace(/id:210000(\d\d)/, 'id:$1')
        .replace('t:none,t:urlDecodeUni,t:replaceNulls,t:normalizePath', 'T'),
    );
}

/** Services are asked for at load and used with traffic only. */
function unused(): never {
  throw new Error('nothing is run here');
}

/** Loads what this engine understands of a file; throws when the engine refuses the result. */
export function load(text: string): number {
  const known = createModsec1Translator(createVocabulary(), new RegexCache(), {});
  const rules = [{ file: 'new.conf', text: translate(text, known).text }];
  return createWaf({ rules, programs: { run: unused }, uploads: { create: unused } }).ruleCount;
}
