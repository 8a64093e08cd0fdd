import { defineOperator, type Operator } from '../registry/operator.ts';
import { stringMatch } from './string-match.ts';

export const contains: Operator = defineOperator({
  name: 'contains',
  summary: 'Matches when the argument occurs anywhere in the value; an empty argument always matches.',
  examples: [
    { argument: '../', value: '/img/../../etc/passwd', matches: true },
    { argument: 'select', value: 'SELECT 1', matches: false },
    { argument: '', value: '', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) => stringMatch(argument, (value, text) => value.indexOf(text)),
});
