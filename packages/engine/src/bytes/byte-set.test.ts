import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_BYTE, ByteSet, NO_BYTE } from './byte-set.ts';

const bytes = fc.uniqueArray(fc.integer({ min: 0, max: 255 }));

describe('ByteSet', () => {
  it('has the members of a set of numbers, and its operations', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const a = ByteSet.from(left);
        const b = ByteSet.from(right);
        const sorted = (members: Iterable<number>): number[] => [...members].sort((x, y) => x - y);
        expect([...a]).toEqual(sorted(left));
        expect(a.size).toBe(left.length);
        expect(a.single).toBe(left.length === 1 ? left[0] : -1);
        expect([...a.union(b)]).toEqual(sorted(new Set([...left, ...right])));
        expect([...a.intersect(b)]).toEqual(sorted(left.filter((byte) => right.includes(byte))));
        expect([...a.subtract(b)]).toEqual(sorted(left.filter((byte) => !right.includes(byte))));
        expect(a.complement().complement().equals(a)).toBe(true);
        expect(a.intersects(a.complement())).toBe(false);
        expect(a.intersects(b)).toBe(left.some((byte) => right.includes(byte)));
        expect(a.equals(b)).toBe(String([...a]) === String([...b]));
      }),
    );
  });

  it('folds the case of ASCII letters only', () => {
    expect([...ByteSet.from([0x61, 0x5a, 0x31, 0xe0, 0x5b, 0x60]).foldCase()]).toEqual([
      0x31, 0x41, 0x5a, 0x5b, 0x60, 0x61, 0x7a, 0xe0,
    ]);
  });

  it('knows the empty and the full set', () => {
    expect([NO_BYTE.isEmpty, NO_BYTE.isFull, NO_BYTE.size]).toEqual([true, false, 0]);
    expect([ANY_BYTE.isEmpty, ANY_BYTE.isFull, ANY_BYTE.size]).toEqual([false, true, 256]);
    expect(ByteSet.range(5, 4).isEmpty).toBe(true);
    expect(ByteSet.of(65)).toBe(ByteSet.of(65));
  });
});
