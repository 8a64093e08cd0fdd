import { describe, expect, it } from 'vitest';
import type { Node, Position, RuleNode, Span } from './ast.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseSecLang } from './parse.ts';
import { parseActions } from './parse-actions.ts';
import { parseTargets } from './parse-targets.ts';
import { SourceFile } from './source.ts';
import { sliceWord, wordOf } from './word.ts';

function firstNode(text: string): Node {
  const [node] = parseSecLang('r.conf', text, new Diagnostics()).nodes;
  if (node === undefined) throw new Error('nothing was parsed');
  return node;
}

function firstRule(text: string): RuleNode {
  const node = firstNode(text);
  if (node.kind !== 'rule') throw new Error(`parsed a ${node.kind}`);
  return node;
}

const at = ({ line, column }: Position): string => `${line}:${column}`;
const range = (span: Span | undefined): string => (span === undefined ? '' : `${at(span.start)}-${at(span.end)}`);

/** What stands in the source where a span says. */
const slice = (text: string, span: Span | undefined): string => text.slice(span?.start.offset, span?.end.offset);

describe('positions in a source file', () => {
  it.each<[text: string, offset: number, position: string]>([
    ['', 0, '1:1'],
    ['ab', 2, '1:3'],
    ['a\nb', 1, '1:2'],
    ['a\nb', 2, '2:1'],
    ['a\r\nb', 2, '1:3'],
    ['a\n', 2, '2:1'],
    ['a\n\n\nb', 4, '4:1'],
    ['a', 99, '1:2'],
    ['a', -1, '1:1'],
  ])('%j at %i is %s', (text, offset, position) => {
    expect(at(new SourceFile('r.conf', text).position(offset))).toBe(position);
  });

  it('do not depend on the order in which they are asked', () => {
    const text = 'a\nbb\n\nccc\nd\n'.repeat(9);
    const offsets = [...text].map((_, index) => index);
    const source = new SourceFile('r.conf', text);
    const expected = offsets.map((offset) => {
      const before = text.slice(0, offset);
      return { offset, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
    });
    expect(offsets.map((offset) => source.position(offset))).toEqual(expected);
    expect(offsets.toReversed().map((offset) => source.position(offset))).toEqual(expected.toReversed());
    const jumps = offsets.map((offset) => (offset * 17) % text.length);
    expect(jumps.map((offset) => source.position(offset))).toEqual(jumps.map((offset) => expected[offset]));
  });
});

describe('positions of bytes in a word', () => {
  it.each<[behaviour: string, text: string, positions: string[]]>([
    ['count from the first byte of a bare word', 'A ab', ['1:3', '1:4', '1:5']],
    ['begin after the opening quote and end at the closing one', 'A "ab"', ['1:4', '1:5', '1:6']],
    ['stand at the backslash of an escape', String.raw`A "a\"b"`, ['1:4', '1:5', '1:7', '1:8']],
    ['pass over the second of two backslashes', String.raw`A a\\\\b`, ['1:3', '1:4', '1:6', '1:8', '1:9']],
    ['keep other backslashes', String.raw`A \d`, ['1:3', '1:4', '1:5']],
    ['go on in the joined line', 'A a\\\nb', ['1:3', '2:1', '2:2']],
    ['go on in the joined line after CRLF', 'A "a\\\r\n b"\r\n', ['1:4', '2:1', '2:2', '2:3']],
    ['pass over an empty joined line', 'A "a\\\n\\\nb"', ['1:4', '3:1', '3:2']],
    ['find an escape cut by a joined line', 'A "\\\\\n\\b"', ['1:4', '2:2', '2:3']],
    ['count bytes of UTF-8', 'A \xc3\xa9x', ['1:3', '1:4', '1:5', '1:6']],
  ])('%s', (_, text, positions) => {
    const node = firstNode(text);
    const word = node.kind === 'directive' ? node.words[0] : undefined;
    if (word === undefined) throw new Error('no word');
    expect([...word.text, ''].map((_byte, index) => at(word.positionAt(index)))).toEqual(positions);
    expect(at(word.positionAt(-5))).toBe(positions[0]);
    expect(at(word.positionAt(99))).toBe(positions.at(-1));
  });

  it('cover the word with its quotes as span', () => {
    const node = firstNode('A "a b"  c\\\nd\n');
    expect(node.kind === 'directive' && node.words.map((word) => range(word.span))).toEqual(['1:3-1:8', '1:10-2:2']);
  });
});

const rule = String.raw`SecRule "ARGS:'a\'b'|!ARGS:/x/|\
  &TX" "!@rx \\\"a\
\d" \
    "id:1,\
    msg:'it\'s %{TX.0}',\
    deny"
`;

describe.each([
  ['LF', rule],
  ['CRLF', rule.replaceAll('\n', '\r\n')],
])('positions in a rule with %s', (_, text) => {
  const node = firstRule(text);

  it('of the directive and its name', () => {
    expect([range(node.span), range(node.nameSpan)]).toEqual(['1:1-6:10', '1:1-1:8']);
    expect(slice(text, node.span)).toBe(text.trimEnd());
  });

  it('of targets and selectors', () => {
    expect(node.targets.map((target) => [range(target.span), range(target.selector?.span)])).toEqual([
      ['1:10-1:21', '1:15-1:21'],
      ['1:22-1:31', '1:28-1:31'],
      ['2:3-2:6', ''],
    ]);
    expect(node.targets.map((target) => slice(text, target.span))).toEqual([
      String.raw`ARGS:'a\'b'`,
      '!ARGS:/x/',
      '&TX',
    ]);
  });

  it('of the operator, its name and each byte of its argument', () => {
    const { operator } = node;
    expect([operator.span, operator.nameSpan, operator.argumentSpan].map(range)).toEqual([
      '2:9-3:3',
      '2:11-2:13',
      '2:14-3:3',
    ]);
    expect([...operator.argument, ''].map((byte, index) => [byte, at(operator.argumentPositionAt(index))])).toEqual([
      ['\\', '2:14'],
      ['"', '2:16'],
      ['a', '2:18'],
      ['\\', '3:1'],
      ['d', '3:2'],
      ['', '3:3'],
    ]);
  });

  it('of actions, their arguments and each byte of these', () => {
    expect(node.actions.map((action) => [range(action.span), range(action.argumentSpan)])).toEqual([
      ['4:6-4:10', '4:9-4:10'],
      ['5:5-5:24', '5:9-5:24'],
      ['6:5-6:9', ''],
    ]);
    const message = node.actions[1];
    expect(message?.argument).toBe("it's %{TX.0}");
    expect([0, 2, 3, 5, 12].map((index) => message && at(message.argumentPositionAt(index)))).toEqual([
      '5:10',
      '5:12',
      '5:14',
      '5:16',
      '5:23',
    ]);
  });
});

describe('positions at the edge of joined lines', () => {
  it('end an item before the backslash that joins the next line', () => {
    const text = 'SecRule "ARGS\\\n|TX:a\\\n" x id:1\n';
    expect(firstRule(text).targets.map((target) => range(target.span))).toEqual(['1:10-1:14', '2:2-2:6']);
  });

  it('let a name go on over the joined line', () => {
    expect(firstRule('SecRule AR\\\nGS x id:1\n').targets.map((target) => range(target.span))).toEqual(['1:9-2:3']);
  });

  it('place an empty argument where it would stand', () => {
    const { operator } = firstRule('SecRule ARGS "@unconditionalMatch" id:1\n');
    expect([operator.nameSpan, operator.argumentSpan].map(range)).toEqual(['1:16-1:34', '1:34-1:34']);
  });

  it('give a bare pattern an empty name', () => {
    const { operator } = firstRule('SecRule ARGS "! a" id:1\n');
    expect([operator.span, operator.nameSpan, operator.argumentSpan].map(range)).toEqual([
      '1:15-1:18',
      '1:17-1:17',
      '1:17-1:18',
    ]);
  });

  it('cover a block from its first tag to its last', () => {
    const node = firstNode('\n <A x>\nB\n </A>  \n');
    expect(node.kind === 'block' && [range(node.span), range(node.nameSpan)]).toEqual(['2:2-4:6', '2:3-2:4']);
  });

  it('end an open block with what stands in it', () => {
    expect(range(firstNode('<A>\nB c\n\n').span)).toBe('1:1-2:4');
  });
});

describe('positions in parts of words', () => {
  it('of targets inside the argument of a directive', () => {
    const node = firstNode('SecRuleUpdateTargetById 1 "!ARGS:a|\\\n!TX:b"\n');
    const word = node.kind === 'directive' ? node.words[1] : undefined;
    if (word === undefined) throw new Error('no word');
    const targets = parseTargets(word, new Diagnostics());
    expect(targets.map((target) => range(target.span))).toEqual(['1:28-1:35', '2:1-2:6']);
  });

  it('of a slice', () => {
    const node = firstNode(String.raw`A "x\";ARGS:a"`);
    const word = node.kind === 'directive' ? node.words[0] : undefined;
    if (word === undefined) throw new Error('no word');
    const part = sliceWord(word, 3);
    expect([part.text, range(part.span), at(part.positionAt(5)), at(part.positionAt(99))]).toEqual([
      'ARGS:a',
      '1:8-1:14',
      '1:13',
      '1:14',
    ]);
    expect(parseTargets(part, new Diagnostics()).map((target) => range(target.selector?.span))).toEqual(['1:13-1:14']);
    expect(range(sliceWord(word, 0, 2).span)).toBe('1:4-1:7');
  });

  it('of text that stands in no file', () => {
    const [phase, log] = parseActions(wordOf('phase:2,log', 'built-in'), new Diagnostics());
    expect([phase?.span.file, range(phase?.span), range(log?.span)]).toEqual(['built-in', '1:1-1:8', '1:9-1:12']);
  });
});
