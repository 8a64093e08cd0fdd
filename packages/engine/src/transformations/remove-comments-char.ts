import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { isCommentByte } from './comment-triggers.ts';

/** In the order ModSecurity tests them at each position. */
const MARKS: readonly string[] = ['/*', '*/', '<!--', '-->', '--', '#'];

export const removeCommentsChar: Transformation = defineTransformation({
  name: 'removeCommentsChar',
  summary: 'Removes the comment marks /* */ <!-- --> -- # and keeps what is between them.',
  examples: [
    { input: 'a/*b*/c', output: 'abc' },
    { input: '<!-- a --> # b', output: ' a   b' },
    { input: '--->', output: '->' },
  ],
  apply: (value) => {
    let result = '';
    let copied = 0;
    for (let at = 0; at < value.length; at++) {
      if (!startsMark(value.charCodeAt(at))) continue;
      const mark = MARKS.find((known) => value.startsWith(known, at));
      if (mark === undefined) continue;
      result += value.slice(copied, at);
      at += mark.length - 1;
      copied = at + 1;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: isCommentByte,
});

/** First bytes of the marks: those of `isCommentByte`, `/` and `<`. */
function startsMark(byte: number): boolean {
  return isCommentByte(byte) || byte === 0x2f || byte === 0x3c;
}
