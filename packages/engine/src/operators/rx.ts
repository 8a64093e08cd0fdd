import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { capturedGroups } from './captured-groups.ts';
import { cutForLog } from './log-text.ts';
import { regexForecast, regexSource } from './regex-source.ts';

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
    return {
      forecast: regexForecast(argument, context),
      test: (value, scope) => regexFor(scope).test(value, scope.budget),
      describe: (_value, name, scope) =>
        `Pattern match "${cutForLog(escapeLog(argument.expand(scope.tx)))}" at ${name}.`,
      captures: (value, scope) => capturedGroups(value, regexFor(scope).exec(value, 0, scope.budget)),
      span: (value, scope) => {
        const match = regexFor(scope).exec(value, 0, scope.budget);
        return match && [match[0]!, match[1]!];
      },
    };
  },
});
