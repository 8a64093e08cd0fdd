import { expect, it } from 'vitest';
import { Lines } from './lines.ts';

function linesOf(chunks: readonly string[], most?: number): string[] {
  const found: string[] = [];
  const lines = new Lines((line) => found.push(line), most);
  for (const chunk of chunks) lines.take(Buffer.from(chunk));
  lines.end();
  return found;
}

it.each<[string[], string[], number?]>([
  [['a\nb\n'], ['a', 'b']],
  [
    ['a\r\n', 'b'],
    ['a', 'b'],
  ],
  [
    ['a', 'b\n\n', 'c\n'],
    ['ab', 'c'],
  ],
  [['x'.repeat(4500)], ['x'.repeat(2000), 'x'.repeat(2000), 'x'.repeat(500)]],
  [
    ['x'.repeat(2500), '\n'],
    ['x'.repeat(2000), 'x'.repeat(500)],
  ],
  [['abc\ndef', 'ghi\n', 'more\n'], ['abc', 'de', '(there was more)'], 6],
  [['abc\n', 'def\n'], ['abc', '(there was more)'], 4],
  [['abc\n'], ['abc'], 4],
])('%j becomes %j', (chunks, expected, most) => {
  expect(linesOf(chunks, most)).toEqual(expected);
});
