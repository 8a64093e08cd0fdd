import { hexPair, isOctalDigit } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { controlEscape } from './control-escape.ts';
import { foldFullWidth } from './full-width.ts';
import { unescapeBackslashes } from './unescape-backslashes.ts';

export const jsDecode: Transformation = defineTransformation({
  name: 'jsDecode',
  summary: 'Decodes JavaScript escapes: \\uHHHH (low byte), \\xHH, octal, \\n and the like; \\c is c.',
  examples: [
    { input: '\\u003cscript\\x3e', output: '<script>' },
    { input: '\\uff1c', output: '<' },
    { input: '\\74\\074\\400', output: '<< 0' },
    { input: '\\n\\q\\8\\u00g\\x0', output: '\nq8u00gx0' },
    { input: 'a\\', output: 'a\\' },
  ],
  apply: (value) => unescapeBackslashes(value, readEscape),
  triggers: (byte) => byte === 0x5c,
});

function readEscape(value: string, at: number): readonly [text: string, length: number] {
  const byte = value.charCodeAt(at);
  if (byte === 0x75) {
    const high = hexPair(value, at + 1);
    const low = hexPair(value, at + 3);
    if (high >= 0 && low >= 0) return [String.fromCharCode(foldFullWidth(high, low)), 5];
  } else if (byte === 0x78) {
    const pair = hexPair(value, at + 1);
    if (pair >= 0) return [String.fromCharCode(pair), 3];
  } else if (isOctalDigit(byte)) {
    // Three digits only when the value fits a byte: `\400` is `\40` and a `0`.
    const most = byte > 0x33 ? 2 : 3;
    let code = 0;
    let digits = 0;
    for (; digits < most && isOctalDigit(value.charCodeAt(at + digits)); digits++) {
      code = code * 8 + value.charCodeAt(at + digits) - 0x30;
    }
    return [String.fromCharCode(code), digits];
  }
  return [controlEscape(byte) ?? String.fromCharCode(byte), 1];
}
