import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMacros } from './macros.ts';

describe('macros', () => {
  it.each<[text: string, parts: unknown[]]>([
    ['', []],
    ['plain %x {y}', ['plain %x {y}']],
    ['%{MATCHED_VAR}', [{ name: 'MATCHED_VAR', key: undefined, offset: 0, length: 14 }]],
    ['a%{tx.b}c', ['a', { name: 'tx', key: 'b', offset: 1, length: 7 }, 'c']],
    [
      '%{a}%{b}',
      [
        { name: 'a', key: undefined, offset: 0, length: 4 },
        { name: 'b', key: undefined, offset: 4, length: 4 },
      ],
    ],
    ['%{tx.a.b:c}', [{ name: 'tx', key: 'a.b:c', offset: 0, length: 11 }]],
    ['%{ARGS:a.b}', [{ name: 'ARGS', key: 'a.b', offset: 0, length: 11 }]],
    ['%{tx.}', [{ name: 'tx', key: '', offset: 0, length: 6 }]],
    ['%{}', [{ name: '', key: undefined, offset: 0, length: 3 }]],
    ['%%{a}', ['%', { name: 'a', key: undefined, offset: 1, length: 4 }]],
    ['%{tx.a_%{b}}', [{ name: 'tx', key: 'a_%{b', offset: 0, length: 11 }, '}']],
  ])('%s', (text, parts) => {
    const unclosed: number[] = [];
    expect(parseMacros(text, (offset) => unclosed.push(offset))).toEqual(parts);
    expect(unclosed).toEqual([]);
  });

  it.each<[text: string, parts: unknown[], unclosed: number[]]>([
    ['%{', ['%{'], [0]],
    ['a%{b', ['a%{b'], [1]],
    ['%{a}b%{c', [{ name: 'a', key: undefined, offset: 0, length: 4 }, 'b%{c'], [5]],
    ['%{a %{b', ['%{a %{b'], [0, 4]],
  ])('%s keeps what is not closed as text and reports it', (text, parts, unclosed) => {
    const offsets: number[] = [];
    expect(parseMacros(text, (offset) => offsets.push(offset))).toEqual(parts);
    expect(offsets).toEqual(unclosed);
    expect(parseMacros(text)).toEqual(parts);
  });

  it('cover the text without gap or overlap, with no empty literal', () => {
    const piece = fc.constantFrom('%', '{', '}', '.', ':', 'a', '%{', '%{a.b}');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        let rebuilt = '';
        for (const part of parseMacros(text)) {
          expect(part).not.toBe('');
          if (typeof part !== 'string') expect(part.offset).toBe(rebuilt.length);
          rebuilt += typeof part === 'string' ? part : text.slice(part.offset, part.offset + part.length);
        }
        expect(rebuilt).toBe(text);
      }),
    );
  });
});
