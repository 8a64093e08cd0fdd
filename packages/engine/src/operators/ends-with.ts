import { defineOperator, type Operator } from '../registry/operator.ts';
import { stringMatch } from './string-match.ts';

export const endsWith: Operator = defineOperator({
  name: 'endsWith',
  summary: 'Matches when the value ends with the argument; an empty argument always matches.',
  examples: [
    { argument: '.php', value: '/index.php', matches: true },
    { argument: '.php', value: '/index.php5', matches: false },
    { argument: '', value: '', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) =>
    stringMatch(argument, (value, text) => (value.endsWith(text) ? value.length - text.length : -1)),
});
