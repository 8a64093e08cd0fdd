import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canDecode, contentCoding, decodedBody } from './decoded-body.ts';

const TEXT = Buffer.from('what the rules are to read, '.repeat(4000));

describe.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('%s', (coding, compress) => {
  it('is decoded, in whatever pieces it came', async () => {
    const bytes = compress(TEXT);
    const middle = bytes.length >> 1;
    const chunks = [bytes.subarray(0, middle), bytes.subarray(middle)];
    expect((await decodedBody(coding, chunks, TEXT.length)).equals(TEXT)).toBe(true);
  });

  it('of half of it, what there is', async () => {
    const random = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7919 * at) % 251));
    const bytes = compress(random);
    const decoded = await decodedBody(coding, [bytes.subarray(0, bytes.length >> 1)], random.length);
    expect(random.subarray(0, decoded.length).equals(decoded)).toBe(true);
  });

  it('is not decoded much further than wanted', async () => {
    const bomb = compress(Buffer.alloc(4_000_000));
    const decoded = await decodedBody(coding, [bomb], 100_000);
    expect(decoded.length).toBeGreaterThan(100_000);
    expect(decoded.length).toBeLessThan(1_000_000);
  });

  it('that is none is refused', async () => {
    await expect(decodedBody(coding, [Buffer.from('plain text, really')], 1000)).rejects.toMatchObject({
      kind: { code: 'SP2003' },
    });
  });
});

it('codings are known by their names', () => {
  expect(contentCoding(['Content-Type', 'a/b'])).toBeUndefined();
  expect(contentCoding(['Content-Encoding', 'Identity'])).toBeUndefined();
  expect(contentCoding(['content-encoding', 'GZIP'])).toBe('gzip');
  expect(contentCoding(['Content-Encoding', 'identity, gzip ,'])).toBe('gzip');
  // Two lines are one list (RFC 9110 §5.2); reading only the first would show rules what is still compressed.
  expect(contentCoding(['Content-Encoding', 'gzip', 'X', 'y', 'Content-Encoding', 'br'])).toBe('gzip, br');
  expect([canDecode('gzip'), canDecode('gzip, gzip'), canDecode('constructor')]).toEqual([true, false, false]);
});
