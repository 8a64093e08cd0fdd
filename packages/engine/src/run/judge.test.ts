import { describe, expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';
import { MAX_REMEMBERED } from './judgement-memory.ts';

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

  test('names of so many arguments that memory does not hold them are judged all the same', () => {
    const text =
      'SecRuleEngine DetectionOnly\nSecArgumentsLimit 100000\nSecRule ARGS_NAMES "@rx (?i)n1[24]$" "id:1,phase:1,t:urlDecode"';
    const waf = createWaf({ rules: [{ file: 'rules.conf', text }] });
    const found = (count: number): number => {
      const transaction = waf.openTransaction(connection);
      const query = Array.from({ length: count }, (_, n) => `n${n}=1`).join('&');
      transaction.processRequestHeaders({ method: 'GET', uri: `/?${query}`, protocol: 'HTTP/1.1', headers: [] });
      transaction.processLogging();
      return transaction.matches.length;
    };
    const counts = [20, MAX_REMEMBERED, MAX_REMEMBERED + 1, 2 * MAX_REMEMBERED, 20];
    expect(counts.map(found)).toEqual([2, 2, 2, 2, 2]);
  });
});
