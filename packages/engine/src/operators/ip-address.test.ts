import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSet } from './address-set.ts';
import { parseAddress, parseRange } from './ip-address.ts';

describe('parseAddress', () => {
  test.each<[text: string, address: number | bigint | undefined]>([
    ['0.0.0.0', 0],
    ['192.0.2.1', 0xc0000201],
    ['255.255.255.255', 0xffffffff],
    ['1.2.3', undefined],
    ['1.2.3.4.5', undefined],
    ['01.2.3.4', undefined],
    ['256.2.3.4', undefined],
    ['1.2.3.-4', undefined],
    ['1.2.3.4 ', undefined],
    ['1.2.3.0x4', undefined],
    ['', undefined],
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['2001:DB8::8:800:200C:417A', 0x20010db80000000000080800200c417an],
    ['::ffff:192.0.2.1', 0xffffc0000201n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n],
    ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
    ['1:2:3:4:5:6:1.2.3.4', 0x00010002000300040005000601020304n],
    ['1:2:3:4:5:6:7', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1:2:3:4:5:6:7::8', undefined],
    ['1::2::3', undefined],
    [':::', undefined],
    [':1', undefined],
    ['1:', undefined],
    ['12345::', undefined],
    ['g::', undefined],
    ['::1.2.3', undefined],
    ['1.2.3.4::', undefined],
    ['fe80::1%eth0', undefined],
    ['[::1]', undefined],
  ])('%j is %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  test('takes the texts the platform takes, zones aside, and no others', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '01',
      '255',
      '256',
      'ffff',
      'FfFf',
      '12345',
      'g',
      '.',
      ':',
      '::',
      '1.2.3.4',
      '/',
    );
    const almost = fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join(''));
    const joined = fc.tuple(
      fc.array(fc.constantFrom('0', 'a', 'ffff', '1.2.3.4', ''), { maxLength: 9 }),
      fc.constantFrom('.', ':'),
    );
    const text = fc.oneof(
      almost,
      joined.map(([parts, separator]) => parts.join(separator)),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect(parseAddress(candidate) !== undefined).toBe(isIPv4(candidate) || isIPv6(candidate));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('AddressSet', () => {
  test('holds what a comparison bit by bit finds in one of the blocks', () => {
    // Few distinct bits, so that blocks and addresses meet often.
    const byte = fc.constantFrom(0, 1, 128, 255);
    const ipv4 = fc.array(byte, { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'));
    const ipv6 = fc
      .array(fc.constantFrom('0', '1', '8000', 'ffff'), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.join(':'));
    const block = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
      fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.oneof(ipv4, ipv6), (blocks, address) => {
        const set = new AddressSet(blocks.map(([base, prefix]) => parseRange(`${base}/${prefix}`)!));
        const expected = blocks.some(
          ([base, prefix]) =>
            base.includes(':') === address.includes(':') &&
            bitsOf(base).slice(0, prefix) === bitsOf(address).slice(0, prefix),
        );
        expect(set.has(parseAddress(address)!)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/a',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/255.0.0.0',
    '::/129',
    '/8',
    'x',
  ])('%j is no block', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});

function bitsOf(address: string): string {
  const [parts, radix, width] = address.includes(':')
    ? ([address.split(':'), 16, 16] as const)
    : ([address.split('.'), 10, 8] as const);
  return parts.map((part) => Number.parseInt(part, radix).toString(2).padStart(width, '0')).join('');
}
