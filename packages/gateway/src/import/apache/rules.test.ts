import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, folderWith, fromApache, notesOn } from '../../../test/support/old-configuration.ts';

describe('rules', () => {
  it('single lines move to a file, files of rules are named, what does not load is left out', async () => {
    const folder = folderWith({ 'crs/rules.conf': `SecRule ARGS "@streq \${x}" "id:7,phase:2,deny"\n` });
    const result = await fromApache(`<IfModule security2_module>
SecRuleEngine On
SecRule ARGS:a "@beginWith b" "id:8,phase:2,deny"
Include ${folder}/crs/*.conf
SecRuleRemoveById 7
</IfModule>
${apacheSite('SecRuleEngine DetectionOnly\nProxyPass / http://a/')}`);
    expect(result.rules).toBe(`SecRuleEngine On\nInclude "${folder}/crs/rules.conf"\nSecRuleRemoveById 7\n`);
    expect(parse(result.text)).toMatchObject({
      rules: { files: ['gate.rules.conf'] },
      routes: [{ waf: 'detection' }],
    });
    expect(notesOn(result, 'SecRule ARGS:a')).toMatch(/^left out \| the rules do not load: .*beginWith/);
  });

  it('without rules those of the gate only report', async () => {
    const { text, rules } = await fromApache(apacheSite('ProxyPass / http://a/'));
    expect(parse(text)['rules']).toEqual({ engine: 'DetectionOnly' });
    expect(rules).toBeUndefined();
  });
});
