import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64Lenient, decodeBase64Prefix, encodeBase64 } from './base64.ts';

const byteStrings = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

test('encodes as Node does, and both decoders undo it with and without padding', () => {
  fc.assert(
    fc.property(byteStrings, (text) => {
      const encoded = encodeBase64(text);
      expect(encoded).toBe(Buffer.from(text, 'latin1').toString('base64'));
      const unpadded = encoded.replaceAll('=', '');
      for (const decode of [decodeBase64Prefix, decodeBase64Lenient]) {
        expect(decode(encoded)).toBe(text);
        expect(decode(unpadded)).toBe(text);
      }
    }),
  );
});

test('the lenient decoder does not mind other bytes anywhere', () => {
  const noise = fc.array(fc.constantFrom('\0', '\r\n', '.', ' ', '-', '_', '\xff', ''), {
    minLength: 20,
    maxLength: 20,
  });
  fc.assert(
    fc.property(byteStrings, noise, (text, between) => {
      const noisy = [...encodeBase64(text).replaceAll('=', '')].map((char, at) => char + between[at % 20]).join('');
      expect(decodeBase64Lenient(noisy)).toBe(text);
    }),
  );
});

test('the prefix decoder stops at any byte outside the alphabet', () => {
  for (const stop of ['=', '\0', ' ', '\n', '-', '_', '\x80', '\xff'])
    expect(decodeBase64Prefix(`YWJj${stop}ZGVm`)).toBe('abc');
});
