import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { ConditionCost, MeasuredCondition, Waf, WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';

interface Measured {
  readonly condition: MeasuredCondition;
  readonly cost: ConditionCost;
}

const RULES = `SecRuleEngine On
SecRule TX:absent "@eq 1" "id:1,phase:1,pass,nolog,skipAfter:END"
SecRule ARGS "@rx ^(\\w+)+$" "id:2,phase:1,pass,log,t:lowercase,capture"
SecRule ARGS:a "@contains never" "id:3,phase:1,deny"
SecRule ARGS:a "@streq x" "id:4,phase:1,deny,chain"
  SecRule REQUEST_METHOD "!@streq GET" "t:none"
SecMarker END
SecAction "id:5,phase:5,pass,nolog"
`;

function measured(evaluator: 'optimized' | 'reference', rules = RULES): { waf: Waf; conditions: Measured[] } {
  const conditions: Measured[] = [];
  const measure: WafOptions['measure'] = (condition) => {
    const cost = { runs: 0, values: 0, tests: 0, matches: 0, bytes: 0, fuel: 0, operatorTime: 0, otherTime: 0 };
    conditions.push({ condition, cost });
    return cost;
  };
  return { waf: createWaf({ rules: [{ file: 'm.conf', text: rules }], evaluator, measure }), conditions };
}

async function exchange(waf: Waf, uri: string): Promise<readonly number[]> {
  const tx = waf.openTransaction(connection);
  await tx.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] });
  const { matches } = await tx.processLogging();
  return matches.map(({ rule }) => rule.id);
}

/** Everything but the times, by rule and link. */
const counts = (conditions: readonly Measured[]): Record<string, readonly number[]> =>
  Object.fromEntries(
    conditions.map(({ condition: { rule, position }, cost: { runs, values, tests, matches, bytes } }) => [
      `${rule.id}/${position}`,
      [runs, values, tests, matches, bytes],
    ]),
  );

describe('measure', () => {
  it('names every condition with its place', () => {
    const { conditions } = measured('reference');
    const named = conditions.map(({ condition: { rule, phase, position, line, operator, argument } }) =>
      [rule.id, phase, position, line, operator, argument].join(' '),
    );
    expect(named).toEqual([
      '1 1 0 2 @eq 1',
      '2 1 0 3 @rx ^(\\w+)+$',
      '3 1 0 4 @contains never',
      '4 1 0 5 @streq x',
      '4 1 1 6 !@streq GET',
      '5 5 0 8 unconditional ',
    ]);
  });

  it('counts runs, values, tests, matches and bytes of the reference evaluator', async () => {
    const { waf, conditions } = measured('reference');
    expect(await exchange(waf, '/?a=x&b=wor!')).toEqual([2]);
    expect(counts(conditions)).toEqual({
      '1/0': [1, 0, 0, 0, 0],
      '2/0': [1, 2, 2, 1, 5],
      '3/0': [1, 1, 1, 0, 1],
      '4/0': [1, 1, 1, 1, 1],
      '4/1': [1, 1, 1, 0, 3],
      '5/0': [1, 1, 1, 1, 0],
    });
    await exchange(waf, '/');
    expect(counts(conditions)['2/0']).toEqual([2, 2, 2, 1, 5]);
  });

  it('shows what the optimized evaluator leaves out', async () => {
    const { waf, conditions } = measured('optimized');
    expect(await exchange(waf, '/?a=x&b=wor!')).toEqual([2]);
    const { '1/0': first, '2/0': second, '3/0': third, '4/1': last } = counts(conditions);
    expect(first).toEqual([0, 0, 0, 0, 0]);
    expect(third).toEqual([0, 0, 0, 0, 0]);
    expect(second?.[3]).toBe(1);
    expect(last).toEqual([1, 1, 1, 0, 3]);
  });

  it.each(['optimized', 'reference'] as const)('finds the expensive condition (%s)', async (evaluator) => {
    const { waf, conditions } = measured(
      evaluator,
      `SecRuleEngine On
SecRule ARGS "@streq no" "id:1,phase:1,pass"
SecRule ARGS "@rx (?=a)(a|aa)+c$" "id:2,phase:1,pass"
`,
    );
    await exchange(waf, `/?a=${'a'.repeat(200)}c!`);
    const [cheap, dear] = conditions.map(({ cost }) => cost);
    expect(dear?.fuel).toBeGreaterThan(200);
    expect(cheap?.fuel).toBe(0);
    expect(dear?.operatorTime).toBeGreaterThan(cheap?.operatorTime ?? Number.NaN);
    for (const { cost } of conditions) expect(cost.otherTime).toBeGreaterThanOrEqual(0);
  });

  it('changes nothing about what rules do', async () => {
    for (const uri of ['/', '/?a=x', '/?a=word&b=%20', '/?a=never']) {
      const plain = createWaf({ rules: [{ file: 'm.conf', text: RULES }] });
      for (const evaluator of ['optimized', 'reference'] as const) {
        expect(await exchange(measured(evaluator).waf, uri)).toEqual(await exchange(plain, uri));
      }
    }
  });
});
