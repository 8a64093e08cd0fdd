import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { md5 } from './md5.ts';
import { sha1 } from './sha1.ts';

describe.each([
  ['md5', md5],
  ['sha1', sha1],
] as const)('%s', (algorithm, digest) => {
  const expected = (bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest().toString('latin1');

  test('agrees with Node at every length around the block borders', () => {
    for (let length = 0; length <= 200; length++) {
      const bytes = Buffer.alloc(length, length);
      expect(digest(bytes.toString('latin1')), `${length} bytes`).toBe(expected(bytes));
    }
  });

  test('agrees with Node on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        expect(digest(Buffer.from(bytes).toString('latin1'))).toBe(expected(bytes));
      }),
    );
  });
});
