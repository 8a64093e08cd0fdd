import { hexPair } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const validateUrlEncoding: Operator = defineOperator({
  name: 'validateUrlEncoding',
  summary: 'Matches when a `%` in the value is not followed by two hexadecimal digits.',
  examples: [
    { argument: '', value: '/a%20b', matches: false },
    { argument: '', value: '/a%2', matches: true },
    { argument: '', value: '/a%zz', matches: true },
    { argument: '', value: '/a%u0041', matches: true },
    { argument: '', value: '', matches: false },
  ],
  argument: 'none',
  compile: () => ({
    forecast: { kind: 'bytes', bytes: ByteSet.of(0x25) },
    test: (value) => findInvalidEscape(value) !== -1,
    describe: (value, name) =>
      findInvalidEscape(value) + 2 < value.length
        ? `Invalid URL Encoding: Non-hexadecimal digits used at ${name}.`
        : `Invalid URL Encoding: Not enough characters at the end of input at ${name}.`,
    span: (value) => [findInvalidEscape(value), Math.min(findInvalidEscape(value) + 3, value.length)],
  }),
});

/** Offset of the first `%` without two hexadecimal digits behind it, or -1. */
function findInvalidEscape(value: string): number {
  let index = value.indexOf('%');
  while (index !== -1 && hexPair(value, index + 1) !== -1) index = value.indexOf('%', index + 3);
  return index;
}
