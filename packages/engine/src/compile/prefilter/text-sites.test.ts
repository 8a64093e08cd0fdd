import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerCase } from '../../bytes/ascii.ts';
import { maskOf } from './byte-mask.ts';
import { automatonOf } from './literal-automaton.ts';
import { atOnce } from './stepwise.ts';
import { TextSites } from './text-sites.ts';

/** The texts a scan of the places finds, and the kinds of bytes it has seen. */
function scan(texts: readonly string[], value: string): { readonly found: readonly string[]; readonly mask: number } {
  const automaton = atOnce(automatonOf(texts.map((text, id) => ({ text, id }))));
  const sites = TextSites.of([texts]) as TextSites;
  const bits = new Int32Array(Math.ceil(texts.length / 32) + 1);
  const mask = automaton.scanSites(value, bits, sites);
  return { found: texts.filter((_, id) => (bits[id >> 5]! & (1 << (id & 31))) !== 0), mask };
}

/** Of every length that is treated in a way of its own. */
const TEXTS = [
  '<?',
  '#!/',
  'ora-',
  'fgets',
  'jinxed',
  'quijote',
  'warning qz',
  'a fatal quirk',
  'an illegal character has been found in the statement',
  'caf\xc3\xa9 <b>zwolf</b> [x]',
];

describe('TextSites', () => {
  it.each(TEXTS)('finds %j wherever in a word it begins', (text) => {
    for (let before = 0; before < 9; before++) {
      for (const behind of [0, 1, 2, 3, 4, 30]) {
        const value = '.'.repeat(before) + text.toUpperCase() + '.'.repeat(behind);
        expect([before, behind, scan(TEXTS, value).found]).toEqual([before, behind, [text]]);
      }
    }
  });

  it.each(TEXTS)('finds %j across the end of a block, of ASCII and of other bytes', (text) => {
    for (const filler of ['.', '\xe9']) {
      for (let cut = 0; cut <= text.length; cut += 3) {
        const value = filler.repeat((1 << 16) - cut) + text + filler.repeat(9);
        expect([cut, scan(TEXTS, value).found]).toEqual([cut, [text]]);
      }
    }
  });

  it('finds what is there, in any mixture of pieces, and the kinds of all bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom(...TEXTS, ...TEXTS.map((text) => text.slice(1)), ...TEXTS.map((text) => text.slice(0, -1))),
      fc.constantFrom(...TEXTS.map((text) => lowerCase(text).replace(/[a-z]/g, (letter) => letter.toUpperCase()))),
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)), maxLength: 9 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const value = pieces.join('');
        const { found, mask } = scan(TEXTS, value);
        const lowered = lowerCase(value);
        expect(found).toEqual(expect.arrayContaining(TEXTS.filter((text) => lowered.includes(text))));
        expect(mask).toBe(maskOf(value));
      }),
    );
  });

  it('has few places in ordinary text', () => {
    const sites = TextSites.of([TEXTS]) as TextSites;
    const value = '<p class="item">A rain barrel holds two hundred litres and stands beside the shed.</p>\n'.repeat(
      100,
    );
    sites.begin(value);
    let places = 0;
    for (let at = 0; at <= (value.length & ~3); at += 4) {
      at = sites.next(at);
      places++;
    }
    expect(places).toBeLessThan(20);
  });

  it('is not for texts every value is full of', () => {
    expect(TextSites.of([['e', 'select']])).toBeUndefined();
    expect(TextSites.of([['in', 'or', 'select']])).toBeUndefined();
    expect(TextSites.of([['select']])).toBeDefined();
  });
});
