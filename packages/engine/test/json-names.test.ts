/** What the leaves of JSON bodies are called, as rules see it. */
import { describe, expect, it } from 'vitest';
import type { WafOptions } from '../src/contract.ts';
import { createWaf } from '../src/waf.ts';

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecAction "id:10,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
`;
const DETECT = 'SecRule ARGS "@contains evil" "id:1,phase:2,pass,log,t:none"\n';

/** The names rule 1 finds something under. */
async function namesFound(jsonNames: WafOptions['jsonNames'], body: string, rules = ''): Promise<readonly string[]> {
  const waf = createWaf({
    rules: [{ file: 'json.conf', text: RULES + rules + DETECT }],
    ...(jsonNames === undefined ? {} : { jsonNames }),
  });
  const tx = waf.openTransaction({
    id: 'json',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  const headers = [
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ] as const;
  await tx.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  tx.writeRequestBody(Buffer.from(body, 'latin1'));
  await tx.processRequestBody();
  return tx.matches.filter(({ rule }) => rule.id === 1).flatMap(({ matched }) => matched.map(({ name }) => name));
}

describe('jsonNames', () => {
  it.each([
    ['{"a":{"b":"evil"}}', 'ARGS:a.b', 'ARGS:json.a.b'],
    ['{"a":[{"b":1},{"b":"evil"}]}', 'ARGS:a.a.b', 'ARGS:json.a.array_1.b'],
    ['["evil"]', 'ARGS:array.array', 'ARGS:json.array_0'],
    ['[[1,"evil"]]', 'ARGS:array.array.array', 'ARGS:json.array_0.array_1'],
    ['"evil"', 'ARGS:', 'ARGS:json'],
    ['{"":"evil"}', 'ARGS:', 'ARGS:json.empty-key'],
    ['{"a.b":"evil"}', 'ARGS:a.b', 'ARGS:json.a.b'],
  ])('%s', async (body, modsecurity2, modsecurity3) => {
    expect(await namesFound('modsecurity2', body)).toEqual([modsecurity2]);
    expect(await namesFound(undefined, body)).toEqual([modsecurity2]);
    expect(await namesFound('modsecurity3', body)).toEqual([modsecurity3]);
  });

  it('names elements by their number with the names of Coraza, and selectors pick them', async () => {
    const body = '{"items":[{"text":"evil"},{"text":"evil","title":"evil"}],"text":"evil"}';
    expect(await namesFound('coraza', body)).toEqual([
      'ARGS:json.items.0.text',
      'ARGS:json.items.1.text',
      'ARGS:json.items.1.title',
      'ARGS:json.text',
    ]);
    const pattern = 'ARGS:/^json\\.items\\.\\d+\\.text$/';
    for (const rules of [
      `SecAction "id:11,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1;${pattern}"\n`,
      `SecAction "id:11,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1-5;${pattern}"\n`,
    ]) {
      expect(await namesFound('coraza', body, rules)).toEqual(['ARGS:json.items.1.title', 'ARGS:json.text']);
    }
    const counted = 'SecRule ARGS:json.items "@eq 2" "id:1,phase:2,pass,log,t:none"\n';
    expect(await namesFound('coraza', body, counted.replace('id:1,', 'id:2,'))).toHaveLength(4);
    expect(await namesFound('coraza', '[["evil"],[]]')).toEqual(['ARGS:json.0.0']);
  });

  it('lets exclusions written for ModSecurity 3 mean what they meant there', async () => {
    const body = '{"items":[{"text":"evil"},{"text":"more evil","title":"evil too"}],"text":"evil"}';
    const rules =
      'SecAction "id:11,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1;ARGS:/^json\\.items\\.array_\\d+\\.text$/"\n';
    expect(await namesFound('modsecurity3', body, rules)).toEqual(['ARGS:json.items.array_1.title', 'ARGS:json.text']);
    expect(await namesFound('modsecurity2', body, rules)).toEqual([
      'ARGS:items.items.text',
      'ARGS:items.items.text',
      'ARGS:items.items.title',
      'ARGS:text',
    ]);
  });
});
