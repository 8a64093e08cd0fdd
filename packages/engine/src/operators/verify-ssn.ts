import type { Operator } from '../registry/operator.ts';
import { digitsOf, numberOperator } from './number-search.ts';

export const verifySSN: Operator = numberOperator({
  name: 'verifySSN',
  summary:
    'Matches when the value contains a plausible US social security number: a hit of the pattern with nine digits in the issued ranges.',
  examples: [
    { argument: '\\d{3}-?\\d{2}-?\\d{4}', value: 'SSN 574-57-8065', matches: true, captures: ['574-57-8065'] },
    { argument: '\\d{3}-?\\d{2}-?\\d{4}', value: 'SSN 666-57-8065', matches: false },
    { argument: '\\d{3}-?\\d{2}-?\\d{4}', value: 'SSN 123-45-6789', matches: false },
  ],
  word: 'SSN#',
  read: (pattern) => ({ pattern, isValid: isSsn }),
});

/** There is no check digit: area, group and serial number must have been given out, and the digits must not be a joke. */
export function isSsn(hit: string): boolean {
  const digits = digitsOf(hit);
  if (digits.length !== 9) return false;
  const isRepeated = digits.every((digit) => digit === digits[0]);
  const isSequence = digits.every((digit, index) => digit === digits[0]! + index);
  const area = toNumber(digits.slice(0, 3));
  const group = toNumber(digits.slice(3, 5));
  const serial = toNumber(digits.slice(5));
  return !isRepeated && !isSequence && area > 0 && area < 740 && area !== 666 && group > 0 && serial > 0;
}

function toNumber(digits: readonly number[]): number {
  return digits.reduce((number, digit) => number * 10 + digit, 0);
}
