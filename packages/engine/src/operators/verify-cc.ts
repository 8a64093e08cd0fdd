import type { Operator } from '../registry/operator.ts';
import { digitsOf, numberOperator } from './number-search.ts';

/** What a doubled digit adds to the sum: its own digits. */
const DOUBLED: readonly number[] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

export const verifyCC: Operator = numberOperator({
  name: 'verifyCC',
  summary:
    'Matches when the value contains a payment card number: a hit of the pattern whose digits pass the Luhn check.',
  examples: [
    { argument: '\\d{13,16}', value: 'card 4417123456789113', matches: true, captures: ['4417123456789113'] },
    { argument: '\\d{13,16}', value: 'card 4417123456789112', matches: false },
    {
      argument: '(\\d{4})-?\\d{4}-?\\d{4}-?\\d{4}',
      value: '5484-6050-8915-8216',
      matches: true,
      captures: ['5484-6050-8915-8216', '5484'],
    },
  ],
  word: 'CC#',
  read: (pattern) => ({ pattern, isValid: passesLuhn }),
});

/** The check of ISO/IEC 7812-1 annex B, over any number of digits but none. */
function passesLuhn(hit: string): boolean {
  const digits = digitsOf(hit);
  const sum = digits.reduce(
    (total, digit, index) => total + ((digits.length - index) % 2 === 0 ? DOUBLED[digit]! : digit),
    0,
  );
  return digits.length > 0 && sum % 10 === 0;
}
