import { isSpace } from '../bytes/ascii.ts';
import type { MacroText } from '../registry/macro.ts';
import { defineOperator, type Matcher, type Operator } from '../registry/operator.ts';

/**
 * A signed 64-bit integer: a `number` while it is exact, a `bigint` beyond. `<` and `>` compare the two kinds by their
 * mathematical value, so nothing else has to know which one it holds.
 */
type Integer = number | bigint;

const MAX_INT64 = 9223372036854775807n;
const MIN_INT64 = -9223372036854775808n;
/** Any number of so many decimal digits is an exact `number`. */
const EXACT_DIGITS = 15;

export const eq: Operator = numericComparison(
  'eq',
  'Matches when the value is the same number as the argument.',
  (left, right) => left >= right && left <= right,
  [
    { argument: '5', value: ' +5 apples', matches: true },
    { argument: '5', value: '50', matches: false },
    { argument: '0', value: 'not a number', matches: true },
  ],
);

export const ge: Operator = numericComparison(
  'ge',
  'Matches when the value is a number greater than or equal to the argument.',
  (left, right) => left >= right,
  [
    { argument: '5', value: '5', matches: true },
    { argument: '5', value: '4', matches: false },
  ],
);

export const gt: Operator = numericComparison(
  'gt',
  'Matches when the value is a number greater than the argument.',
  (left, right) => left > right,
  [
    { argument: '5', value: '6', matches: true },
    { argument: '5', value: '5', matches: false },
    { argument: '4294967296', value: '99999999999999999999', matches: true },
  ],
);

export const le: Operator = numericComparison(
  'le',
  'Matches when the value is a number less than or equal to the argument.',
  (left, right) => left <= right,
  [
    { argument: '5', value: '5', matches: true },
    { argument: '5', value: '6', matches: false },
  ],
);

export const lt: Operator = numericComparison(
  'lt',
  'Matches when the value is a number less than the argument.',
  (left, right) => left < right,
  [
    { argument: '5', value: '-6', matches: true },
    { argument: '5', value: '5', matches: false },
  ],
);

function numericComparison(
  name: string,
  summary: string,
  compare: (left: Integer, right: Integer) => boolean,
  examples: Operator['examples'],
): Operator {
  return defineOperator({
    name,
    summary: `${summary} Both are read as C \`atoi\` does (leading white space, a sign, digits; anything else is 0), in 64 bits, saturating.`,
    examples,
    argument: 'optional',
    macros: true,
    compile: (argument, context) => {
      if (argument.source === '') context.warn('without a number the value is compared with 0');
      return compareNumbers(name.toUpperCase(), argument, compare);
    },
  });
}

function compareNumbers(
  word: string,
  argument: MacroText,
  compare: (left: Integer, right: Integer) => boolean,
): Matcher {
  const constant = parseInteger(argument.source);
  return {
    forecast: { kind: argument.isConstant ? 'value' : 'harmless' },
    test: argument.isConstant
      ? (value) => compare(parseInteger(value), constant)
      : (value, scope) => compare(parseInteger(value), parseInteger(argument.expand(scope.tx))),
    describe: (_value, name, scope) =>
      `Operator ${word} matched ${parseInteger(argument.expand(scope.tx))} at ${name}.`,
    span: (value) => [0, value.length],
  };
}

/** Reads a number as C `atoi` does, but saturates at the ends of the signed 64-bit range instead of overflowing. */
export function parseInteger(text: string): Integer {
  let index = 0;
  while (isSpace(text.charCodeAt(index))) index++;
  const sign = text.charCodeAt(index);
  if (sign === 0x2b || sign === 0x2d) index++;
  while (text.charCodeAt(index) === 0x30) index++;
  const start = index;
  let magnitude = 0;
  for (let digit: number; (digit = text.charCodeAt(index) - 0x30) >= 0 && digit <= 9; index++) {
    magnitude = magnitude * 10 + digit;
  }
  const isNegative = sign === 0x2d;
  if (index - start <= EXACT_DIGITS) return isNegative ? 0 - magnitude : magnitude;
  // 2^63 has 19 digits; more of them would only cost time.
  if (index - start > 19) return isNegative ? MIN_INT64 : MAX_INT64;
  const exact = BigInt(text.slice(start, index));
  if (isNegative) return -exact < MIN_INT64 ? MIN_INT64 : -exact;
  return exact > MAX_INT64 ? MAX_INT64 : exact;
}
