import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Positions } from './positions.ts';

describe('positions', () => {
  it('finds the next member as a list would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99)), fc.integer({ min: 100, max: 130 }), fc.nat(140), (members, size, start) => {
        const positions = Positions.where(size, (position) => members.includes(position));
        const expected = members.filter((member) => member >= start).sort((left, right) => left - right)[0] ?? size;
        expect(positions.from(start)).toBe(expected);
      }),
    );
  });

  it('keeps a copy apart', () => {
    const original = Positions.where(40, (position) => position === 31);
    const copy = original.copy();
    copy.add(3);
    expect([original.from(0), copy.from(0)]).toEqual([31, 3]);
  });

  it('meets another set where both have a member between the bounds', () => {
    const some = Positions.where(200, (position) => position === 40 || position === 150);
    const other = Positions.where(200, (position) => position === 41 || position === 150);
    expect([some.meets(other, 0, 199), some.meets(other, 0, 127), some.meets(other, 128, 200)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(some.meets(Positions.none(200), 0, 200)).toBe(false);
  });

  it('has nothing in an empty phase', () => {
    expect(Positions.where(0, () => true).from(0)).toBe(0);
  });
});
