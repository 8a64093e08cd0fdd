import { describe, expect, it } from 'vitest';
import { brief, translate } from '../../test/support/modsec1.ts';

describe('the file around', () => {
  it('runs checks before all filters, whose allow would end everything', () => {
    const { text } = translate('SecFilterSelective REMOTE_ADDR ^10 allow\nSecFilterCheckURLEncoding On');
    expect(brief(text)[0]).toContain('@validateUrlEncoding');
  });

  it('keeps comments, blank lines and rules of today, and opens the condition of the old module', () => {
    const { text } = translate(
      '# one\n<IfModule mod_security.c>\nSecFilterEngine On\n\n# two\n</IfModule>\n<IfModule !mod_security.c>\nSecFilter x\n</IfModule>\nSecRule ARGS x "id:1,pass"\n',
    );
    expect(text).toBe('# one\n\nSecRuleEngine On\n\n# two\n\nSecRule ARGS "x" "id:1,pass"\n');
  });
});
