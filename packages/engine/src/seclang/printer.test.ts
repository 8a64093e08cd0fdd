import { describe, expect, it } from 'vitest';
import type { SecLangFile } from './ast.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseSecLang } from './parse.ts';
import { type PrintOptions, printAction, printOperator, printSecLang, printTargets } from './printer.ts';
import { wordOf } from './word.ts';

function reprint(text: string, options?: PrintOptions): string {
  return printSecLang(parseSecLang('r.conf', text, new Diagnostics()), options);
}

describe('printing', () => {
  it.each<[behaviour: string, text: string, printed: string]>([
    ['prints nothing for nothing', '', ''],
    ['ends each line', 'A 1', 'A 1\n'],
    ['keeps a rule short', 'SecRule  ARGS "@rx a"  \\\n "id:1,\\\n   deny"', 'SecRule ARGS "@rx a" "id:1,deny"\n'],
    ['quotes operators and actions', 'SecRule "ARGS|TX:a" a id:1', 'SecRule ARGS|TX:a "a" "id:1"\n'],
    ['prints a rule without actions', 'SecRule ARGS\t"! @within a"', 'SecRule ARGS "!@within a"\n'],
    ['separates targets with pipes', 'SecRule "ARGS, TX" a', 'SecRule ARGS|TX "a"\n'],
    ['quotes targets with a blank in them', `SecRule "ARGS:'a b'" a`, `SecRule "ARGS:'a b'" "a"\n`],
    ['escapes quotes of the word', String.raw`SecAction "msg:'a\"b'"`, `${String.raw`SecAction "msg:'a\"b'"`}\n`],
    ['escapes quotes of the list', String.raw`SecAction "msg:'a\'b'"`, `${String.raw`SecAction "msg:'a\'b'"`}\n`],
    [
      'doubles backslashes in list quotes, for ModSecurity 2',
      String.raw`SecAction "msg:'a\d'"`,
      `${String.raw`SecAction "msg:'a\\\d'"`}\n`,
    ],
    ['leaves backslashes of patterns alone', String.raw`SecRule A "\d\x5c\."`, `${String.raw`SecRule A "\d\x5c\."`}\n`],
    ['keeps lists on their lines', 'A  b   `\nc d\n`\nB', 'A b `\nc d\n`\nB\n'],
    ['keeps the quotes of words', `A b 'c' "d"`, `A b 'c' "d"\n`],
    ['quotes a last backslash, which would join the next line', 'A b\\', 'A "b\\\\"\n'],
    ['puts a blank after a comment that ends in a backslash', '# a\\', '# a\\ \n'],
    ['keeps the lines of a joined comment', '#A \\\r\n# b\r\n', '#A \\\n# b\n'],
    ['keeps one of several blank lines', '\n\nA\nB\n\n\n\n# c\n', 'A\nB\n\n# c\n'],
    [
      'indents blocks',
      '<If a>\n<B>\n# c\nA\n</b>\n</If>',
      '<If a>\n    <B>\n        # c\n        A\n    </B>\n</If>\n',
    ],
    [
      'indents the links of a chain',
      'SecRule A a id:1,chain\nSecRule B b Chain\n\n# c\nSecRule C c\nSecRule D d id:2',
      'SecRule A "a" "id:1,chain"\n    SecRule B "b" "Chain"\n\n        # c\n        SecRule C "c"\nSecRule D "d" "id:2"\n',
    ],
  ])('%s', (_, text, printed) => {
    expect(reprint(text)).toBe(printed);
    expect(reprint(printed)).toBe(printed);
  });

  it('gives a long rule one action to a line', () => {
    const printed = [
      'SecRule REQUEST_METHOD "!@within %{tx.allowed_methods}" \\',
      '    "id:911100,\\',
      '    phase:1,\\',
      "    msg:'Method is not allowed',\\",
      '    chain"',
      '    SecRule TX:a "@eq 1" \\',
      '        "t:none,\\',
      "        setvar:'tx.score=+%{tx.critical}'\"",
      '',
    ].join('\n');
    expect(reprint(printed, { width: 50 })).toBe(printed);
    expect(reprint(reprint(printed, { width: 500 }), { width: 50 })).toBe(printed);
    expect(reprint(printed, { width: 500 }).split('\n')).toHaveLength(3);
  });

  it('breaks at the width, not before', () => {
    const text = 'SecAction "id:1,phase:1,pass"\n';
    expect(reprint(text, { width: 29 })).toBe(text);
    expect(reprint(text, { width: 28 })).toBe('SecAction \\\n    "id:1,\\\n    phase:1,\\\n    pass"\n');
  });

  it('refuses a line feed in a word', () => {
    const word = wordOf('a\nb', 'r.conf');
    const { span } = word;
    const node = { kind: 'directive', name: 'A', words: [word], span, nameSpan: span } as const;
    const file: SecLangFile = { file: 'r.conf', nodes: [node] };
    expect(() => printSecLang(file)).toThrow(RangeError);
  });
});

describe('printing trees that were made by hand', () => {
  const { span } = wordOf('', 'r.conf');
  const positions = { span, nameSpan: span, argumentSpan: span, argumentPositionAt: () => span.start };

  it('quotes selectors and values that need it', () => {
    const selector = { kind: 'regex', text: 'a|b', isQuoted: false, span } as const;
    expect(printTargets([{ name: 'ARGS', isCount: false, isExclusion: true, selector, span }])).toBe("!ARGS:'/a|b/'");
    const values = ['', "'a", 'a b', 'a,b', "a'b"];
    expect(values.map((argument) => printAction({ name: 'msg', argument, isQuoted: false, ...positions }))).toEqual([
      "msg:''",
      "msg:'\\'a'",
      "msg:'a b'",
      "msg:'a,b'",
      "msg:a'b",
    ]);
  });

  it.each<[argument: string, isNegated: boolean, printed: string]>([
    ['@a', false, '@rx @a'],
    ['!a', false, '@rx !a'],
    ['!a', true, '!!a'],
    [' a', false, ' a'],
  ])('names @rx where the pattern %j needs it', (argument, isNegated, printed) => {
    expect(printOperator({ name: 'rx', isNegated, isImplicit: true, argument, ...positions })).toBe(printed);
  });
});
