import { expect, it } from 'vitest';
import { passedTrailers } from './trailers.ts';

const LISTED = ['Server-Timing', 'X-Checksum'];

it.each([
  ['what is listed, in any case', ['SERVER-TIMING', 'a', 'x-checksum', 'b'], ['server-timing', 'a', 'x-checksum', 'b']],
  ['nothing else', ['Content-Length', '5', 'X-Other', 'b', 'x-checksum', 'c'], ['x-checksum', 'c']],
  ['nothing that comes twice', ['X-Checksum', 'a', 'x-checksum', 'b', 'x-checksum', 'c'], []],
  ['no control bytes', ['X-Checksum', 'a\rb', 'Server-Timing', 'c\0'], []],
  ['nothing when it is too much', ['X-Checksum', 'a'.repeat(9000), 'Server-Timing', 'b'], []],
  ['bytes as they are', [Buffer.from('X-Checksum'), Buffer.from([0xe9])], ['x-checksum', '\xe9']],
  ['a name without a value', ['X-Checksum'], []],
])('%s', (_name, raw, passed) => {
  expect(passedTrailers(raw, LISTED)).toEqual(passed);
});

it('nothing where nothing is listed', () => {
  expect(passedTrailers(['X-Checksum', 'a'], [])).toEqual([]);
});
