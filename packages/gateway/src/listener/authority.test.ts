import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAuthority } from './authority.ts';

it.each([
  ['example.org', 'example.org', undefined],
  ['EXAMPLE.org:80', 'example.org', 80],
  ['a_b-c.d.', 'a_b-c.d.', undefined],
  ['127.0.0.1:65535', '127.0.0.1', 65_535],
  ['[::1]', '[::1]', undefined],
  ['[2001:DB8::1]:8443', '[2001:db8::1]', 8443],
  ['[::ffff:192.0.2.1]', '[::ffff:192.0.2.1]', undefined],
])('%s', (text, host, port) => {
  expect(parseAuthority(text)).toEqual({ host, port });
});

it.each([
  '',
  ' ',
  '.a',
  ':80',
  'a:',
  'a:0',
  'a:65536',
  'a:080000',
  'a:8x',
  'a b',
  'a,b',
  'a/b',
  'u@a',
  'a%00',
  '[::1',
  '[]',
  '[g::1]',
  '[1]',
  '::1',
  'a:1:2',
  '[::1]x',
  '\xe9',
  `${'a'.repeat(256)}`,
])('refuses %j', (text) => {
  expect(parseAuthority(text)).toBeUndefined();
});

it('gives back what it read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      const parsed = parseAuthority(text);
      if (parsed !== undefined)
        expect(parsed.host + text.slice(parsed.host.length)).toBe(
          text.slice(0, parsed.host.length).toLowerCase() + text.slice(parsed.host.length),
        );
    }),
  );
});
