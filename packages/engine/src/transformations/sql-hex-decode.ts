import { hexPair } from '../bytes/ascii.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const sqlHexDecode: Transformation = defineTransformation({
  name: 'sqlHexDecode',
  summary: 'SQL hexadecimal literals (0x and pairs of digits) become their bytes.',
  examples: [
    { input: 'id=0x414243 or 0X64', output: 'id=ABC or d' },
    { input: '0x4142c', output: 'ABc' },
    { input: '0xg 0x4', output: '0xg 0x4' },
    { input: 'a\x000x4100', output: 'a\0A\0' },
  ],
  // ModSecurity 2 stops at a NUL, before and after decoding; we go on, because nothing may hide behind one.
  apply: (value) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at + 3 < value.length; at++) {
      if (value.charCodeAt(at) !== 0x30 || (value.charCodeAt(at + 1) | 0x20) !== 0x78) continue;
      let byte = hexPair(value, at + 2);
      if (byte < 0) continue;
      result += value.slice(copied, at);
      for (at += 2; byte >= 0; byte = hexPair(value, at)) {
        result += String.fromCharCode(byte);
        at += 2;
      }
      // The byte behind the digits is copied unseen, as in ModSecurity: `0x410x42` has one literal.
      copied = at;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: (byte) => byte === 0x78 || byte === 0x58,
});
