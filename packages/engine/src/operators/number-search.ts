import { isDigit } from '../bytes/ascii.ts';
import type { Regex } from '../regex/index.ts';
import { defineOperator, type Operator, type OperatorExample, type OperatorScope } from '../registry/operator.ts';
import { capturedGroups } from './captured-groups.ts';

interface NumberOperator {
  readonly name: string;
  readonly summary: string;
  readonly examples: readonly OperatorExample[];
  /** How log sentences call the number, for example `CC#`. */
  readonly word: string;
  /** Splits the argument into what to look for and the rule the digits must obey. Throws when it cannot. */
  readonly read: (argument: string) => NumberSearch;
}

interface NumberSearch {
  readonly pattern: string;
  readonly isValid: (hit: string) => boolean;
}

/**
 * An operator that looks for numbers with a pattern and lets check digits decide: every hit of the pattern is judged, and
 * after one that fails the search goes on one byte behind where it started. An empty hit is passed over.
 */
export function numberOperator(definition: NumberOperator): Operator {
  const { name, summary, examples, word, read } = definition;
  return defineOperator({
    name,
    summary: `${summary} In the pattern, \`^\` and \`$\` match at every line.`,
    examples,
    compile: (argument, context) => {
      const { pattern, isValid } = read(argument.source);
      const regex = context.regexes.compile(pattern, { dotAll: true, multiline: true });
      return {
        forecast: { kind: 'regex', regex },
        test: (value, scope) => findNumber(regex, isValid, value, scope) !== undefined,
        // ModSecurity quotes the pattern as it stands in the rule, without escapes.
        describe: (value, target, scope) =>
          `${word} match "${pattern}" at ${target}. [offset "${findNumber(regex, isValid, value, scope)?.[0] ?? 0}"]`,
        captures: (value, scope) => capturedGroups(value, findNumber(regex, isValid, value, scope)),
        span: (value, scope) => {
          const found = findNumber(regex, isValid, value, scope);
          return found && [found[0]!, found[1]!];
        },
      };
    },
  });
}

/** The offsets of the first hit that is valid. Judging takes fuel too, for many long hits may overlap. */
function findNumber(
  regex: Regex,
  isValid: (hit: string) => boolean,
  value: string,
  { budget }: OperatorScope,
): ArrayLike<number> | undefined {
  for (let from = 0; from < value.length; ) {
    const found = regex.exec(value, from, budget);
    if (found === undefined) return undefined;
    const start = found[0]!;
    const end = found[1]!;
    if (!budget.spend(end - start)) return undefined;
    if (end > start && isValid(value.slice(start, end))) return found;
    from = start + 1;
  }
  return undefined;
}

/** The values of the decimal digits of a text, whatever stands between them. */
export function digitsOf(text: string): readonly number[] {
  const digits: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    if (isDigit(byte)) digits.push(byte - 0x30);
  }
  return digits;
}
