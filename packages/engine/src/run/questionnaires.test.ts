import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';

/** What the rules of a test are made of: patterns that share values, and whatever cannot be asked together with others. */
const OPERATORS = [
  '@rx (?i)select \\d+5$',
  '@rx o.brien 1',
  '@rx \\bann\\b',
  '@rx ^[^0-9]*[0-9]{2}$',
  '@rx \\n$',
  '@rx (?<!x)7$',
  '!@rx ^[a-z]',
  '!@pm select ann',
  '@pm obrien 99',
  '@contains n1',
  '@detectSQLi',
  '@validateByteRange 1-126',
] as const;
const CHAINS = [
  't:none',
  't:lowercase',
  't:urlDecodeUni',
  't:urlDecodeUni,t:lowercase',
  't:removeWhitespace',
  't:cmdLine,t:normalizePath',
  't:base64DecodeExt,multiMatch',
  't:urlDecodeUni,t:replaceComments,multiMatch',
] as const;

/** Each rule notes the names of what it matched, and the last one tells. */
const rules = fc
  .array(fc.tuple(fc.constantFrom(...OPERATORS), fc.constantFrom(...CHAINS)), { minLength: 3, maxLength: 12 })
  .map((list) => [
    ...list.map(
      ([operator, chain], index) =>
        `SecRule ARGS "${operator}" "id:${index + 1},phase:1,pass,nolog,${chain},setvar:'tx.r${index}=%{tx.r${index}} %{MATCHED_VAR_NAME}'"`,
    ),
    `SecAction "id:99,phase:1,pass,log,msg:'${list.map((_, index) => `%{tx.r${index}}`).join('|')}'"`,
  ]);
/** Most values of a request are alike; the others make others of what is known about those. */
const values = fc
  .tuple(
    fc.array(fc.constantFrom('select ', "Ann O'Brien ", 'a%2525', 'x', 'Ann\u00ff', '/**/', 'n\n'), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.integer({ min: 1, max: 9 }),
  )
  .map(([kinds, step]) =>
    Array.from({ length: 240 }, (_, n) => `${kinds[n % kinds.length]}${n * step}${n % 50 === 0 ? '\n' : ''}`),
  );

function found(
  evaluator: NonNullable<WafOptions['evaluator']>,
  text: string,
  requests: readonly (readonly string[])[],
): readonly string[] {
  const waf = createWaf({
    evaluator,
    rules: [{ file: 'rules.conf', text: `SecRuleEngine DetectionOnly\n${text}` }],
  });
  return requests.map((list) => {
    const transaction = waf.openTransaction(connection);
    const query = list.map((value, index) => `n${index}=${encodeURIComponent(value)}`).join('&');
    transaction.processRequestHeaders({ method: 'GET', uri: `/?${query}`, protocol: 'HTTP/1.1', headers: [] });
    return transaction.matches.at(-1)?.message ?? '';
  });
}

test('values that fare alike are matched by the rules that match each of them alone', () => {
  fc.assert(
    fc.property(rules, fc.array(values, { minLength: 1, maxLength: 3 }), (lines, requests) => {
      const text = lines.join('\n');
      expect(found('optimized', text, requests)).toEqual(found('reference', text, requests));
    }),
    { numRuns: 25 },
  );
});

test('a value that a transformation changes is not taken for one that it leaves as it is', () => {
  const lines = ['^.[0-9]$', '^[a-z][0-4]$'].map(
    (pattern, index) => `SecRule ARGS "@rx ${pattern}" "id:${index + 1},phase:1,pass,log,t:urlDecodeUni"`,
  );
  const waf = createWaf({
    rules: [
      {
        file: 'rules.conf',
        text: `SecRuleEngine On\n${lines.join('\n')}\nSecRule ARGS "@contains zzz" "id:3,phase:1"`,
      },
    ],
  });
  const transaction = waf.openTransaction(connection);
  const query = `${Array.from({ length: 240 }, (_, n) => `n=abc${n}&`).join('')}n=%25611`;
  transaction.processRequestHeaders({ method: 'GET', uri: `/?${query}`, protocol: 'HTTP/1.1', headers: [] });
  expect(transaction.matches.map(({ rule }) => rule.id)).toEqual([1, 2]);
});
