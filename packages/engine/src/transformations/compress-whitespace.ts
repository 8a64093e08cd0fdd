import { isSpaceOrNbsp } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const compressWhitespace: Transformation = defineTransformation({
  name: 'compressWhitespace',
  summary: 'Each run of white space and bytes 0xA0 becomes one space, at the ends too.',
  examples: [
    { input: '  a \t\r\n b', output: ' a b' },
    { input: 'a\xa0b', output: 'a b' },
    { input: 'a b', output: 'a b' },
  ],
  apply: (value) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at < value.length; at++) {
      const byte = value.charCodeAt(at);
      if (!isSpaceOrNbsp(byte)) continue;
      let end = at + 1;
      while (end < value.length && isSpaceOrNbsp(value.charCodeAt(end))) end++;
      // A lone space stays part of the slice being copied, so prose costs nothing.
      if (end > at + 1 || byte !== 0x20) {
        result += `${value.slice(copied, at)} `;
        copied = end;
      }
      at = end - 1;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: isSpaceOrNbsp,
  brings: (byte) => (isSpaceOrNbsp(byte) ? ByteSet.of(0x20) : ByteSet.NONE),
});
