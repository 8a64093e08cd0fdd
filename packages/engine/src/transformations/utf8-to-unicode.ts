import { isOverlong, isSurrogate, utf8SequenceLength, utf8SequenceValue } from '../bytes/utf8.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const utf8toUnicode: Transformation = defineTransformation({
  name: 'utf8toUnicode',
  summary: 'UTF-8 sequences become %uhhhh, for urlDecodeUni to fold; NUL and broken lead bytes are dropped.',
  examples: [
    { input: 'a\xe2\x80\x99b', output: 'a%u2019b' },
    { input: '\xc3\xa9 \xf0\x9f\x98\x80', output: '%u00e9 %u1f600' },
    { input: 'a\0b\xe2\x80', output: 'ab\x80' },
    { input: '\xc0\xaf', output: '%u002f\xc0' },
    { input: '\xf5\x80\x80\x80', output: '\xf5%u140000' },
  ],
  apply: (value) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at < value.length; ) {
      const byte = value.charCodeAt(at);
      if (!isRewritten(byte)) {
        at++;
        continue;
      }
      result += value.slice(copied, at);
      const length = utf8SequenceLength(value, at);
      // F5-F7 lead beyond Unicode: ModSecurity copies the byte, then decodes what it seems to lead.
      if (byte >= 0xf5) result += value.charAt(at);
      if (length > 0) result += percentU(value, at, length);
      at += Math.max(length, 1);
      copied = at;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: isRewritten,
});

/** NUL and lead bytes; stray continuation bytes and F8-FF are copied like ASCII. */
function isRewritten(byte: number): boolean {
  return byte === 0 || (byte >= 0xc0 && byte <= 0xf7);
}

/** `%uhhhh`, and behind it the raw lead byte once for each rule of UTF-8 that the sequence breaks, so that rules see it. */
function percentU(value: string, at: number, length: number): string {
  const codePoint = utf8SequenceValue(value, at, length);
  const lead = value.charAt(at);
  const encoded = `%u${codePoint.toString(16).padStart(4, '0')}`;
  return encoded + (isSurrogate(codePoint) ? lead : '') + (isOverlong(codePoint, length) ? lead : '');
}
