import type { Regex } from '../regex/index.ts';
import { defineOperator, type Operator, type OperatorScope } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { capturedGroups } from './captured-groups.ts';
import { quotedForLog } from './log-text.ts';
import { regexForecast, regexSource } from './regex-source.ts';

interface FoundMatch {
  readonly regex: Regex;
  readonly value: string;
  readonly offsets: Int32Array | undefined;
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
    const latest = new WeakMap<TransactionState, FoundMatch>();
    const matchOf = (value: string, scope: OperatorScope): Int32Array | undefined => {
      const regex = regexFor(scope);
      if (value.length <= MAX_SHORT) return regex.exec(value, 0, scope.budget);
      const known = latest.get(scope.tx);
      if (known !== undefined && known.regex === regex && known.value === value) return known.offsets;
      const offsets = regex.exec(value, 0, scope.budget);
      if (!scope.budget.exceeded) latest.set(scope.tx, { regex, value, offsets });
      return offsets;
    };
    const quoted = argument.isConstant ? quotedForLog(argument.source) : undefined;
    return {
      forecast: regexForecast(argument, context),
      test: (value, scope) => regexFor(scope).test(value, scope.budget),
      describe: (_value, name, { tx }) => `Pattern match "${quoted ?? quotedForLog(argument.expand(tx))}" at ${name}.`,
      captures: (value, scope) => {
        // Only matches are asked for their groups.
        if (regexFor(scope).isWhole) return [value];
        return capturedGroups(value, matchOf(value, scope));
      },
      span: (value, scope) => {
        const match = matchOf(value, scope);
        return match && [match[0]!, match[1]!];
      },
    };
  },
});
