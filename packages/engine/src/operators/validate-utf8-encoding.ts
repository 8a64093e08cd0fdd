import { ByteSet } from '../bytes/byte-set.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

/** What is wrong with a value, in ModSecurity's words, and where. */
interface Flaw {
  readonly offset: number;
  readonly reason:
    | 'not enough bytes in character'
    | 'invalid byte value in character'
    | 'overlong character detected'
    | 'use of restricted character';
}

export const validateUtf8Encoding: Operator = defineOperator({
  name: 'validateUtf8Encoding',
  summary:
    'Matches when the value is not UTF-8 as RFC 3629 defines it: a missing or wrong continuation byte, an overlong form, a surrogate, or a number above U+10FFFF.',
  examples: [
    { argument: '', value: 'caf\xc3\xa9', matches: false },
    { argument: '', value: 'caf\xe9', matches: true },
    { argument: '', value: '\xc0\xaf', matches: true },
    { argument: '', value: '\xed\xa0\x80', matches: true },
    { argument: '', value: '\xf4\x90\x80\x80', matches: true },
  ],
  argument: 'none',
  compile: () => ({
    forecast: { kind: 'bytes', bytes: ByteSet.range(0x80, 0xff) },
    test: (value) => findFlaw(value) !== undefined,
    describe: (value, name) => {
      const flaw = findFlaw(value);
      return `Invalid UTF-8 encoding: ${flaw?.reason} at ${name}. [offset "${flaw?.offset}"]`;
    },
    span: (value) => {
      const offset = findFlaw(value)?.offset ?? 0;
      return [offset, offset + 1];
    },
  }),
});

/** The first ill-formed character, or undefined when all are well-formed. */
function findFlaw(value: string): Flaw | undefined {
  let offset = 0;
  while (offset < value.length) {
    const lead = value.charCodeAt(offset);
    if (lead < 0x80) {
      offset++;
      continue;
    }
    if (lead >= 0xf5 && lead <= 0xf7) return { offset, reason: 'use of restricted character' };
    if (lead < 0xc0 || lead > 0xf7) return { offset, reason: 'invalid byte value in character' };
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (offset + length > value.length) return { offset, reason: 'not enough bytes in character' };
    // The lead byte of a character of n bytes carries 7 - n bits of its number, each other byte six.
    let character = lead & (0x7f >> length);
    for (let index = offset + 1; index < offset + length; index++) {
      const byte = value.charCodeAt(index);
      if ((byte & 0xc0) !== 0x80) return { offset, reason: 'invalid byte value in character' };
      character = (character << 6) | (byte & 0x3f);
    }
    const isSurrogate = character >= 0xd800 && character <= 0xdfff;
    if (isSurrogate || character > 0x10ffff) return { offset, reason: 'use of restricted character' };
    if (character < FIRST_OF_LENGTH[length]!) return { offset, reason: 'overlong character detected' };
    offset += length;
  }
  return undefined;
}

/** The smallest number that needs so many bytes. */
const FIRST_OF_LENGTH: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];
