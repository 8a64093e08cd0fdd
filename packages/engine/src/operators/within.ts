import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const within: Operator = defineOperator({
  name: 'within',
  summary:
    'Matches when the value occurs anywhere in the argument; no delimiters are implied and an empty value always matches.',
  examples: [
    { argument: 'GET HEAD POST', value: 'HEAD', matches: true },
    { argument: 'GET HEAD POST', value: 'EAD P', matches: true },
    { argument: 'GET HEAD POST', value: 'PUT', matches: false },
    { argument: 'GET HEAD POST', value: '', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) => {
    const constant = argument.source;
    return {
      forecast: { kind: argument.isConstant ? 'value' : 'harmless' },
      test: argument.isConstant
        ? (value) => constant.includes(value)
        : (value, scope) => argument.expand(scope.tx).includes(value),
      // ModSecurity leaves the argument out of the sentence when the value is empty; so do we.
      describe: (value, name, scope) =>
        `String match within "${value === '' ? '' : escapeLog(argument.expand(scope.tx))}" at ${name}.`,
      span: (value) => [0, value.length],
    };
  },
});
