import { defineOperator, type Operator } from '../registry/operator.ts';
import { stringMatch } from './string-match.ts';

export const beginsWith: Operator = defineOperator({
  name: 'beginsWith',
  summary: 'Matches when the value starts with the argument; an empty argument always matches.',
  examples: [
    { argument: '/admin', value: '/admin/users', matches: true },
    { argument: '/admin', value: '/Admin', matches: false },
    { argument: '', value: 'anything', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) => stringMatch(argument, (value, text) => (value.startsWith(text) ? 0 : -1)),
});
