import { describe, expect, it } from 'vitest';
import type { Node } from './ast.ts';
import { Diagnostics, formatDiagnostic } from './diagnostics.ts';
import { type ParseOptions, parseSecLang } from './parse.ts';

function parse(text: string, options?: ParseOptions): { nodes: readonly Node[]; found: string[] } {
  const diagnostics = new Diagnostics();
  const { nodes } = parseSecLang('r.conf', text, diagnostics, options);
  return { nodes, found: diagnostics.all.map(formatDiagnostic) };
}

/** `Name [word] [word]`, `<Name [word]>(…)`, `# text`. */
function outline(node: Node): string {
  if (node.kind === 'comment') return node.text;
  const head = [node.name, ...node.words.map((word) => `[${word.text}]`)].join(' ');
  return node.kind === 'block' ? `<${head}>(${node.children.map(outline).join('; ')})` : head;
}

describe('lines', () => {
  it.each<[behaviour: string, text: string, nodes: string[]]>([
    ['reads one directive per line', 'A 1\nB 2\n', ['A [1]', 'B [2]']],
    ['needs no line feed at the end', 'A 1', ['A [1]']],
    ['skips blank lines and indentation', '\n \t\n\t A 1  \n\n', ['A [1]']],
    ['takes CRLF as the end of a line', 'A 1\r\nB 2\r\n', ['A [1]', 'B [2]']],
    ['joins at a backslash and inserts nothing', 'A on\\\ne\n', ['A [one]']],
    ['joins at a backslash before CRLF', 'A on\\\r\ne\r\n', ['A [one]']],
    ['keeps the indentation of a joined line', 'A "x\\\n  y"\n', ['A [x  y]']],
    ['joins inside the name, as Apache does', 'SecRule\\\nEngine On\n', ['SecRuleEngine [On]']],
    ['joins also after a doubled backslash, as Apache does', 'A "x\\\\\ny"\n', ['A [x\\y]']],
    ['joins several lines', 'A 1 \\\n 2 \\\n\\\n 3\nB\n', ['A [1] [2] [3]', 'B']],
    ['ends a joined line at a blank one', 'A 1 \\\n\nB\n', ['A [1]', 'B']],
    ['keeps a backslash at the end of the text', 'A x\\', ['A [x\\]']],
    ['reads nothing from nothing', '', []],
    ['passes over a byte order mark', '\xef\xbb\xbfA 1\n', ['A [1]']],
    ['keeps comments, without indentation', '  # one  \nA\n#two\n', ['# one', 'A', '#two']],
    ['takes # as a comment only at the begin of a line', 'A 1 # 2\n', ['A [1] [#] [2]']],
    ['keeps the lines of a joined comment apart', '# A \\\r\n#  1\r\nB\r\n', ['# A \\\n#  1', 'B']],
  ])('%s', (_, text, nodes) => {
    const result = parse(text);
    expect(result.nodes.map(outline)).toEqual(nodes);
    expect(result.found).toEqual([]);
  });

  it('warns about a line that a comment swallows, at the backslash', () => {
    expect(parse('A\n# C:\\dir\\\nSecRuleEngine On\n').found).toEqual([
      'r.conf:2:9 SL1001 warning: the backslash at the end makes the next line a part of this comment; ' +
        'remove the backslash, or begin the next line with # too',
    ]);
  });

  it('warns about white space after a backslash', () => {
    expect(parse('A 1 \\\t \n').found).toEqual([
      'r.conf:1:5 SL1002 warning: white space follows the backslash, so the directive does not go on in the next line; ' +
        'remove the white space after the backslash',
    ]);
  });
});

describe('words', () => {
  it.each<[behaviour: string, text: string, words: string[]]>([
    ['split at white space', 'A a\tb\vc\fd  e', ['a', 'b', 'c', 'd', 'e']],
    ['are grouped by double quotes', 'A "a b" c', ['a b', 'c']],
    ['are grouped by single quotes', "A 'a \"b' c", ['a "b', 'c']],
    ['may be empty', 'A "" \'\'', ['', '']],
    ['take quotes after the first byte as they are', 'A a"b "c\'d"', ['a"b', "c'd"]],
    ['drop the backslash of their own quote', String.raw`A "a\"b" 'a\'b'`, ['a"b', "a'b"]],
    ['keep the backslash of the other quote', String.raw`A "a\'b" 'a\"b'`, ["a\\'b", 'a\\"b']],
    ['halve doubled backslashes', String.raw`A "a\\b" a\\b '\\'`, ['a\\b', 'a\\b', '\\']],
    ['halve pairs from the left', String.raw`A "\\\"" "\\\\n" \\\x`, ['\\"', '\\\\n', '\\\\x']],
    ['keep every other backslash', String.raw`A "\d\x22\n" \s`, ['\\d\\x22\\n', '\\s']],
    ['go over lines between backticks', 'A b `\n# c\r\n d\ne` \n', ['b', '`\n# c\n d\ne`']],
    ['take other backticks as they are', 'A `b` c` `\nB', ['`b`', 'c`', '`']],
    ['keep all bytes', 'A "\x00\x80\xff"', ['\x00\x80\xff']],
  ])('%s', (_, text, words) => {
    const { nodes, found } = parse(text);
    expect(nodes.flatMap((node) => (node.kind === 'directive' ? node.words.map((word) => word.text) : []))).toEqual(
      words,
    );
    expect(found).toEqual([]);
  });

  it('keep doubled backslashes where the file was written for another engine', () => {
    const { nodes } = parse(String.raw`A "\\d\"\\" \\x`, { doubledBackslash: 'keep' });
    expect(nodes.map(outline)).toEqual([String.raw`A [\\d"\\] [\\x]`]);
  });

  it('report an open quote, leave the directive out and go on', () => {
    const { nodes, found } = parse('A 1 "two\nB\n');
    expect(nodes.map(outline)).toEqual(['B']);
    expect(found).toEqual([
      'r.conf:1:5 SL1003 the quote " that opens here is never closed; ' +
        'write " after the last byte of the word, or \\ at the very end of the line to go on in the next one',
    ]);
  });

  it('do not end at an escaped quote', () => {
    expect(parse('A "two\\"\n').found).toHaveLength(1);
    expect(parse('A "two\\\\"\n').found).toEqual([]);
  });

  it('begin anew after a closing quote, with a warning', () => {
    const { nodes, found } = parse('A "1"2 "3"\n');
    expect(nodes.map(outline)).toEqual(['A [1] [2] [3]']);
    expect(found).toEqual([
      'r.conf:1:5 SL1004 warning: the word ends at this "; what follows it directly begins another word; ' +
        'write \\" for a quote inside the word',
    ]);
  });

  it('tell how they were quoted', () => {
    const [node] = parse('A x "y" \'z\'').nodes;
    expect(node?.kind === 'directive' && node.words.map((word) => word.quote)).toEqual([undefined, '"', "'"]);
  });
});

describe('directives', () => {
  it('report what cannot be a name and go on', () => {
    const { nodes, found } = parse('SecAction "id:1,\n  phase:1"\nB\n');
    expect(nodes.map(outline)).toEqual(['B']);
    expect(found.map((one) => one.split(';')[0])).toEqual([
      'r.conf:1:11 SL1003 the quote " that opens here is never closed',
      'r.conf:2:3 SL1005 "phase:1"" is not the name of a directive',
    ]);
  });

  it('become rules by name, in any case', () => {
    const { nodes } = parse('secrule ARGS x\nSECACTION id:1\nSecMarker END\n');
    expect(nodes.map((node) => [node.kind, node.kind === 'comment' ? '' : node.name])).toEqual([
      ['rule', 'secrule'],
      ['action', 'SECACTION'],
      ['directive', 'SecMarker'],
    ]);
  });

  it.each([
    ['SecRule', 'r.conf:1:1 SL1201 SecRule takes targets, an operator and perhaps actions; 0 words were given'],
    ['SecRule ARGS', 'r.conf:1:1 SL1201 SecRule takes targets, an operator and perhaps actions; 1 word was given'],
    [
      'SecRule ARGS @rx x id:1',
      'r.conf:1:20 SL1201 SecRule takes targets, an operator and perhaps actions; 4 words were given; ' +
        'put double quotes around each of them, and write \\" inside of them',
    ],
    ['secaction', 'r.conf:1:1 SL1202 secaction takes one list of actions; 0 words were given'],
    [
      'SecAction id:1, pass',
      'r.conf:1:17 SL1202 SecAction takes one list of actions; 2 words were given; ' +
        'put double quotes around each of them, and write \\" inside of them',
    ],
  ])('%s is reported and left out', (text, message) => {
    const { nodes, found } = parse(text);
    expect(nodes).toEqual([]);
    expect(found).toEqual([message]);
  });

  it('go on after each mistake', () => {
    const { nodes, found } = parse(
      'SecRule\nSecRule ARGS.x "@" "id:1,msg:\'a\nSecRule !&A|B "@" "id:2,:,msg:\'a\'b"\n</X>\nSecMarker END\n',
    );
    expect(nodes.map((node) => node.kind)).toEqual(['rule', 'directive']);
    expect(found.map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      'r.conf:1:1 SL1201',
      'r.conf:2:20 SL1003',
      'r.conf:3:9 SL1402',
      'r.conf:3:16 SL1501',
      'r.conf:3:25 SL1303',
      'r.conf:3:34 SL1302',
      'r.conf:4:1 SL1104',
    ]);
  });
});

describe('blocks', () => {
  it.each<[behaviour: string, text: string, nodes: string[]]>([
    [
      'hold what stands between their tags',
      '<IfModule a>\nA 1\n# c\n</IfModule>\nB\n',
      ['<IfModule [a]>(A [1]; # c)', 'B'],
    ],
    ['may be empty and without words', '<A>\n</A>\n', ['<A>()']],
    ['stand in each other', '<A>\n<B x y>\nC\n</B>\n<A>\n</A>\n</A>\n', ['<A>(<B [x] [y]>(C); <A>())']],
    ['are closed in any case', '<IfModule a>\n</ifmodule>\n', ['<IfModule [a]>()']],
    ['read quoted words', '<Location "/a b>">\n</Location >\n', ['<Location [/a b>]>()']],
    ['end their tag at the last bracket', '<IfVersion >= 2.4>\n</IfVersion>\n', ['<IfVersion [>=] [2.4]>()']],
  ])('%s', (_, text, nodes) => {
    const result = parse(text);
    expect(result.nodes.map(outline)).toEqual(nodes);
    expect(result.found).toEqual([]);
  });

  it.each<[text: string, nodes: string[], found: string[]]>([
    ['<A>\nB\n', ['<A>(B)'], ['r.conf:1:2 SL1103 <A> is never closed; write </A> where it ends']],
    [
      '<A>\n<B>\nC\n</A>\nD\n',
      ['<A>(<B>(C))', 'D'],
      ['r.conf:2:2 SL1103 <B> is never closed; write </B> where it ends'],
    ],
    ['A\n </B>\nC\n', ['A', 'C'], ['r.conf:2:2 SL1104 </B> closes a block that is not open']],
    [
      '<A>\n</B>\n</A>\n',
      ['<A>()'],
      ['r.conf:2:1 SL1104 </B> closes a block that is not open; the block that is open here is <A>'],
    ],
    ['<A x\n</A>\n', ['<A [x]>()'], ['r.conf:1:1 SL1101 there is no ">" at the end of this tag']],
    ['<A> x\n</A>\n', ['<A>()'], ['r.conf:1:5 SL1102 warning: nothing that stands here has an effect; remove it']],
    ['<A>\n</A b>\n', ['<A>()'], ['r.conf:2:5 SL1102 warning: nothing that stands here has an effect; remove it']],
    ['<>\nA\n', ['A'], ['r.conf:1:1 SL1105 the name must follow directly after "<"']],
    ['</ A>\nA\n', ['A'], ['r.conf:1:1 SL1105 the name must follow directly after "</"']],
  ])('%j is reported', (text, nodes, found) => {
    const result = parse(text);
    expect(result.nodes.map(outline)).toEqual(nodes);
    expect(result.found).toEqual(found);
  });

  it('have a depth limit, reported once, and lose nothing beyond it', () => {
    const { nodes, found } = parse(`${'<A>\n'.repeat(5000)}B\n${'</A>\n'.repeat(5000)}C\n`);
    expect(found).toEqual(['r.conf:65:1 SL1106 blocks stand in each other more than 64 deep']);
    expect(nodes.map(outline)).toEqual([`${'<A>('.repeat(64)}B${')'.repeat(64)}`, 'C']);
  });
});
