import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith, fromNginx, nginxServer } from '../../../test/support/old-configuration.ts';

it('rules are named, and single ones move to a file', async () => {
  const folder = folderWith({ 'main.conf': 'SecRuleEngine On\n' });
  const result = await fromNginx(
    nginxServer(`modsecurity on; modsecurity_rules_file ${folder}/main.conf;
modsecurity_rules 'SecRule ARGS "@streq x" "id:9,phase:2,deny"';
location / { proxy_pass http://a; }`),
  );
  expect(parse(result.text)).toMatchObject({
    rules: { files: ['gate.rules.conf'] },
    routes: [{ waf: 'on' }],
  });
  expect(result.rules).toBe(`Include "${folder}/main.conf"\nSecRule ARGS "@streq x" "id:9,phase:2,deny"\n`);
});
