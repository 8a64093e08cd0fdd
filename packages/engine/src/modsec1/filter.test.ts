import { describe, expect, it } from 'vitest';
import { brief, load, translate } from '../../test/support/modsec1.ts';

describe('patterns', () => {
  it.each([
    ['!x', '!@rx (?i)x'],
    ['<[[:space:]]*script', '@rx (?i)<[[:space:]]*script'],
    ['%{x}', '@rx (?i)%\\{x}'],
    ['@rx', '@rx (?i)@rx'],
    ['"a \\"b\\""', '@rx (?i)a \\"b\\"'],
  ])('%s', (old, operator) => {
    const text = `SecFilterSelective REMOTE_ADDR ${old}`;
    expect(brief(translate(text).text)[0]).toContain(`SecRule REMOTE_ADDR "${operator}" "id:00,phase:2,T"`);
    expect(load(text)).toBe(1);
  });

  it('see ".." before the path is normalised', () => {
    for (const pattern of ['\\.\\./', '../', '\\.{2}/', '%2e\\x2e']) {
      expect(brief(translate(`SecFilter ${pattern}`).text)[0]).toContain('T,multiMatch"');
    }
  });

  it('look at the raw arguments too when they mean names and values together', () => {
    expect(brief(translate('SecFilterSelective ARGS id=[^&]*union').text)[0]).toContain(
      'ARGS|QUERY_STRING|REQUEST_BODY "',
    );
    expect(brief(translate('SecFilterSelective ARGS|!ARG_x a=b').text)[0]).toContain('SecRule ARGS|!ARGS:x "');
  });

  it.each([
    ['HTTP_HOST "^$"', '&REQUEST_HEADERS:Host'],
    ['HTTP_HOST|COOKIE_a "!^x$"', '&REQUEST_HEADERS:Host|&REQUEST_COOKIES:a'],
    ['REMOTE_ADDR|ARG_a "!^x$"', '&ARGS:a'],
    ['ARGS "!x"', '&ARGS'],
  ])('match a missing value as an empty one: %s', (old, targets) => {
    const { text, lines } = translate(`SecFilterSelective ${old} deny`);
    expect(brief(text)[1]).toBe(`SecRule ${targets} "@eq 0" "id:01,phase:2,deny,t:none"`);
    expect(lines[0]?.notes.join()).toContain('a missing value');
    expect(load(`SecFilterSelective ${old} deny`)).toBe(2);
  });

  it.each([['HTTP_HOST "!^$"'], ['HTTP_HOST x'], ['REMOTE_ADDR "!^x$"'], ['ARGS_NAMES "!x"']])(
    'need no second rule: %s',
    (old) => {
      expect(brief(translate(`SecFilterSelective ${old}`).text)).toHaveLength(1);
    },
  );
});
