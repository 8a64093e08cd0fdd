/** What is printed is parsed as the same again, and nothing that is parsed ends in an exception. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, nodes } from '../../test/support/arbitrary-nodes.ts';
import { processorTime } from '../../test/support/processor-time.ts';
import type { ActionNode, Node, SecLangFile, Span, TargetNode, Word } from './ast.ts';
import { syntaxCodes } from './codes.ts';
import { Diagnostics, formatDiagnostic } from './diagnostics.ts';
import { parseSecLang } from './parse.ts';
import { printSecLang } from './printer.ts';

/** What must survive printing: everything but positions, and the `words` that rules are not printed from. */
function meaning(node: Node): unknown {
  switch (node.kind) {
    case 'comment':
      return { kind: node.kind, text: node.text };
    case 'directive':
      return { kind: node.kind, name: node.name, words: node.words.map(wordMeaning) };
    case 'block':
      return {
        kind: node.kind,
        name: node.name,
        words: node.words.map(wordMeaning),
        children: node.children.map(meaning),
      };
    case 'action':
      return { kind: node.kind, name: node.name, actions: node.actions.map(actionMeaning) };
    case 'rule': {
      const { isNegated, isImplicit, name, argument } = node.operator;
      return {
        kind: node.kind,
        name: node.name,
        targets: node.targets.map(targetMeaning),
        operator: { isNegated, isImplicit, name, argument },
        actions: node.actions.map(actionMeaning),
      };
    }
  }
}

/** A bare word that ends in a backslash gets quotes, lest it joins the next line. */
function wordMeaning({ text, quote }: Word): unknown {
  return { text, quote: quote ?? (text.endsWith('\\') ? '"' : undefined) };
}

function actionMeaning({ name, argument, isQuoted }: ActionNode): unknown {
  return { name, argument, isQuoted };
}

function targetMeaning({ name, isCount, isExclusion, selector }: TargetNode): unknown {
  const { kind, text, isQuoted } = selector ?? {};
  return { name, isCount, isExclusion, kind, text, isQuoted };
}

function parse(text: string): { file: SecLangFile; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  return { file: parseSecLang('r.conf', text, diagnostics), diagnostics };
}

function expectSameAfterPrinting(file: SecLangFile, width?: number): Diagnostics {
  const { file: again, diagnostics } = parse(printSecLang(file, width === undefined ? {} : { width }));
  expect(again.nodes.map(meaning)).toEqual(file.nodes.map(meaning));
  return diagnostics;
}

/** Spans lie in the text, with line and column as one counts them by hand. */
function expectSpanIn(text: string, { start, end }: Span): void {
  expect(start.offset).toBeLessThanOrEqual(end.offset);
  for (const { offset, line, column } of [start, end]) {
    const before = text.slice(0, offset);
    expect(offset).toBeLessThanOrEqual(text.length);
    expect([line, column]).toEqual([before.split('\n').length, offset - before.lastIndexOf('\n')]);
  }
}

function expectSpansIn(text: string, node: Node): void {
  expectSpanIn(text, node.span);
  if (node.kind === 'comment') return;
  for (const word of node.words) expectSpanIn(text, word.span);
  if (node.kind === 'directive') return;
  if (node.kind === 'block') {
    for (const child of node.children) expectSpansIn(text, child);
    return;
  }
  for (const action of node.actions) {
    expectSpanIn(text, action.span);
    // A name is written as it stands, save for line joins and escapes inside it.
    expect(text.slice(action.span.start.offset, action.span.end.offset)[0]).toBe(action.name[0]);
  }
  if (node.kind !== 'rule') return;
  for (const target of node.targets) expectSpanIn(text, target.span);
  expectSpanIn(text, node.operator.span);
}

describe('texts of any kind', () => {
  const knownCodes = new Set(syntaxCodes.map((one) => one.code));

  function expectSound(text: string): void {
    const { file, diagnostics } = parse(text);
    for (const node of file.nodes) expectSpansIn(text, node);
    for (const { code, span } of diagnostics.all) {
      expect(knownCodes).toContain(code);
      expectSpanIn(text, span);
    }
    expectSameAfterPrinting(file);
    expectSameAfterPrinting(file, 0);
  }

  it('are parsed without an exception when they are random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => expectSound(String.fromCharCode(...bytes))),
      { numRuns: 300 },
    );
  });

  it('are parsed without an exception when they are made of pieces of rules', () => {
    const piece = fc.constantFrom(
      ...[
        'SecRule ',
        'SecAction ',
        'A ',
        '<A',
        '<b>',
        '</A>',
        '\n',
        '\r\n',
        '\\\n',
        '\\\r\n',
        '\r',
        ' ',
        '\t',
        '#',
        '"',
        "'",
      ],
      ...[
        '\\',
        '\\"',
        "\\'",
        '\\\\',
        '!',
        '@',
        '&',
        '@rx ',
        '|',
        ',',
        ':',
        ":'",
        '/',
        ':/',
        '/|',
        'ARGS',
        'id:1',
        'chain',
        '%{',
      ],
      ...['<', '>', '.', '\x00', '\xff', '\xef\xbb\xbf'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => expectSound(pieces.join(''))),
      { numRuns: 3000 },
    );
  });

  it('take time in proportion to their length', () => {
    for (const piece of [
      '<a>\n',
      '</a>\n',
      'A "',
      'A \\',
      '\\\n',
      'a b ',
      "SecAction 'a:b",
      'SecRule ARGS:/a|',
      '# \\\n',
    ]) {
      const started = processorTime();
      parse(piece.repeat(200_000 / piece.length));
      expect(processorTime() - started, piece).toBeLessThan(3000);
    }
  });
});

describe('trees of any kind', () => {
  it('are the same after printing and parsing, whatever the width, without an error', () => {
    fc.assert(
      fc.property(nodes, fc.constantFrom(0, 60, 120), (nodes, width) => {
        const diagnostics = expectSameAfterPrinting({ file: 'r.conf', nodes }, width);
        expect(diagnostics.all.filter((one) => one.severity === 'error').map(formatDiagnostic)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

describe.each([
  ['core rule set 4', `${shared}/crs/rules`],
  ['core rule set 4, set-up files', `${shared}/crs`],
  ['core rule set 3, as Debian packages it', '/usr/share/modsecurity-crs/rules'],
])('%s', (_, folder) => {
  const names = existsSync(folder) ? readdirSync(folder).filter((one) => /\.conf(\.example)?$/.test(one)) : [];
  const files = names.map((one) => ({ name: one, text: readFileSync(`${folder}/${one}`, 'latin1') }));
  const reason = `no rule files in ${folder}`;

  it('parses without a word', ({ skip }) => {
    skip(files.length === 0, reason);
    const diagnostics = new Diagnostics();
    for (const { name, text } of files) parseSecLang(name, text, diagnostics);
    expect(diagnostics.all.map(formatDiagnostic)).toEqual([]);
  });

  it('finds every directive that stands at the beginning of a line', ({ skip }) => {
    skip(files.length === 0, reason);
    for (const { text } of files) {
      const written = text.match(/^[ \t]*Sec[A-Za-z]+/gm)?.map((one) => one.trim()) ?? [];
      const found = parse(text).file.nodes.flatMap((node) => (node.kind === 'comment' ? [] : [node.name]));
      expect(found).toEqual(written);
    }
  });

  it('is the same after printing and parsing, and prints the same again', ({ skip }) => {
    skip(files.length === 0, reason);
    for (const { name, text } of files) {
      const { file } = parse(text);
      expect(expectSameAfterPrinting(file).all.map(formatDiagnostic), name).toEqual([]);
      const printed = printSecLang(file);
      expect(printSecLang(parse(printed).file)).toBe(printed);
    }
  });

  it('is parsed without an exception when bytes of it are changed', ({ skip }) => {
    skip(files.length === 0, reason);
    const all = files.map((one) => one.text).join('\n');
    const splice = fc.record({ at: fc.nat(2000), drop: fc.nat(4), insert: bytes });
    fc.assert(
      fc.property(fc.nat(all.length - 1), fc.array(splice, { minLength: 1, maxLength: 5 }), (start, splices) => {
        let text = all.slice(start, start + 2000);
        for (const { at, drop, insert } of splices) text = text.slice(0, at) + insert + text.slice(at + drop);
        const { file, diagnostics } = parse(text);
        for (const node of file.nodes) expectSpansIn(text, node);
        for (const one of diagnostics.all) expectSpanIn(text, one.span);
        expectSameAfterPrinting(file);
      }),
      { numRuns: 200 },
    );
  });
});
