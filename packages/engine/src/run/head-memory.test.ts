import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { defaultSettings } from '../compile/default-settings.ts';
import type { HeaderList } from '../contract.ts';
import type { Member } from '../registry/member.ts';
import { type HeadFields, HeadMemory } from './head-memory.ts';

const settings = defaultSettings(asciiBestFitMap);

function textOf({ members, cookies }: HeadFields): string {
  return [members, cookies.members, cookies.names]
    .map((list) => list.map(({ key, value }) => `${key}=${value}`).join('|'))
    .join('\n');
}

/** How many lists of a head are those of the same head before it. */
function sharedBy(headers: HeaderList): number {
  const memory = new HeadMemory(settings);
  memory.fieldsOf(headers, []);
  const recurring: (readonly Member[])[] = [];
  const copy = headers.map(([name, value]) => [name, value] as const);
  const fields = memory.fieldsOf(copy, recurring);
  const lists = [fields.members, fields.shape.names, fields.cookies.members, fields.cookies.names];
  for (const list of recurring) expect(lists).toContain(list);
  return recurring.length;
}

describe('HeadMemory', () => {
  it.each<[what: string, shared: number, headers: HeaderList]>([
    [
      'a head that comes again',
      4,
      [
        ['Host', 'a'],
        ['Cookie', 'b=c'],
      ],
    ],
    ['one without cookies', 2, [['Host', 'a']]],
    [
      'the cookies and names of one that has a value of its own',
      3,
      [
        ['Cookie', 'b=c'],
        ['Content-Length', '7'],
      ],
    ],
    [
      'the names beside a secret',
      1,
      [
        ['Host', 'a'],
        ['Authorization', 'Basic Og=='],
      ],
    ],
    [
      'nothing but the names beside long cookies',
      1,
      [
        ['Host', 'a'],
        ['Cookie', `a=${'b'.repeat(2048)}`],
      ],
    ],
    ['no long values', 1, [['Host', 'a'.repeat(2049)]]],
    [
      'no cookies of several headers',
      0,
      [
        ['Cookie', 'a=b'],
        ['Cookie', 'c=d'],
      ],
    ],
  ])('shares %s', (_, shared, headers) => {
    expect(sharedBy(headers)).toBe(shared);
  });

  test('whatever came before, the lists are those of the head', () => {
    const value = fc.constantFrom('', 'a', 'b', 'aaaa', 'abba', 'a=b', 'a=b; c=d');
    const field = fc.tuple(fc.constantFrom('Host', 'host', 'Cookie', 'X-Key', 'Accept'), value);
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 4 }), { maxLength: 30 }), (heads) => {
        const memory = new HeadMemory(settings);
        for (const headers of heads) {
          const fresh = new HeadMemory(settings).fieldsOf(headers, []);
          expect(textOf(memory.fieldsOf(headers, []))).toBe(textOf(fresh));
        }
      }),
    );
  });

  test('whatever came before, the names are those of the arguments', () => {
    const name = fc.constantFrom('', 'a', 'b', 'aba', 'cbc', '\xff');
    fc.assert(
      fc.property(fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 30 }), (lists) => {
        const memory = new HeadMemory(settings);
        for (const list of lists) {
          const names = memory.namesOf(
            list.map((one) => ({ name: one, value: '' })),
            [],
          );
          expect(names.map(({ key, value }) => [key, value])).toEqual(list.map((one) => [one, one]));
        }
      }),
    );
  });
});
