import { describe, expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';

/** Ids of the rules that fire for requests sent one after the other through one engine, or each through its own. */
function fired(text: string, headers: readonly string[], isShared: boolean): readonly (readonly number[])[] {
  const options: WafOptions = { rules: [{ file: 'rules.conf', text: `SecRuleEngine DetectionOnly\n${text}` }] };
  const shared = createWaf(options);
  return headers.map((value) => {
    const waf = isShared ? shared : createWaf(options);
    const transaction = waf.openTransaction(connection);
    transaction.processRequestHeaders({
      method: 'GET',
      uri: '/',
      protocol: 'HTTP/1.1',
      headers: [
        ['User-Agent', value],
        ['X-Other', value],
      ],
    });
    transaction.processLogging();
    return transaction.matches.map(({ rule }) => rule.id);
  });
}

const rules = `
SecRule REQUEST_HEADERS:User-Agent "@rx (?i)curl" "id:1,phase:1,t:lowercase"
SecRule REQUEST_HEADERS|!REQUEST_HEADERS:User-Agent "@rx (?i)curl" "id:2,phase:1"
SecRule REQUEST_HEADERS:User-Agent "!@rx ^[a-z/0-9.]+$" "id:3,phase:1,t:urlDecode"
SecRule REQUEST_HEADERS "@rx <" "id:4,phase:1,multiMatch,t:urlDecode,t:htmlEntityDecode"
SecRule TX:left_out "@eq 1" "id:5,phase:1"
SecRule REQUEST_HEADERS:X-Other "@streq drop" "id:6,phase:1,setvar:tx.left_out=1,ctl:ruleRemoveTargetById=7;REQUEST_HEADERS:User-Agent"
SecRule REQUEST_HEADERS:User-Agent "@contains ro" "id:7,phase:1"
`;

describe('judgements that are remembered', () => {
  test('are those of a new engine, whatever came before', () => {
    const agents = ['curl/8', 'Mozilla', 'curl/8', '%3cb', '&lt;b', 'drop', 'prop', 'drop', 'prop', 'CURL', '%3cb', ''];
    const many = [...agents, ...Array.from({ length: 3000 }, (_, index) => `agent-${index % 2500}`), ...agents];
    const expected = new Map(agents.map((agent, index) => [agent, fired(rules, agents, false)[index]]));
    const seen = fired(rules, many, true);
    agents.forEach((agent, index) => {
      expect([agent, seen[index]]).toEqual([agent, expected.get(agent)]);
      expect([agent, seen[many.length - agents.length + index]]).toEqual([agent, expected.get(agent)]);
    });
    expect(expected.get('curl/8')).toEqual([1, 2]);
    expect(expected.get('drop')).toEqual([6]);
    expect(expected.get('prop')).toEqual([7]);
    expect(expected.get('%3cb')).toEqual([3, 4, 4]);
  });
});
