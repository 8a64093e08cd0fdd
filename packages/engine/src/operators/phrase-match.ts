import type { Matcher } from '../registry/operator.ts';
import { quotedForLog } from './log-text.ts';
import { PhraseAutomaton } from './phrase-automaton.ts';

/** The matcher of the `@pm` family. TX.0 is the part of the value that matched, not the phrase as it was written. */
export function phraseMatch(phrases: readonly string[]): Matcher {
  // Thousands of phrases take a while, and most lists are never asked: what a value has to contain is looked for beforehand.
  let automaton: PhraseAutomaton | undefined;
  const find = (value: string): readonly [number, number] | undefined =>
    (automaton ??= new PhraseAutomaton(phrases)).find(value);
  const matched = (value: string): string => {
    const found = find(value);
    return found === undefined ? '' : value.slice(found[0], found[1]);
  };
  return {
    forecast: { kind: 'phrases', phrases: phrases.filter((phrase) => phrase !== '') },
    test: (value) => find(value) !== undefined,
    describe: (value, name) => `Matched phrase "${quotedForLog(matched(value))}" at ${name}.`,
    captures: (value) => [matched(value)],
    span: find,
  };
}
