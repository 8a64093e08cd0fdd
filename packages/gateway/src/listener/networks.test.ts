import { expect, it } from 'vitest';
import { networksOf, parseNetwork, plainAddress } from './networks.ts';

it.each([
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '10.0.0.1', false],
  ['0.0.0.0/0', '::1', false],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['0.0.0.0/0', 'not an address', false],
])('%s holds %s: %s', (network, address, isInside) => {
  expect(networksOf([network]).contains(address)).toBe(isInside);
});

it.each(['', 'x', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '::/129', '1.2.3.4/8/8', '10.0.0/8'])(
  '%j is no network',
  (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  },
);

it('IPv4 clients on dual-stack sockets have their IPv4 address', () => {
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(plainAddress('::1')).toBe('::1');
  expect(plainAddress(undefined)).toBe('');
});

it('gives the same answer again, however many addresses were asked about', () => {
  const networks = networksOf(['10.0.0.0/8']);
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 3_000; n++) {
      const rest = `${n >> 8}.0.${n & 255}`;
      expect(networks.contains(`10.${rest}`)).toBe(true);
      expect(networks.contains(`11.${rest}`)).toBe(false);
    }
  }
});
