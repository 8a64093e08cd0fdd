import fc from 'fast-check';
import { expect, it } from 'vitest';
import { streamHead } from './stream-request.ts';

const PSEUDO = [':method', 'GET', ':scheme', 'https', ':path', '/a'];

it.each([
  ['the authority is the host', [':authority', 'a'], ['host', 'a'], false],
  ['a host without authority', ['host', 'a'], ['host', 'a'], false],
  ['both, and the same', [':authority', 'a', 'host', 'A'], ['host', 'A'], false],
  ['both, and different', [':authority', 'a', 'host', 'b'], ['host', 'b'], true],
  ['crumbs', ['cookie', 'a=1', 'x', 'y', 'cookie', 'b=2', 'cookie', 'c'], ['cookie', 'a=1; b=2; c', 'x', 'y'], false],
  ['other headers twice', ['x', '1', 'x', '2'], ['x', '1', 'x', '2'], false],
])('%s', (_name, more, rawHeaders, hasTwoHosts) => {
  expect(streamHead([...PSEUDO, ...more])).toMatchObject({ method: 'GET', path: '/a', rawHeaders, hasTwoHosts });
});

it('no pseudo-header becomes a header', () => {
  const name = fc.constantFrom(':authority', ':x', 'host', 'cookie', 'x-a');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 8 }), (fields) => {
      const { rawHeaders } = streamHead(fields.flat());
      expect(rawHeaders.filter((_, at) => at % 2 === 0 && rawHeaders[at]?.startsWith(':'))).toEqual([]);
      expect(rawHeaders.length % 2).toBe(0);
    }),
  );
});
