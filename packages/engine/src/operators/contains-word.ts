import { isAlphanumeric } from '../bytes/ascii.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { stringMatch } from './string-match.ts';

export const containsWord: Operator = defineOperator({
  name: 'containsWord',
  summary:
    'Matches when the argument occurs in the value with no letter, digit or underscore directly before or after it; an empty argument always matches.',
  examples: [
    { argument: 'select', value: "' union select 1", matches: true },
    { argument: 'select', value: 'selection of selected', matches: false },
    { argument: 'select', value: 'selection; select', matches: true },
    { argument: '', value: '', matches: true },
  ],
  argument: 'optional',
  macros: true,
  compile: (argument) => stringMatch(argument, findWord),
});

function findWord(value: string, word: string): number {
  let start = value.indexOf(word);
  while (start !== -1 && word !== '' && (isWordByte(value, start - 1) || isWordByte(value, start + word.length))) {
    start = value.indexOf(word, start + 1);
  }
  return start;
}

/** Whether the byte at `index` is one of `A-Z a-z 0-9 _`; beyond the edges of the value there is none. */
function isWordByte(value: string, index: number): boolean {
  const byte = value.charCodeAt(index);
  return isAlphanumeric(byte) || byte === 0x5f;
}
