import { describe, expect, it } from 'vitest';
import { snortRule } from '../../../test/support/snort-rules.ts';
import { convertSnort } from '../snort.ts';

describe('metadata', () => {
  it('becomes id, rev, msg, severity and tags', () => {
    const text = `drop tcp any any -> any 80 (msg:"it's \\"bad\\"\\; 100%{x}"; content:"x"; http_uri; reference:cve,2014-6271; reference:url,a.test/b; classtype:attempted-recon; sid:886; rev:11; metadata:policy x;)`;
    const { text: rules } = convertSnort([{ file: 'a', text }], 1000);
    const flat = rules.replace(/\\\n\s*/g, '');
    expect(flat).toBe(
      `SecRule REQUEST_URI "@contains x" "id:1886,phase:1,deny,msg:'it\\'s \\"bad\\"; 100% {x}',rev:'11',severity:ERROR,tag:'classtype/attempted-recon',tag:'reference/cve/2014-6271',tag:'reference/url/a.test/b',t:none,t:urlDecodeUni,t:normalizePath"\n`,
    );
  });

  it.each([
    ['priority:1;', 'CRITICAL'],
    ['classtype:web-application-attack;', 'CRITICAL'],
    ['classtype:web-application-attack; priority:3;', 'WARNING'],
    ['classtype:nothing-known;', 'WARNING'],
    ['priority:9;', 'NOTICE'],
  ])('%s is %s', (options, severity) => {
    expect(convertSnort([{ file: 'a', text: snortRule(`uricontent:"x"; ${options}`) }]).text).toContain(
      `severity:${severity}`,
    );
  });
});
