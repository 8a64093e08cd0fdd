import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import { createWaf } from '../waf.ts';
import { createRuleCache, type RuleCache } from './rule-cache.ts';

const RULES = `SecRuleEngine On
SecRule ARGS "@rx ^at+ack$" "id:1,phase:1,deny"
SecRule REQUEST_HEADERS "@rx (?i)evil\\d" "id:2,phase:1,deny,status:418"`;

function statusOf(uri: string, text: string, cache: RuleCache): number | undefined {
  const transaction = createWaf({ rules: [{ file: 'rules.conf', text }], cache }).openTransaction(connection);
  const outcome = transaction.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] });
  if (outcome instanceof Promise) throw new Error('these rules never wait');
  return outcome?.status;
}

describe('a rule cache', () => {
  it('holds each pattern once, however many firewalls use it', () => {
    const cache = createRuleCache();
    statusOf('/', RULES, cache);
    const { size } = cache.regexes;
    statusOf('/', `${RULES}\nSecAction "id:3,phase:1,pass"`, cache);
    expect([size, cache.regexes.size]).toEqual([2, 2]);
  });

  it('shares patterns and nothing else', () => {
    const cache = createRuleCache();
    expect(statusOf('/?q=attack', RULES, cache)).toBe(403);
    expect(statusOf('/?q=attack', RULES.replace('ARGS', '!ARGS:q|ARGS'), cache)).toBeUndefined();
    expect(statusOf('/?q=attack', RULES.replace('"@rx ^at', '"!@rx ^at'), cache)).toBeUndefined();
    expect(statusOf('/?q=other', RULES.replace('"@rx ^at', '"!@rx ^at'), cache)).toBe(403);
  });
});
