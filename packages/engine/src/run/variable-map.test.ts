import { describe, expect, it } from 'vitest';
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

  it('folds ASCII letters only: bytes above 0x7f stay apart', () => {
    const map = new VariableMap();
    map.set('\xe9', '1');
    map.set('\xc9', '2');
    expect(map.get('\xe9')).toBe('1');
    expect(map.get('\xc9')).toBe('2');
  });
});
