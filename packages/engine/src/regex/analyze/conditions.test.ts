import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteSet } from '../../bytes/byte-set.ts';
import { compileRegex } from '../index.ts';
import { parseRegex } from '../parse.ts';
import { conditionalLiterals, requiredLiterals } from './literals.ts';
import { requiredSets } from './masks.ts';

const EVASION = ByteSet.from([0x22, 0x27, 0x5c]);

describe('required literals', () => {
  it.each<[pattern: string, literals: string[] | undefined]>([
    ['select', ['select']],
    ['(?i)SeLect', ['select']],
    ['foo.*barbaz', ['barbaz']],
    ['(?:abc|xyz)d', ['abcd', 'xyzd']],
    ['(?:abc|x)', ['x', 'abc']],
    ['abc|.', undefined],
    ['a?', undefined],
    ['(?:ab){2}c', ['ababc']],
    ['(?:ab)+c', ['ab']],
    ['[ab]c', ['ac', 'bc']],
    ['\\bfoo\\b', ['foo']],
    ['foo(?=bar)', ['foo']],
    ['abcd|xbcy|bc', ['bc']],
  ])('of %s', (pattern, literals) => {
    expect(requiredLiterals(parseRegex(pattern).tree)).toEqual(literals);
  });

  it.each<[pattern: string, literals: string[] | undefined]>([
    [`c["'\\\\]*a["'\\\\]*t`, ['cat']],
    [`(?:"|cat|')x`, ['catx']],
    [`['"]x`, []],
    ['.*', undefined],
  ])('of %s for subjects without evasion bytes', (pattern, literals) => {
    expect(conditionalLiterals(parseRegex(pattern).tree, EVASION)).toEqual(literals);
  });
});

describe('required sets', () => {
  it.each<[pattern: string, sets: string[]]>([
    ['a[bc].', ['a', 'bc', '.']],
    ['a|bc', ['ab']],
    ['[<>]x*|"[abc]', ['"<>']],
    ['a*', []],
    ['(?:ab)+', ['a', 'b']],
  ])('of %s', (pattern, sets) => {
    const found = requiredSets(parseRegex(pattern).tree).map((set) =>
      set.size > 200 ? '.' : [...set].map((byte) => String.fromCharCode(byte)).join(''),
    );
    expect(found).toEqual(sets);
  });
});

const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'B', 'c', '"', '.', '[ab]', '(?i)c', '\\\\', '\\b', '(?=a)', '(?!b)', '[^a]'),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => first + second),
    fc.tuple(tie('node'), tie('node')).map(([first, second]) => `(?:${first}|${second})`),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '++')).map(([body, q]) => `(?:${body})${q}`),
    tie('node').map((body) => `(?>${body})`),
  ),
})).node;

describe('a condition', () => {
  it('is met by every subject that matches', () => {
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'c', 'C', '"', '\\'), maxLength: 8 });
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.array(subject, { minLength: 20, maxLength: 20 }), (source, texts) => {
        const regex = compileRegex(source);
        const literals = requiredLiterals(regex.tree);
        const conditional = conditionalLiterals(regex.tree, EVASION);
        const sets = requiredSets(regex.tree);
        for (const text of texts) {
          if (!regex.test(text)) continue;
          matched++;
          const folded = text.toLowerCase();
          const has = (set: ByteSet): boolean => [...text].some((character) => set.has(character.charCodeAt(0)));
          if (literals !== undefined) expect(literals.some((part) => folded.includes(part))).toBe(true);
          if (conditional !== undefined) {
            expect(has(EVASION) || conditional.some((part) => folded.includes(part))).toBe(true);
          }
          for (const set of sets) expect(has(set)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(matched).toBeGreaterThan(500);
  });
});
