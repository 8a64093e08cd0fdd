import { type Modsec1Line, type Modsec1Options, Modsec1Translator } from '../modsec1/index.ts';
import { type RegexCache, type RegexOptions, RegexSyntaxError } from '../regex/index.ts';
import type { Diagnostics } from '../seclang/diagnostics.ts';
import { codes } from './codes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A translator that writes only words of the vocabulary. */
export function createModsec1Translator(
  vocabulary: Vocabulary,
  regexes: RegexCache,
  regexOptions: RegexOptions,
  options: Modsec1Options = {},
): Modsec1Translator {
  const { directives, variables, operators, actions } = vocabulary;
  const knows = {
    directive: (name: string) => directives.find(name) !== undefined,
    variable: (name: string) => {
      const found = variables.find(name);
      // A variable that never has a value protects nothing.
      return found !== undefined && found.deprecated === undefined;
    },
    operator: (name: string) => operators.find(name) !== undefined,
    action: (name: string) => actions.find(name) !== undefined,
  };
  const matchesNothing = (pattern: string): boolean => {
    try {
      return regexes.compile(pattern, regexOptions).test('');
    } catch (cause) {
      // The loader will say what is wrong with the pattern.
      if (cause instanceof RegexSyntaxError) return false;
      throw cause;
    }
  };
  return new Modsec1Translator({ knows, matchesNothing }, options);
}

/** Tells the operator what to write instead. Protection that cannot be translated must not be lost silently: an error. */
export function reportModsec1(lines: readonly Modsec1Line[], diagnostics: Diagnostics): void {
  for (const { span, source, outcome, result, notes, isProtection } of lines) {
    const name = source.split(' ', 1)[0] ?? source;
    if (outcome === 'left out') {
      const message = `${name} of ModSecurity 1.x is left out: ${notes.join('; ')}`;
      if (isProtection) diagnostics.error(codes.untranslatable, message, span);
      else diagnostics.warning(codes.deprecated, message, span);
    } else if (outcome === 'translated') {
      const written = result.map((line) => line.trim()).join(' and ');
      const hint = written === '' ? 'its rule stands with the first filter of the chain' : `write ${written}`;
      diagnostics.warning(codes.deprecated, `${name} is ModSecurity 1.x`, span, hint);
    }
  }
}
