import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countFields } from './header-block.ts';

it.each([
  ['nothing', [], 0],
  ['an indexed field', [0x82], 1],
  ['a large index', [0xff, 0x80, 0x01], 1],
  ['a literal with an indexed name', [0x44, 1, 0x2f], 1],
  ['a literal with a name of its own', [0x40, 1, 0x61, 1, 0x62], 1],
  ['a literal that is not indexed', [0x00, 1, 0x61, 0], 1],
  ['a literal that is never indexed', [0x10, 1, 0x61, 0], 1],
  ['a literal whose name has an index above 14', [0x0f, 0x01, 1, 0x62], 1],
  ['Huffman code', [0x40, 0x81, 0x1f, 0x81, 0x1f], 1],
  ['a new table size', [0x3f, 0xe1, 0x1f, 0x82], 1],
  ['several', [0x82, 0x84, 0x40, 1, 0x61, 1, 0x62, 0xbe], 4],
])('%s', (_name, bytes, count) => expect(countFields(Buffer.from(bytes))).toBe(count));

it.each([
  ['a value cut off', [0x44, 5, 0x2f]],
  ['a name cut off', [0x40, 5]],
  ['no value', [0x44]],
  ['an integer without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['a length beyond all', [0x00, 0x7f, 0xff, 0xff, 0xff, 0x7f]],
])('%s cannot be counted', (_name, bytes) => expect(countFields(Buffer.from(bytes))).toBeUndefined());

it('ends for all bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const count = countFields(Buffer.from(bytes));
      expect(count === undefined || (count >= 0 && count <= bytes.length)).toBe(true);
    }),
  );
});
