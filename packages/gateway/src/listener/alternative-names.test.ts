import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAlternativeNames } from './alternative-names.ts';

const NONE = { email: [], dns: [], uri: [] };

it.each([
  [undefined, NONE],
  [
    'DNS:a.test, IP Address:127.0.0.1, email:a@b.test, URI:spiffe://x/y',
    { email: ['a@b.test'], dns: ['a.test'], uri: ['spiffe://x/y'] },
  ],
  // One name that looks like two is one (CVE-2021-44532).
  ['DNS:"good.test, DNS:evil.test"', { ...NONE, dns: ['good.test, DNS:evil.test'] }],
  ['URI:"http://a.test/\\"x"', { ...NONE, uri: ['http://a.test/"x'] }],
  ['DNS:a.test, nonsense', NONE],
  ['DirName:"/CN=x", DNS:a.test', { ...NONE, dns: ['a.test'] }],
])('%s', (line, names) => expect(parseAlternativeNames(line)).toEqual(names));

it('never throws, and never makes two names of one', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'DNS:, "\\\\x.') }), (line) => {
      parseAlternativeNames(line);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(parseAlternativeNames(`DNS:${JSON.stringify(name)}`).dns).toEqual([Buffer.from(name).toString('latin1')]);
    }),
  );
});
