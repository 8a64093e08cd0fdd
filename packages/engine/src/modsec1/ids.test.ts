import { describe, expect, it } from 'vitest';
import { everything, load, translate } from '../../test/support/modsec1.ts';
import { Modsec1Translator } from './translate.ts';

describe('ids', () => {
  it('keeps those of the file and gives others, the same every time and none twice', () => {
    const old =
      'SecFilter a\nSecFilter b id:21000001\nSecFilter c id:21000001\nSecFilter d\nSecRule ARGS e "id:21000002,pass"';
    const ids = [...translate(old).text.matchAll(/id:(\d+)/g)].map(([, id]) => Number(id));
    expect(ids).toEqual([21000000, 21000001, 21000003, 21000004, 21000002]);
    expect(translate(old).text).toBe(translate(old).text);
    expect(load(old)).toBe(5);
  });

  it('begins where the caller says', () => {
    const by = new Modsec1Translator({ knows: everything, matchesNothing: () => false }, { idBase: 500 });
    expect(translate('SecFilter a\nSecFilter b', by).text).toMatch(/id:500,.*id:501,/s);
  });

  it('removes every rule a filter became', () => {
    const { text } = translate('SecFilterSelective HTTP_HOST ^$ id:7\nSecFilterRemove 7 9');
    expect(text).toContain('SecRuleRemoveById 7 21000000 9');
  });
});
