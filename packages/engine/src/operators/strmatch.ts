import { trimSpaceStart } from '../bytes/ascii.ts';
import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { decodePmContent, stripQuotes } from './pm-content.ts';

export const strmatch: Operator = defineOperator({
  name: 'strmatch',
  summary: 'Matches when the argument, written as a phrase of `@pm`, occurs in the value in this very case.',
  examples: [
    { argument: 'Union', value: 'a Union b', matches: true },
    { argument: 'Union', value: 'a union b', matches: false },
    { argument: '|3c|script', value: '<script>', matches: true },
  ],
  compile: (argument) => {
    const text = stripQuotes(trimSpaceStart(argument.source));
    const wanted = decodePmContent(text);
    if (wanted === undefined || wanted === '') {
      throw new Error(
        `"${argument.source}" is no phrase: a backslash may stand before : ; \\ and " only, and a bar (|) encloses hexadecimal bytes`,
      );
    }
    return {
      forecast: { kind: 'phrases', phrases: [wanted] },
      test: (value) => value.includes(wanted),
      describe: (_value, name) => `Pattern match "${escapeLog(argument.source)}" at ${name}.`,
      span: (value) => [value.indexOf(wanted), value.indexOf(wanted) + wanted.length],
    };
  },
});
