import type { Operator } from '../registry/operator.ts';
import { digitsOf, numberOperator } from './number-search.ts';

/** Weight of each digit in the sum that gives the fourth, which checks the others. */
const WEIGHTS: readonly number[] = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];

/** Sequences people type instead of a number. */
const SEQUENCES: readonly string[] = ['0123456789', '1234567890'];

export const verifySVNR: Operator = numberOperator({
  name: 'verifySVNR',
  summary:
    'Matches when the value contains an Austrian social insurance number: a hit of the pattern with ten digits whose check digit is right.',
  examples: [
    {
      argument: '([0-9]{4} ?[0-9]{6})',
      value: 'SVNR 1237 010180',
      matches: true,
      captures: ['1237 010180', '1237 010180'],
    },
    { argument: '[0-9]{10}', value: '1238010180', matches: false },
  ],
  word: 'SVNR#',
  read: (pattern) => ({ pattern, isValid: isSvnr }),
});

function isSvnr(hit: string): boolean {
  const digits = digitsOf(hit).slice(0, WEIGHTS.length);
  if (digits.length !== WEIGHTS.length || new Set(digits).size === 1 || SEQUENCES.includes(digits.join('')))
    return false;
  const sum = digits.reduce((total, digit, index) => total + digit * WEIGHTS[index]!, 0) % 11;
  return digits[3] === (sum === 10 ? 0 : sum);
}
