import type { Operator } from '../registry/operator.ts';
import { digitsOf, numberOperator } from './number-search.ts';

export const verifyCPF: Operator = numberOperator({
  name: 'verifyCPF',
  summary:
    'Matches when the value contains a Brazilian CPF number: a hit of the pattern with eleven digits whose check digits are right.',
  examples: [
    {
      argument: '([0-9]{3}\\.){2}[0-9]{3}-[0-9]{2}',
      value: 'CPF 010.817.514-60',
      matches: true,
      captures: ['010.817.514-60', '817.'],
    },
    { argument: '[0-9]{11}', value: '01081751461', matches: false },
    { argument: '[0-9]{11}', value: '11111111111', matches: false },
  ],
  word: 'CPF#',
  read: (pattern) => ({ pattern, isValid: isCpf }),
});

/** The tenth and eleventh digit check those before; repeated digits and 01234567890 pass the check but belong to nobody. */
function isCpf(hit: string): boolean {
  const digits = digitsOf(hit).slice(0, 11);
  if (digits.length !== 11 || new Set(digits).size === 1 || digits.join('') === '01234567890') return false;
  return digits[9] === checkDigit(digits.slice(0, 9)) && digits[10] === checkDigit(digits.slice(0, 10));
}

function checkDigit(digits: readonly number[]): number {
  const remainder = digits.reduce((sum, digit, index) => sum + digit * (digits.length + 1 - index), 0) % 11;
  return remainder < 2 ? 0 : 11 - remainder;
}
