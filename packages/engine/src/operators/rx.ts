import type { Regex } from '../regex/index.ts';
import { defineOperator, type Operator, type OperatorScope } from '../registry/operator.ts';
import { capturedGroups } from './captured-groups.ts';
import { quotedForLog } from './log-text.ts';
import { regexForecast, regexSource } from './regex-source.ts';

/** Where a pattern matches a value. */
class FoundMatch {
  readonly regex: Regex;
  readonly value: string;
  readonly offsets: Int32Array | undefined;

  constructor(regex: Regex, value: string, offsets: Int32Array | undefined) {
    this.regex = regex;
    this.value = value;
    this.offsets = offsets;
  }
}

const MAX_SHORT = 24;

export const rx: Operator = defineOperator({
  name: 'rx',
  summary:
    'Matches when the regular expression (PCRE syntax, on bytes) occurs in the value. The dot matches every byte, `$` the very end only.',
  examples: [
    { argument: '^[\\w/.-]+$', value: '/index.html', matches: true, captures: ['/index.html'] },
    {
      argument: '(?i)union\\s+(all\\s+)?select',
      value: "1' UNION SELECT 1",
      matches: true,
      captures: ['UNION SELECT'],
    },
    { argument: '(a)(b?)(c)|(d)', value: 'ac', matches: true, captures: ['ac', 'a', '', 'c'] },
    { argument: '^abc$', value: 'abc\n', matches: false },
    { argument: '', value: 'anything', matches: true, captures: [''] },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument, context) => {
    const regexFor = regexSource(argument, context);
    // A match is asked for its groups and then for its place; finding it in a long value is what takes longest of all. In a
    // short one it is found again before it is remembered.
    const matchOf = (value: string, { tx, budget }: OperatorScope, regex: Regex): Int32Array | undefined => {
      if (value.length <= MAX_SHORT) return regex.exec(value, 0, budget);
      const known = tx.finding;
      if (known instanceof FoundMatch && known.regex === regex && known.value === value) return known.offsets;
      const offsets = regex.exec(value, 0, budget);
      if (!budget.exceeded) tx.finding = new FoundMatch(regex, value, offsets);
      return offsets;
    };
    const quoted = argument.isConstant ? quotedForLog(argument.source) : undefined;
    return {
      forecast: regexForecast(argument, context),
      test: (value, scope) => regexFor(scope).test(value, scope.budget),
      describe: (_value, name, { tx }) => `Pattern match "${quoted ?? quotedForLog(argument.expand(tx))}" at ${name}.`,
      captures: (value, scope) => {
        const regex = regexFor(scope);
        // Only matches are asked for their groups.
        if (regex.isWhole) return [value];
        return capturedGroups(value, matchOf(value, scope, regex));
      },
      span: (value, scope) => {
        const match = matchOf(value, scope, regexFor(scope));
        return match && [match[0]!, match[1]!];
      },
    };
  },
});
