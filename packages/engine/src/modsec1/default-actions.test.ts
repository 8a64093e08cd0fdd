import { describe, expect, it } from 'vitest';
import { brief, load, translate, translator } from '../../test/support/modsec1.ts';

describe('default actions', () => {
  it.each([
    ['deny,log,status:500', 'log,auditlog,deny,status:500'],
    ['pass,nolog', 'nolog,pass'],
    ['nolog,auditlog,deny', 'nolog,auditlog,deny'],
    ['noauditlog,deny', 'log,noauditlog,deny'],
    ['redirect:http://a/', `log,auditlog,redirect:'http://a/'`],
    ['status:406', 'log,auditlog,deny,status:406'],
  ])('%s', (old, today) => {
    const text = `SecFilter a\nSecFilterSelective OUTPUT b\nSecFilterDefaultAction "${old}"`;
    const expected = [2, 4].map((phase) => `SecDefaultAction "phase:${phase},${today}"`);
    expect(translate(text).text.split('\n').slice(0, 2)).toEqual(expected);
    expect(load(text)).toBe(2);
  });

  it('come before all rules, only the last ones, and are said to', () => {
    const { text, lines } = translate('SecFilterDefaultAction pass\nSecFilter a\nSecFilterDefaultAction "deny,log"');
    expect(text.split('\n')[0]).toBe('SecDefaultAction "phase:2,log,auditlog,deny"');
    expect(text).not.toContain('pass"');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['left out', 'translated', 'translated']);
    expect(lines[0]?.notes[0]).toContain('line 3');
  });

  it('refuse with 403 when the file does not say', () => {
    expect(translate('SecFilter a').text).toContain('SecDefaultAction "phase:2,log,auditlog,deny,status:403"');
  });

  it('go into every rule where SecDefaultAction cannot carry them, and behind the last link of a chain', () => {
    const { text } = translate('SecFilterDefaultAction "deny,severity:2,setenv:seen"\nSecFilter a chain\nSecFilter b');
    expect(brief(text)).toEqual([
      'SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)a" "id:00,phase:2,severity:2,T,chain"',
      'SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)b" "T,setenv:seen"',
    ]);
  });

  it('do not turn the engine off before the whole chain of an allow matches', () => {
    const { text } = translate('SecFilterDefaultAction allow\nSecFilter a chain\nSecFilter b');
    expect(brief(text)[0]).not.toContain('ctl');
    expect(brief(text)[1]).toContain('T,ctl:ruleEngine=Off"');
  });

  it('hold for files that are loaded later', () => {
    const by = translator();
    translate('SecFilterDefaultAction deny,status:500\nInclude more.conf', by);
    expect(translate('SecFilter a', by).text).not.toContain('SecDefaultAction');
    expect(translate('SecFilterSelective OUTPUT a', by).text).toContain('"phase:4,log,auditlog,deny,status:500"');
  });
});
