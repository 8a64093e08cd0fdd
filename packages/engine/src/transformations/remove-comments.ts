import { defineTransformation, type Transformation } from '../registry/transformation.ts';
import { isCommentByte } from './comment-triggers.ts';

export const removeComments: Transformation = defineTransformation({
  name: 'removeComments',
  summary: 'Removes C and HTML comments; -- and # outside of them end the value.',
  examples: [
    { input: 'a/* b */c', output: 'ac' },
    { input: 'a<!-- b */c', output: 'ac' },
    { input: 'a -- b', output: 'a ' },
    { input: 'a#b', output: 'a' },
    { input: 'a/*b', output: 'a ' },
    { input: 'a/*b*/', output: 'a\0' },
    { input: 'a/*b*/#c', output: 'a#c' },
  ],
  apply: (value) => {
    let result = '';
    let copied = 0;
    let at = 0;
    while (at < value.length) {
      const opener = openerLength(value, at);
      if (opener === 0) {
        if (endsValue(value, at)) return result + value.slice(copied, at);
        at++;
        continue;
      }
      result += value.slice(copied, at);
      const closed = findCloserEnd(value, at + opener);
      if (closed === -1) return `${result} `;
      // ModSecurity copies the byte behind the closer unseen, and at the end of the value its terminating NUL.
      if (closed === value.length) return `${result}\0`;
      copied = closed;
      at = closed + 1;
    }
    return copied === 0 ? value : result + value.slice(copied);
  },
  triggers: isCommentByte,
});

function openerLength(value: string, at: number): number {
  const byte = value.charCodeAt(at);
  if (byte === 0x2f) return value.startsWith('/*', at) ? 2 : 0;
  if (byte === 0x3c) return value.startsWith('<!--', at) ? 4 : 0;
  return 0;
}

function endsValue(value: string, at: number): boolean {
  const byte = value.charCodeAt(at);
  return byte === 0x23 || (byte === 0x2d && value.charCodeAt(at + 1) === 0x2d);
}

/** Index behind the first closer of either kind, -1 when there is none. */
function findCloserEnd(value: string, from: number): number {
  for (let at = from; at + 1 < value.length; at++) {
    const byte = value.charCodeAt(at);
    if (byte === 0x2a && value.charCodeAt(at + 1) === 0x2f) return at + 2;
    if (byte === 0x2d && value.startsWith('-->', at)) return at + 3;
  }
  return -1;
}
