import { compileRegex } from '@sallyport/engine/language';
import { expect, it } from 'vitest';
import { explainPattern } from './pattern-in-words.ts';

const explain = (pattern: string): ReturnType<typeof explainPattern> =>
  explainPattern(compileRegex(pattern, { dotAll: true, dollarEndOnly: true }));

it.each([
  ['abc', ['"abc"']],
  ['(?i)select', ['"select" in any case']],
  ['\\d+', ['a digit (once or more)']],
  [
    'a?b{3}c{2,}d{2,5}e*',
    [
      '"a" (optional)',
      'then "b" (3 times)',
      'then "c" (2 times or more)',
      'then "d" (2 to 5 times)',
      'then "e" (any number of times)',
    ],
  ],
  ['[a-f_]', ['one of "_", a-f']],
  ['[^<>]', ['anything but "<", ">"']],
  ['(?i)[a-f0-9]', ['a hexadecimal digit']],
  ['(?i)[xyz]x', ['one of x-z (letters in any case), then "x" in any case']],
  ['[\\w`]', ['one of 0-9, "_", "`", a-z (letters in any case)']],
  ['\\x00\\n', ['NUL line feed']],
  ['.', ['any byte']],
  ['(?-s).', ['any byte but a line feed']],
  ['one|two|three', ['"one" or "two" or "three"']],
  ['(one|two)+', ['group 1 ("one" or "two") (once or more)']],
  ['a\\b', ['"a", then the edge of a word']],
  ['a(?!b)', ['"a", then not followed by "b"']],
  ['(a)\\1', ['group 1 ("a"), then what group 1 matched']],
  ['(?:ab|c(?:d|e)f)g', ['one of 2 alternatives:', '  - "ab"', '  - "c", then "d" or "e", then "f"', 'then "g"']],
])('%s', (pattern, outline) => {
  expect(explain(pattern).outline).toEqual(outline);
});

it.each([
  ['a', 'anywhere in the value'],
  ['^a', 'at the beginning of the value'],
  ['a$', 'at the end of the value'],
  ['^a$', 'the whole value'],
])('%s is looked for: %s', (pattern, place) => {
  expect(explain(pattern)).toMatchObject({ place, outline: ['"a"'] });
});

it('names what every match contains, and why time is not linear', () => {
  expect(explain('(?i)un?ion\\s+select')).toMatchObject({ required: ['select'], isLinear: true, reasons: [] });
  expect(explain('(?>a+)b++(?<=c)\\1?(d)(?(1)e|f)')).toMatchObject({
    isLinear: false,
    reasons: [
      'an atomic group (?>…)',
      'a possessive repeat (*+, ++, ?+)',
      'a look-behind (?<=…)',
      'a back-reference \\1',
      'a conditional (?(…)…)',
    ],
  });
});

it('puts many texts on several lines', () => {
  const words = Array.from({ length: 30 }, (_, index) => `word${index}`);
  const { outline } = explain(words.join('|'));
  expect(outline[0]).toBe('one of 30 texts:');
  expect(
    outline
      .slice(1)
      .join(' ')
      .match(/"word\d+"/g),
  ).toHaveLength(30);
  expect(Math.max(...outline.map((line) => line.length))).toBeLessThan(100);
});
