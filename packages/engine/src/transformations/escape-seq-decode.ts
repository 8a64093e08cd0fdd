import { hexPair, isOctalDigit } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { controlEscape } from './control-escape.ts';
import { unescapeBackslashes } from './unescape-backslashes.ts';

export const escapeSeqDecode: Transformation = defineTransformation({
  name: 'escapeSeqDecode',
  summary: 'Decodes ANSI C escapes: \\n and the like, \\xHH, one to three octal digits; \\c is c.',
  examples: [
    { input: '\\x3c\\X3E\\74\\074', output: '<><<' },
    { input: '\\a\\n\\?\\\\', output: '\x07\n?\\' },
    { input: '\\666', output: '\xb6' },
    { input: '\\xag\\q\\8', output: 'xagq8' },
    { input: 'a\\', output: 'a\\' },
  ],
  apply: (value) => unescapeBackslashes(value, readEscape),
  triggers: (byte) => byte === 0x5c,
});

function readEscape(value: string, at: number): readonly [text: string, length: number] {
  const byte = value.charCodeAt(at);
  if ((byte | 0x20) === 0x78) {
    const pair = hexPair(value, at + 1);
    if (pair >= 0) return [String.fromCharCode(pair), 3];
  } else if (isOctalDigit(byte)) {
    let code = 0;
    let digits = 0;
    for (; digits < 3 && isOctalDigit(value.charCodeAt(at + digits)); digits++) {
      code = code * 8 + value.charCodeAt(at + digits) - 0x30;
    }
    // `\777` does not fit a byte; C keeps the low eight bits.
    return [String.fromCharCode(code & 0xff), digits];
  }
  return [controlEscape(byte) ?? String.fromCharCode(byte), 1];
}
