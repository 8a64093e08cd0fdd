import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, createWorld } from '../../test/support/operator-world.ts';
import { parseInteger } from './numeric-comparison.ts';

test.each<[text: string, number: number | bigint]>([
  ['', 0],
  ['5', 5],
  [' \t\n\v\f\r12', 12],
  ['+7', 7],
  ['-7x', -7],
  ['-', 0],
  ['+-3', 0],
  ['- 3', 0],
  ['-0', 0],
  ['0x10', 0],
  ['1e3', 1],
  ['12.9', 12],
  ['\xa05', 0],
  ['000000000000000000000000000000042', 42],
  ['999999999999999', 999999999999999],
  ['9007199254740993', 9007199254740993n],
  ['9223372036854775807', 9223372036854775807n],
  ['9223372036854775808', 9223372036854775807n],
  ['99999999999999999999999999', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['-9223372036854775809', -9223372036854775808n],
  ['-99999999999999999999999999', -9223372036854775808n],
])('reads %j as %s', (text, number) => {
  expect(parseInteger(text)).toBe(number);
});

test('reads every 64-bit integer exactly, with anything behind it', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom('', ' 1', 'x', '.5'),
      (number, rest) => {
        expect(BigInt(parseInteger(`${number}${rest}`))).toBe(number);
      },
    ),
  );
});

describe('number comparisons', () => {
  test('warn when there is nothing to compare with', () => {
    const world = createWorld();
    expect(compile('ge', '', world).test('0', world.scope)).toBe(true);
    expect(world.warnings).toEqual(['without a number the value is compared with 0']);
  });
});
