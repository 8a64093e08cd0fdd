import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LspPosition } from './protocol.ts';
import { TextDocument, toText } from './text-document.ts';

const document = TextDocument.of('file:///a%20b.conf', 1, 'aä€😀b\r\nsecond\n');

it.each([
  [{ line: 0, character: 0 }, 0],
  [{ line: 0, character: 2 }, 3],
  [{ line: 0, character: 3 }, 6],
  [{ line: 0, character: 5 }, 10],
  [{ line: 0, character: 6 }, 11],
  [{ line: 1, character: 0 }, 13],
  [{ line: 2, character: 0 }, 20],
])('position %j is byte %i', (position, offset) => {
  expect(document.offsetAt(position)).toBe(offset);
  expect(document.positionAt(offset)).toEqual(position);
});

it('moves positions outside to the nearest place', () => {
  expect(document.offsetAt({ line: 0, character: 99 })).toBe(12);
  expect(document.offsetAt({ line: 9, character: 0 })).toBe(20);
});

it('knows the path behind the URI', () => {
  expect(document.file).toBe('/a b.conf');
  expect(TextDocument.of('untitled:1', 1, '').file).toBe('untitled:1');
});

describe('changes', () => {
  const position = fc.record({ line: fc.nat(4), character: fc.nat(8) });
  const text = fc.string({ unit: fc.constantFrom('a', '"', 'ä', '😀', '\n', '\\'), maxLength: 20 });
  it('apply as an editor applies them', () => {
    fc.assert(
      fc.property(text, position, position, text, (before, left, right, inserted) => {
        const [start, end] = [offsetIn(before, left), offsetIn(before, right)].sort((a, b) => a - b) as [
          number,
          number,
        ];
        const range = { start: positionIn(before, start), end: positionIn(before, end) };
        const changed = TextDocument.of('file:///x', 1, before).changed(2, [{ range, text: inserted }]);
        expect(toText(changed.bytes)).toBe(before.slice(0, start) + inserted + before.slice(end));
        expect(changed.version).toBe(2);
      }),
    );
  });
  it('without a range replace everything', () => {
    expect(
      document.changed(2, [
        { text: 'x' },
        { range: { start: { line: 0, character: 1 }, end: { line: 0, character: 1 } }, text: 'y' },
      ]).bytes,
    ).toBe('xy');
  });
});

/** UTF-16 index of a position that may lie outside, never inside of a surrogate pair. */
function offsetIn(text: string, { line, character }: LspPosition): number {
  const lines = text.split('\n');
  const row = Math.min(line, lines.length - 1);
  const start = lines.slice(0, row).reduce((sum, one) => sum + one.length + 1, 0);
  const at = start + Math.min(character, lines[row]?.length ?? 0);
  return at > 0 && /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at;
}

function positionIn(text: string, offset: number): LspPosition {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
