import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Html5Tokenizer, type HtmlContext } from './html5-tokenizer.ts';

/** The tokens of a value as `type text`. */
function read(value: string, context: HtmlContext = 'text'): string[] {
  const tokenizer = new Html5Tokenizer(value, context);
  const seen: string[] = [];
  while (tokenizer.next()) seen.push(`${tokenizer.type} ${value.slice(tokenizer.start, tokenizer.end)}`);
  return seen;
}

describe('text and tags', () => {
  test.each([
    ['', []],
    ['a', ['data a']],
    ['a<b', ['data a', 'tag-open b']],
    ['<b>c', ['tag-open b', 'tag-open-end >', 'data c']],
    ['<b>', ['tag-open b', 'tag-open-end >']],
    ['</b>c', ['tag-close b', 'data c']],
    ['</b c>', ['tag-open b', 'attribute-name c', 'tag-open-end >']],
    ['</>c', ['data >c']],
    ['</ b>c', ['comment  b', 'data c']],
    ['<b/>c', ['tag-open b', 'tag-self-close />', 'data c']],
    ['<b / / c>', ['tag-open b', 'attribute-name c', 'tag-open-end >']],
    ['<b/c>', ['tag-open b', 'attribute-name c', 'tag-open-end >']],
    ['<1', ['data <', 'data 1']],
    ['<<b', ['data <', 'tag-open b']],
    ['<', []],
    ['</', []],
    ['<s\0cript>', ['tag-open s\0cript', 'tag-open-end >']],
    ['<\0b', ['tag-open \0b']],
    ['<b\x0bc', ['tag-open b', 'attribute-name c']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('attributes', () => {
  test.each([
    ['<b c=d>', ['tag-open b', 'attribute-name c', 'attribute-value d', 'tag-open-end >']],
    ['<b c = "d">', ['tag-open b', 'attribute-name c', 'attribute-value d', 'tag-open-end >']],
    ["<b c='d'e>", ['tag-open b', 'attribute-name c', 'attribute-value d', 'attribute-name e', 'tag-open-end >']],
    ['<b c=`d`/>', ['tag-open b', 'attribute-name c', 'attribute-value d', 'tag-self-close />']],
    ['<b c="d', ['tag-open b', 'attribute-name c', 'attribute-value d']],
    ['<b c="d"', ['tag-open b', 'attribute-name c', 'attribute-value d']],
    ['<b c=', ['tag-open b', 'attribute-name c']],
    ['<b c= ', ['tag-open b', 'attribute-name c']],
    ['<b c', ['tag-open b', 'attribute-name c']],
    ['<b c >', ['tag-open b', 'attribute-name c', 'tag-open-end >']],
    ['<b c /d', ['tag-open b', 'attribute-name c', 'attribute-name d']],
    ['<b =c=d>', ['tag-open b', 'attribute-name =c', 'attribute-value d', 'tag-open-end >']],
    ['<b "c"', ['tag-open b', 'attribute-name "c"']],
    ['<b c=d\0e', ['tag-open b', 'attribute-name c', 'attribute-value d', 'attribute-name e']],
    // A byte 0xff in the place of a name ends the reading: it is the end of the value to the reference.
    ['<b \xffc=d>', ['tag-open b']],
    ['<b c\xff=d>', ['tag-open b', 'attribute-name c\xff', 'attribute-value d', 'tag-open-end >']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('comments and declarations', () => {
  test.each([
    ['<!--a-->b', ['comment a', 'data b']],
    ['<!--a-!>b', ['comment a', 'data b']],
    ['<!--a-\0->b', ['comment a', 'data b']],
    ['<!--a--b', ['comment a--b']],
    ['<!--a--', ['comment a--']],
    ['<!--->b', ['comment ->b']],
    ['<!---->b', ['comment ', 'data b']],
    ['<!a>b', ['comment a', 'data b']],
    ['<!', ['comment ']],
    ['<?a?>b', ['comment a?', 'data b']],
    ['<%a>%>b', ['comment a>', 'data b']],
    ['<%a>%', ['comment a>%']],
    ['<!DocType html>b', ['doctype DocType html', 'data b']],
    ['<!doctype', ['doctype doctype']],
    ['<![CDATA[a>]]>b', ['data a>', 'data b']],
    ['<![CDATA[a]]', ['data a]]']],
    ['<![cdata[a]]>b', ['comment [cdata[a]]', 'data b']],
  ])('%j', (value, tokens) => {
    expect(read(value)).toEqual(tokens);
  });
});

describe('values inserted elsewhere', () => {
  test.each<[HtmlContext, string, string[]]>([
    ['tag', ' a=b>c', ['attribute-name a', 'attribute-value b', 'tag-open-end >', 'data c']],
    ['single-quoted', "a' b", ['attribute-value a', 'attribute-name b']],
    ['single-quoted', "'b", ['attribute-value ', 'attribute-name b']],
    ['double-quoted', 'a">b', ['attribute-value a', 'tag-open-end >', 'data b']],
    ['double-quoted', "a'b", ["attribute-value a'b"]],
    ['backtick-quoted', 'a`/>b', ['attribute-value a', 'tag-self-close />', 'data b']],
    ['single-quoted', '', ['attribute-value ']],
  ])('%s %j', (context, value, tokens) => {
    expect(read(value, context)).toEqual(tokens);
  });
});

test('any bytes are read to the end, token after token', () => {
  const pieces = [
    '<',
    '>',
    '/',
    '=',
    '"',
    "'",
    '`',
    ' ',
    '\0',
    '!',
    '--',
    '?',
    '%',
    '[CDATA[',
    ']]>',
    'a',
    'doctype',
    '\xff',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 20 }),
      fc.constantFrom<HtmlContext>('text', 'tag', 'single-quoted', 'double-quoted', 'backtick-quoted'),
      (parts, context) => {
        const value = parts.join('');
        const tokenizer = new Html5Tokenizer(value, context);
        let place = 0;
        for (let count = 0; tokenizer.next(); count++) {
          expect(tokenizer.start).toBeGreaterThanOrEqual(place);
          expect(tokenizer.end).toBeGreaterThanOrEqual(tokenizer.start);
          expect(tokenizer.end).toBeLessThanOrEqual(value.length);
          expect(count).toBeLessThanOrEqual(value.length);
          place = tokenizer.end;
        }
      },
    ),
  );
});
