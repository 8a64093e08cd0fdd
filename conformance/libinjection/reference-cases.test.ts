import { describe, expect, test } from 'vitest';
import { detectSqli } from '../../packages/engine/src/detect/index.ts';
import { createTokens, fold } from '../../packages/engine/src/detect/sqli/fold.ts';
import { createToken, type Token } from '../../packages/engine/src/detect/sqli/token.ts';
import { type SqlContext, SqlTokenizer } from '../../packages/engine/src/detect/sqli/tokenizer.ts';
import { Html5Tokenizer, type HtmlTokenType } from '../../packages/engine/src/detect/xss/html5-tokenizer.ts';
import { available, folder, readCases, trimEnd } from './corpus.ts';

const asIs: SqlContext = { quote: '', dialect: 'ansi' };

/** How libinjection's test driver prints what it reads, by the kind of a case. */
const printers: Readonly<Record<string, (input: string) => string>> = {
  tokens: (input) => {
    const tokenizer = new SqlTokenizer(input, asIs);
    const lines: string[] = [];
    for (let token = createToken(); tokenizer.next(token); token = createToken()) lines.push(printToken(token));
    return lines.join('\n');
  },
  folding: (input) => {
    const tokens = createTokens();
    return tokens
      .slice(0, fold(new SqlTokenizer(input, asIs), tokens))
      .map(printToken)
      .join('\n');
  },
  sqli: (input) => detectSqli(input).fingerprint,
  html5: (input) => {
    const tokenizer = new Html5Tokenizer(input, 'text');
    const lines: string[] = [];
    while (tokenizer.next()) {
      const { type, start, end } = tokenizer;
      lines.push(`${htmlTokenNames[type]},${end - start},${input.slice(start, end)}`);
    }
    return lines.join('\n');
  },
};

const htmlTokenNames: Readonly<Record<HtmlTokenType, string>> = {
  data: 'DATA_TEXT',
  'tag-open': 'TAG_NAME_OPEN',
  'tag-open-end': 'TAG_NAME_CLOSE',
  'tag-self-close': 'TAG_NAME_SELFCLOSE',
  'tag-close': 'TAG_CLOSE',
  'attribute-name': 'ATTR_NAME',
  'attribute-value': 'ATTR_VALUE',
  comment: 'TAG_COMMENT',
  doctype: 'DOCTYPE',
};

function printToken({ type, text, openQuote, closeQuote, atSigns }: Token): string {
  if (type === 's') return `s ${openQuote}${text}${closeQuote}`;
  if (type === 'v') return `v ${'@'.repeat(atSigns)}${openQuote}${text}${closeQuote}`;
  return `${type} ${text}`;
}

describe.skipIf(!available)(`libinjection's test cases (skipped without ${folder})`, () => {
  const kinds = Object.entries(printers).map(([kind, print]) => ({ kind, print, cases: readCases(kind) }));

  test('all 480 are there', () => {
    expect(kinds.map(({ kind, cases }) => [kind, cases.length])).toEqual([
      ['tokens', 249],
      ['folding', 118],
      ['sqli', 50],
      ['html5', 63],
    ]);
  });

  for (const { kind, print, cases } of kinds) {
    describe(kind, () => {
      for (const { name, input, expected } of cases) {
        test(name, () => {
          expect(trimEnd(print(input))).toBe(expected);
        });
      }
    });
  }
});
