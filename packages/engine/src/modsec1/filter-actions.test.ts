import { describe, expect, it } from 'vitest';
import { brief, everything, load, translate, translator } from '../../test/support/modsec1.ts';

describe('actions', () => {
  it.each([
    ['deny', 'deny,T'],
    ['pass', 'pass,T'],
    ['allow', 'allow,T,ctl:ruleEngine=Off'],
    ['log', 'log,T'],
    ['nolog', 'nolog,T'],
    ['nolog,auditlog', 'nolog,auditlog,T'],
    ['noauditlog', 'noauditlog,T'],
    ['redirect:http://example.org/', 'redirect:http://example.org/,T'],
    ['proxy:http://127.0.0.1:81/', 'proxy:http://127.0.0.1:81/,T'],
    ['exec:/bin/x', 'T,exec:/bin/x'],
    ['allow,pause:50', 'pause:50,T,ctl:ruleEngine=Off'],
    ['status:404', 'status:404,T'],
    ['rev:2', `rev:'2',T`],
    [`msg:'a, b'`, `msg:'a, b',T`],
    ['severity:3', 'severity:3,T'],
    ['setenv:bad=1', 'T,setenv:bad=1'],
    ['setnote:bad=1', 'T,setenv:bad=1'],
    ['logparts:+E', 'T,ctl:auditLogParts=+E'],
    ['mandatory', 'T'],
    ['DENY,Log', 'deny,log,T'],
    ['pass,deny', 'deny,T'],
  ])('%s', (old, today) => {
    expect(brief(translate(`SecFilter x "${old}"`).text)).toEqual([
      `SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)x" "id:00,phase:2,${today}"`,
    ]);
    expect(load(`SecFilter x "${old}"`)).toBe(1);
  });

  it.each([
    ['deny,pause:50', 'deny,T', /let the request through/],
    ['pass,pause:50', 'pass,T', /let the request through/],
    ['mandatory', 'T', /no configuration below/],
    ['explode', 'T', /"explode" is not an action/],
    ['redirect', 'T', /redirect has no value/],
    ['skipnext:x', 'T', /names no number/],
    ['id:rule-7', 'T', /taken or not a number/],
  ])('%s: what is lost is said', (old, today, note) => {
    const { text, lines } = translate(`SecFilter x "${old}"`);
    expect(brief(text)[0]).toContain(`phase:2,${today}"`);
    expect(lines[0]?.notes.join('; ')).toMatch(note);
  });

  it('leaves out an action the engine lacks', () => {
    const { text, lines } = translate('SecFilter x exec:/y', translator({ ...everything, action: () => false }));
    expect(text).not.toContain('exec');
    expect(lines[0]?.notes).toEqual(['exec is left out: this engine does not have it']);
  });

  it('answers with deny where a response cannot be proxied', () => {
    const { text, lines } = translate('SecFilterSelective OUTPUT x proxy:http://a/');
    expect(brief(text)[0]).toContain('phase:4,deny,t:none');
    expect(lines[0]?.notes.join()).toContain('deny takes its place');
  });
});
