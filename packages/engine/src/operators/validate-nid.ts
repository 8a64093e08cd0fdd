import { isSpace } from '../bytes/ascii.ts';
import type { Operator } from '../registry/operator.ts';
import { digitsOf, numberOperator } from './number-search.ts';
import { isSsn } from './verify-ssn.ts';

export const validateNid: Operator = numberOperator({
  name: 'validateNid',
  summary:
    'Matches when the value contains a national identity number: `cl` and a pattern look for Chilean RUTs, `us` and a pattern for US social security numbers.',
  examples: [
    { argument: 'cl [\\d.]+-[\\dkK]', value: 'RUT 8.492.655-8', matches: true, captures: ['8.492.655-8'] },
    { argument: 'cl [\\d.]+-[\\dkK]', value: 'RUT 10727393-K', matches: true },
    { argument: 'cl [\\d.]+-[\\dkK]', value: 'RUT 8.492.655-7', matches: false },
    { argument: 'us \\d{3}-\\d{2}-\\d{4}', value: 'SSN 574-57-8065', matches: true },
  ],
  word: 'NID#',
  read: (argument) => {
    let end = 0;
    while (end < argument.length && !isSpace(argument.charCodeAt(end))) end++;
    const isValid = CHECKS.get(argument.slice(0, end));
    const pattern = argument.slice(end + 1);
    if (isValid === undefined || pattern === '') throw new Error('expected "cl" or "us", a space and a pattern');
    return { pattern, isValid };
  },
});

const CHECKS: ReadonlyMap<string, (hit: string) => boolean> = new Map([
  ['cl', isRut],
  ['us', isSsn],
]);

/** Eight bytes are the shortest RUT anybody writes; less is some other number. */
const SHORTEST_RUT = 8;

/** The last digit, or `k` for ten, checks those before: weights 2 to 7 from the right, over and over, modulo 11. */
function isRut(hit: string): boolean {
  if (hit.length < SHORTEST_RUT) return false;
  const digits = digitsOf(hit);
  const last = hit.charAt(hit.length - 1);
  const check = last === 'k' || last === 'K' ? 10 : digits.at(-1);
  const body = check === 10 ? digits : digits.slice(0, -1);
  const sum = body.reduce((total, digit, index) => total + digit * (2 + ((body.length - 1 - index) % 6)), 0);
  return body.length > 0 && check === (11 - (sum % 11)) % 11;
}
