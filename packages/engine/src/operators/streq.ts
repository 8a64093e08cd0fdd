import { defineOperator, type Operator } from '../registry/operator.ts';
import { stringMatch } from './string-match.ts';

export const streq: Operator = defineOperator({
  name: 'streq',
  summary: 'Matches when the value and the argument are the same bytes.',
  examples: [
    { argument: 'POST', value: 'POST', matches: true },
    { argument: 'POST', value: 'post', matches: false },
    { argument: '', value: '', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) => stringMatch(argument, (value, text) => (value === text ? 0 : -1)),
});
