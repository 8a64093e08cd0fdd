import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Diagnostics } from './diagnostics.ts';
import { makeComment, makeDirective, type RuleParts, writeRules } from './make-node.ts';
import { parseSecLang } from './parse.ts';
import { printSecLang } from './printer.ts';
import { wordOf } from './word.ts';

const { span } = wordOf('', '');

function read(text: string) {
  const diagnostics = new Diagnostics();
  const { nodes } = parseSecLang('x', text, diagnostics);
  expect(diagnostics.all).toEqual([]);
  return nodes;
}

describe('writeRules', () => {
  it('writes a chain with its links indented', () => {
    const rules: RuleParts[] = [
      { targets: [{ name: 'ARGS', key: 'a' }], operator: ['rx', '^"x\\d$'], actions: [['id', '1'], ['chain']] },
      { targets: [{ name: 'FILES', isCount: true }], operator: ['eq', '0'], isNegated: true, actions: [] },
    ];
    expect(writeRules(rules)).toBe('SecRule ARGS:a "@rx ^\\"x\\d$" "id:1,chain"\n    SecRule &FILES "!@eq 0"\n');
  });

  it('quotes texts and whatever needs it, through both layers', () => {
    const text = writeRules([
      {
        targets: [{ name: 'ARGS' }, { name: 'ARGS', key: 'a|b', isExclusion: true }],
        operator: ['contains', 'x'],
        actions: [
          ['id', '1'],
          ['msg', `it's "a, b" \\`],
        ],
      },
    ]);
    expect(text).toBe(`SecRule ARGS|!ARGS:'a|b' "@contains x" "id:1,msg:'it\\'s \\"a, b\\" \\\\\\'"\n`);
  });

  it('gives text that reads back as the values put in', () => {
    const value = fc.string({
      unit: fc
        .integer({ min: 1, max: 255 })
        .filter((c) => c !== 10)
        .map((c) => String.fromCharCode(c)),
      minLength: 1,
    });
    // White space behind the operator name and bounds of a pattern between slashes are no part of a value.
    const argument = value.filter((text) => !/^[\t-\r ]/.test(text));
    const key = value.filter((text) => !(text.startsWith('/') && text.endsWith('/')));
    fc.assert(
      fc.property(key, argument, value, (name, pattern, message) => {
        const [node] = read(
          writeRules([
            {
              targets: [{ name: 'ARGS', key: name }],
              operator: ['contains', pattern],
              actions: [
                ['id', '1'],
                ['msg', message],
              ],
            },
          ]),
        );
        if (node?.kind !== 'rule') throw new Error('no rule');
        expect(node.targets[0]?.selector?.text).toBe(name);
        expect(node.operator.argument).toBe(pattern);
        expect(node.actions[1]?.argument).toBe(message);
      }),
    );
  });

  it('refuses a line feed', () => {
    expect(() => writeRules([{ targets: [{ name: 'ARGS' }], operator: ['rx', 'a\nb'], actions: [] }])).toThrow(
      RangeError,
    );
  });
});

describe('makeDirective and makeComment', () => {
  it('are printed as the parser reads them', () => {
    const text = printSecLang({
      file: '',
      nodes: [makeComment('left out:\n  X', span), makeDirective('SecUploadDir', ['/a b'], span)],
    });
    expect(text).toBe('# left out: X\nSecUploadDir "/a b"\n');
    expect(read(text)).toHaveLength(2);
  });
});
