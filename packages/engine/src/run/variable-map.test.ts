import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPTURE_NAMES, KnownNames } from '../compile/prefilter/known-names.ts';
import { MatchBudget } from '../regex/index.ts';
import { VariableMap } from './variable-map.ts';

describe('VariableMap', () => {
  it('compares keys caseless, keeps the first spelling and the order of arrival', () => {
    const map = new VariableMap();
    map.set('Score', '1');
    map.set('other', '2');
    map.set('SCORE', '3');
    expect(map.members).toEqual([
      { key: 'Score', value: '3' },
      { key: 'other', value: '2' },
    ]);
    map.delete('sCoRe');
    expect(map.get('score')).toBeUndefined();
    expect(map.members).toEqual([{ key: 'other', value: '2' }]);
  });

  it('is the same for names known at load and for others, however they are spelled', () => {
    for (const names of [[], ['Score', 'OTHER'], ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'score']]) {
      const map = new VariableMap(new KnownNames(names));
      map.set('SCORE', '1');
      map.setCaptures([undefined, 'one']);
      map.set('sCORe', '2');
      map.setCaptures(['all']);
      map.set('Late', '3');
      expect([map.get('score'), map.get('Score'), map.get('LATE'), map.get('0'), map.get('1')]).toEqual([
        '2',
        '2',
        '3',
        'all',
        undefined,
      ]);
      expect(map.members.map(({ key }) => key)).toEqual(['SCORE', '0', 'Late']);
      const picked = map.select({ test: (key) => /^[sl]/i.test(key) }, new MatchBudget());
      expect(picked.map(({ value }) => value)).toEqual(['2', '3']);
      map.delete('SCORE');
      expect(map.select({ test: (key) => /^[sl]/i.test(key) }, new MatchBudget())).toEqual([
        { key: 'Late', value: '3' },
      ]);
    }
  });

  it('selects what the pattern picks, however names were spelled before, here and in other maps', () => {
    const patterns = ['^a', 'B$', '^[A-Z]+$', 'c', '1'].map((source) => new RegExp(source));
    const name = fc.constantFrom('ab', 'AB', 'aB', 'c', 'C', 'other', 'Other', '1', 'later', 'LATER');
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constant('set' as const), name) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('delete' as const), name) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom('captures', 'snapshot', 'restore', 'repeat'), name) },
    );
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 8 }), { minLength: 1, maxLength: 6 }), (exchanges) => {
        const names = new KnownNames([...CAPTURE_NAMES, 'ab', 'C', 'other']);
        const empty = new VariableMap(names).snapshot;
        for (const steps of exchanges) {
          const map = new VariableMap(names);
          let snapshot = empty;
          for (const [what, key] of steps) {
            if (what === 'set') map.set(key, 'x');
            else if (what === 'delete') map.delete(key);
            else if (what === 'captures') map.setCaptures(['all', 'one']);
            else if (what === 'snapshot') snapshot = map.snapshot;
            else if (what === 'restore') map.restore(snapshot);
            else {
              const other = new VariableMap(names);
              other.set(key, 'y');
              const changes = other.changesSince(empty);
              if (map.canRepeat(changes)) map.repeat(changes);
            }
            for (const pattern of patterns) {
              const expected = map.members.filter((member) => pattern.test(member.key ?? ''));
              expect(map.select(pattern, new MatchBudget())).toEqual(expected);
            }
          }
        }
      }),
    );
  });

  it('folds ASCII letters only: bytes above 0x7f stay apart', () => {
    const map = new VariableMap();
    map.set('\xe9', '1');
    map.set('\xc9', '2');
    expect(map.get('\xe9')).toBe('1');
    expect(map.get('\xc9')).toBe('2');
  });
});
