import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameReader, FramingError, frame } from './framing.ts';

it('puts messages together from pieces of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }) }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 40 }),
      (messages, size) => {
        const bytes = Buffer.concat(messages.map(frame));
        const reader = new FrameReader();
        const seen: unknown[] = [];
        for (let at = 0; at < bytes.length; at += size)
          seen.push(...reader.push(bytes.subarray(at, at + size)).map((text) => JSON.parse(text)));
        expect(seen).toEqual(messages);
      },
    ),
  );
});

it('reads other headers and any case', () => {
  const text = 'Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 2\r\n\r\n{}';
  expect(new FrameReader().push(Buffer.from(text))).toEqual(['{}']);
});

it.each([
  ['no length', 'X: 1\r\n\r\n'],
  ['a length that is no number', 'Content-Length: two\r\n\r\n'],
  ['a length beyond all reason', 'Content-Length: 999999999\r\n\r\n'],
  ['a header without an end', 'x'.repeat(9000)],
])('refuses %s', (_title, text) => {
  expect(() => new FrameReader().push(Buffer.from(text))).toThrow(FramingError);
});
