import { hexPair } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import type { UnicodeMap } from '../bytes/unicode-map.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { foldFullWidth } from './full-width.ts';

const SPACE = ByteSet.of(0x20);

export const urlDecodeUni: Transformation = defineTransformation({
  name: 'urlDecodeUni',
  summary: 'As urlDecode, and %uHHHH becomes one byte: by the Unicode map, or else the low byte.',
  examples: [
    { input: 'a%3Cb+c', output: 'a<b c' },
    { input: '%u003C%U003c', output: '<<' },
    { input: '%u2019%u00e9%uff07', output: "'e'" },
    { input: '%u3042', output: 'B' },
    { input: '%u%41%u004', output: '%uA%u004' },
  ],
  apply: (value, settings) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at < value.length; at++) {
      const byte = value.charCodeAt(at);
      if (byte === 0x2b) {
        result += `${value.slice(copied, at)} `;
        copied = at + 1;
      } else if (byte === 0x25) {
        const isUnicode = (value.charCodeAt(at + 1) | 0x20) === 0x75;
        const decoded = isUnicode ? decodeUnicode(value, at + 2, settings.unicodeMap) : hexPair(value, at + 1);
        if (decoded < 0) continue;
        result += value.slice(copied, at) + String.fromCharCode(decoded);
        at += isUnicode ? 5 : 2;
        copied = at + 1;
      }
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: (byte) => byte === 0x25 || byte === 0x2b,
  brings: (byte) => (byte === 0x25 ? ByteSet.ALL : byte === 0x2b ? SPACE : ByteSet.NONE),
});

/** The byte for the four hexadecimal digits at `at`, -1 where there are no four. */
function decodeUnicode(value: string, at: number, map: UnicodeMap): number {
  const high = hexPair(value, at);
  const low = hexPair(value, at + 2);
  if (high < 0 || low < 0) return -1;
  const mapped = map.lookup(high * 256 + low);
  return mapped >= 0 ? mapped & 0xff : foldFullWidth(high, low);
}
