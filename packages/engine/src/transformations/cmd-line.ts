import { isUpper, lowerCase } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const cmdLine: Transformation = defineTransformation({
  name: 'cmdLine',
  summary:
    'Undoes tricks of command shells: deletes " \' \\ ^, joins spaces, commas and semicolons to one space, none before / and (, lower case.',
  examples: [
    { input: 'C^OM"MAND" /C', output: 'command/c' },
    { input: 'cat,;\t  x', output: 'cat x' },
    { input: "a ^ ' (b", output: 'a(b' },
    { input: "who\0'ami", output: 'who\0ami' },
  ],
  // ModSecurity 2 stops at the first NUL; we go on, because nothing may hide behind one.
  apply: (value) => lowerCase(joinWords(value)),
  triggers: (byte) => isDeleted(byte) || isSeparator(byte) || isUpper(byte),
  brings: (byte) => (isUpper(byte) ? ByteSet.of(byte + 0x20) : isSeparator(byte) ? ByteSet.of(0x20) : ByteSet.NONE),
});

function joinWords(value: string): string {
  let result = '';
  let copied = 0;
  for (let at = 0; at < value.length; at++) {
    const byte = value.charCodeAt(at);
    if (isDeleted(byte)) {
      result += value.slice(copied, at);
      copied = at + 1;
    } else if (isSeparator(byte)) {
      let end = at + 1;
      while (isSeparator(value.charCodeAt(end)) || isDeleted(value.charCodeAt(end))) end++;
      const next = value.charCodeAt(end);
      const isDropped = next === 0x2f || next === 0x28;
      // A lone space stays part of the slice being copied.
      if (isDropped || end > at + 1 || byte !== 0x20) {
        result += value.slice(copied, at) + (isDropped ? '' : ' ');
        copied = end;
      }
      at = end - 1;
    }
  }
  return copied === 0 ? value : result + value.slice(copied);
}

/** `"` `'` `\` `^` */
function isDeleted(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x5c || byte === 0x5e;
}

/** Space, comma, semicolon, tab, CR, LF. */
function isSeparator(byte: number): boolean {
  return byte === 0x20 || byte === 0x2c || byte === 0x3b || byte === 0x09 || byte === 0x0d || byte === 0x0a;
}
