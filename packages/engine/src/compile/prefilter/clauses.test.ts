import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteSet } from '../../bytes/byte-set.ts';
import { operators } from '../../operators/index.ts';
import { compileRegex, MatchBudget } from '../../regex/index.ts';
import type { RegexNode } from '../../regex/tree.ts';
import type { Forecast } from '../../registry/operator.ts';
import { maskOf } from './byte-mask.ts';
import { clausesOf } from './clauses.ts';
import { scannerOf } from './condition-scanner.ts';
import { atOnce } from './stepwise.ts';

/** Whether a value meets the condition, as the evaluator would find out; true when there is none. */
function meets(forecast: Forecast, value: string): boolean {
  const clauses = clausesOf(forecast);
  if (clauses.length === 0) return true;
  const scanner = atOnce(scannerOf([clauses]));
  const met = new Int32Array(scanner.words);
  scanner.scan(value, met, 0);
  return met[0] === 1;
}

const forecastOf = (pattern: string): Forecast & { readonly kind: 'regex' } => ({
  kind: 'regex',
  regex: compileRegex(pattern, { dotAll: true, dollarEndOnly: true }),
});

describe('clausesOf', () => {
  test.each([
    ['a word', '(?i)union.+select', 'a harmless value', false],
    ['a word in another case', '(?i)union.+select', 'UNION x SELECT', true],
    ['punctuation', '<[^>]+>', 'no tag here', false],
    ['punctuation that is there', '<[^>]+>', 'a < b', true],
    [
      'words broken up by evasion bytes',
      'w[\'"\\x5c]*h[\'"\\x5c]*o[\'"\\x5c]*a[\'"\\x5c]*m[\'"\\x5c]*i',
      'nobody',
      false,
    ],
    ['evasion bytes', 'w[\'"\\x5c]*h[\'"\\x5c]*o[\'"\\x5c]*a[\'"\\x5c]*m[\'"\\x5c]*i', 'w\\hoami', true],
    ['the word itself', 'w[\'"\\x5c]*h[\'"\\x5c]*o[\'"\\x5c]*a[\'"\\x5c]*m[\'"\\x5c]*i', 'whoami', true],
    ['nothing, where everything may match', '^.*$', '', true],
    ['what cannot be', '[^\\x00-\\xff]', 'anything', false],
  ])('asks for %s', (_, pattern, value, expected) => {
    expect(meets(forecastOf(pattern), value)).toBe(expected);
  });

  test.each([
    ['all of a long phrase', 'A VERY LONG PHRASE INDEED', true],
    ['and not a part of it', 'a very long phrase in a book', false],
  ])('asks for %s', (_, value, expected) => {
    expect(meets({ kind: 'phrases', phrases: ['a very long phrase indeed', 'another'] }, value)).toBe(expected);
  });

  test('no phrase and no byte can be found in anything', () => {
    expect(meets({ kind: 'phrases', phrases: [] }, 'anything')).toBe(false);
    expect(meets({ kind: 'bytes', bytes: ByteSet.from([]) }, 'anything')).toBe(false);
  });

  test('every byte of a set is asked for, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.nat(7), (bytes, index) => {
        const chosen = bytes[index % bytes.length] ?? 0;
        const forecast: Forecast = { kind: 'bytes', bytes: ByteSet.from(bytes) };
        expect(meets(forecast, `abc${String.fromCharCode(chosen)}`)).toBe(true);
      }),
    );
  });
});

/** Pieces of patterns: words, classes, evasions, anchors, branches, counts, look-around and references. */
const atom = fc.oneof(
  fc.constantFrom(
    'a',
    'B',
    '<',
    "'",
    '\\s',
    '[^a]',
    '.',
    'select',
    '(?i:From)',
    '[a-c]',
    '\\x5c',
    '\\b',
    '^',
    '$',
    '\\d+',
  ),
  fc.constantFrom('(?=a)', '(?!b)', '(?<=a)', '(x)\\g{-1}', '[\'"\\x5c]*', '(?>ab|a)', '[\\x80-\\xff]', '(?:)', 'q++'),
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{1,3}', '*?'))
      .map(([body, count]) => `(?:${body})${count}`),
  ),
}));

/** A text the node might match: assertions and look-around are hoped for. */
function sample(node: RegexNode, choose: (limit: number) => number): string {
  switch (node.kind) {
    case 'set': {
      const bytes = [...node.set];
      return bytes.length === 0 ? '' : String.fromCharCode(bytes[choose(bytes.length)] ?? 0);
    }
    case 'sequence':
      return node.parts.map((part) => sample(part, choose)).join('');
    case 'alternation':
      return sample(node.branches[choose(node.branches.length)] ?? { kind: 'empty' }, choose);
    case 'repeat': {
      const times = node.min + (node.max > node.min ? choose(2) : 0);
      return Array.from({ length: times }, () => sample(node.body, choose)).join('');
    }
    case 'group':
    case 'atomic':
      return sample(node.body, choose);
    case 'backreference':
      return 'x';
    case 'conditional':
      return sample(choose(2) === 0 ? node.yes : node.no, choose);
    default:
      return '';
  }
}

test('what matches a pattern meets its condition', () => {
  let matched = 0;
  fc.assert(
    fc.property(
      pattern,
      fc.infiniteStream(fc.nat(0xffff)),
      fc.constantFrom('', 'a', '<', ' '),
      (text, numbers, around) => {
        const forecast = forecastOf(text);
        const { regex } = forecast;
        const choose = (limit: number): number => (numbers.next().value as number) % limit;
        for (let attempt = 0; attempt < 4; attempt++) {
          const value = around + sample(regex.tree, choose) + around;
          // A pattern may also be one that nobody can answer for in so many steps.
          const budget = new MatchBudget();
          if (!regex.test(value, budget) || budget.exceeded) continue;
          matched++;
          expect([text, value, meets(forecast, value)]).toEqual([text, value, true]);
        }
      },
    ),
    { numRuns: 2000 },
  );
  expect(matched).toBeGreaterThan(2000);
});

describe('what operators forecast', () => {
  const regexes = { size: 0, stateBytes: 0, compile: compileRegex };
  const scope = { tx: {}, budget: undefined };

  test.each(['contains', 'streq', 'beginsWith', 'endsWith', 'containsWord', 'strmatch', 'pm', 'rx'])('@%s', (name) => {
    const operator = operators.find((known) => known.name === name);
    const word = fc.string({ unit: fc.constantFrom(...'abAB<-'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        word,
        fc.constantFrom('', 'a', ' ', 'B<'),
        fc.constantFrom('', 'b', ' '),
        (argument, before, behind) => {
          const macro = { source: argument, isConstant: true, expand: () => argument, expandMasked: () => argument };
          const context = { regexOptions: { dotAll: true, dollarEndOnly: true }, regexes, warn: () => undefined };
          const matcher = operator?.compile(macro, context as never);
          const { forecast } = matcher ?? {};
          expect(forecast).toBeDefined();
          const value = before + argument + behind;
          if (forecast !== undefined && matcher?.test(value, scope as never) === true) {
            expect(meets(forecast, value)).toBe(true);
          }
        },
      ),
    );
  });

  test('the masks are those of the value', () => {
    const scanner = atOnce(scannerOf([clausesOf(forecastOf('x'))]));
    scanner.scan('a<b', new Int32Array(scanner.words), 0);
    expect(scanner.mask).toBe(maskOf('a<b'));
  });
});
