import { expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import { createWaf } from '../waf.ts';

const rules = `SecRuleEngine On
SecArgumentsLimit 10000
SecRule ARGS "@rx ^a(.)" "id:1,phase:1,pass,log,capture,msg:'found %{TX.1}',setvar:tx.score=+5"
SecRule ARGS "@rx ^a" "id:2,phase:1,pass,log,chain"
SecRule MATCHED_VARS "@rx z$" "setvar:tx.chained=+1"
SecRule TX:score "@ge 5" "id:3,phase:1,deny,status:403,log,msg:'score %{TX.score}, chained %{TX.chained}, last %{TX.1}'"`;

test.each([
  ['optimized', 400],
  ['optimized', 2_000],
  ['reference', 2_000],
] as const)(
  'by the %s evaluator %i matches count, the first 500 are told of, and the one that ends the request',
  (evaluator, count) => {
    const waf = createWaf({ evaluator, rules: [{ file: 'many.conf', text: rules }] });
    const transaction = waf.openTransaction(connection);
    const query = Array.from({ length: count }, (_, n) => `n${n}=a${n % 10}z`).join('&');
    transaction.processRequestHeaders({ method: 'GET', uri: `/?${query}`, protocol: 'HTTP/1.1', headers: [] });
    const { matches } = transaction;
    const shown = Math.min(count, 500);
    expect(matches).toHaveLength(501);
    expect(matches.slice(0, shown).every(({ rule, message }) => rule.id === 1 && message?.startsWith('found '))).toBe(
      true,
    );
    expect(matches.at(-1)).toMatchObject({
      rule: { id: 3 },
      isDisruptive: true,
      message: `score ${5 * count}, chained ${count}, last 9`,
    });
    expect(transaction.interruption?.status).toBe(403);
  },
);
