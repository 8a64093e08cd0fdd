import { compileRegex, type MatchBudget, type Regex, StateMemory } from '../regex/index.ts';
import { defineOperator, type Operator, type OperatorContext, OperatorError } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { decodePmContent } from './pm-content.ts';
import { parseSubstitution, replacementPieces } from './substitution.ts';

export const rsub: Operator = defineOperator({
  name: 'rsub',
  summary:
    'Replaces what the regular expression matches in the request or response body that passes, everywhere, and matches when there was something to replace. `\\1` to `\\9` in the replacement are groups. Only for STREAM_INPUT_BODY and STREAM_OUTPUT_BODY.',
  examples: [
    { argument: 's/<script>.*?<\\/script>//', value: '<p><script>x</script></p>', matches: true },
    { argument: 's|(\\d{4})|****|i', value: 'no digits', matches: false },
  ],
  targets: ['STREAM_INPUT_BODY', 'STREAM_OUTPUT_BODY'],
  compile: (argument, context) => {
    const { pattern, replacement, isCaseless, isEscaped } = parseSubstitution(argument.source);
    const options = { ...context.regexOptions, caseless: isCaseless };
    const hasMacros = pattern.includes('%{');
    const fixed = hasMacros ? undefined : context.regexes.compile(pattern, options);
    const expandPattern = partExpander(pattern, context);
    const expandReplacement = partExpander(decodePmContent(replacement) ?? replacement, context);
    const memory = new StateMemory();
    const regexFor = (tx: TransactionState): Regex => {
      if (fixed !== undefined) return fixed;
      try {
        return compileRegex(expandPattern(tx, isEscaped), options, memory);
      } catch (cause) {
        throw new OperatorError(`Error compiling pattern: ${cause instanceof Error ? cause.message : cause}`, {
          cause,
        });
      }
    };
    return {
      test: (value, { tx, budget }) => {
        const changed = substitute(value, regexFor(tx), replacementPieces(expandReplacement(tx, false)), budget);
        if (changed === undefined) return false;
        // In phases 1 and 2 there is no response yet, and later nobody waits for the request any more.
        if (tx.phase <= 2) Object.assign(tx.streams, { input: changed, isInputChanged: true });
        else Object.assign(tx.streams, { output: changed, isOutputChanged: true });
        return true;
      },
      describe: () => 'Operator rsub succeeded.',
    };
  },
});

/** Expands the macros of one part of the argument; `isEscaped` makes what they insert plain text for a pattern. */
function partExpander(part: string, context: OperatorContext): (tx: TransactionState, isEscaped: boolean) => string {
  if (!part.includes('%{')) return () => part;
  const text = context.macro(part);
  return (tx, isEscaped) =>
    isEscaped ? text.expandMasked(tx, (inserted) => escapePattern(inserted)) : text.expand(tx);
}

function escapePattern(text: string): string {
  let out = '';
  for (const character of text) {
    const isSyntax = '\\^$.|?*+()[]{}'.includes(character);
    out += isSyntax ? `\\${character}` : character;
  }
  return out;
}

/** A group that took no part is empty, and so is one the pattern does not have. */
function groupOf(text: string, match: Int32Array, group: number): string {
  const start = match[2 * group] ?? -1;
  return start === -1 ? '' : text.slice(start, match[2 * group + 1]);
}

/** The text with every match replaced; undefined when there is none. Empty matches are left alone: they replace nothing. */
function substitute(
  text: string,
  regex: Regex,
  pieces: readonly (string | number)[],
  budget: MatchBudget,
): string | undefined {
  let out = '';
  let copied = 0;
  let from = 0;
  while (from <= text.length) {
    const match = regex.exec(text, from, budget);
    if (match === undefined) break;
    const [start = 0, end = 0] = match;
    if (end === start) {
      from = end + 1;
      continue;
    }
    out += text.slice(copied, start);
    for (const piece of pieces) {
      out += typeof piece === 'string' ? piece : groupOf(text, match, piece);
    }
    copied = end;
    from = end;
  }
  return copied === 0 ? undefined : out + text.slice(copied);
}
