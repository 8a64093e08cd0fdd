import { describe, expect, it } from 'vitest';
import type { RuleSwitch, Waf } from '../contract.ts';
import { createWaf } from '../waf.ts';

const RULES = `SecRuleEngine On
SecAction "id:1,phase:1,pass,nolog,setvar:tx.level=2"
SecRule &TX:level "@eq 0" "id:2,phase:1,pass,nolog,skipAfter:END"
SecRule ARGS "@contains evil" "id:3,phase:1,deny,status:406"
SecRule ARGS "@contains quiet" "id:4,phase:1,pass,nolog"
SecRule ARGS "@contains chained" "id:5,phase:1,deny,chain"
  SecRule ARGS_NAMES "@streq b" ""
SecMarker END`;

async function outcome(waf: Waf, uri: string): Promise<readonly [status: number | undefined, ids: readonly number[]]> {
  const connection = { id: 'x', clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 2 };
  const tx = waf.openTransaction(connection);
  await tx.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] });
  const { matches } = await tx.processLogging();
  return [tx.interruption?.status, matches.filter((one) => one.log).map((one) => one.rule.id)];
}

describe.each(['optimized', 'reference'] as const)('rules switched at run time, %s', (evaluator) => {
  const waf = createWaf({ rules: [{ file: 'r.conf', text: RULES }], evaluator });

  it.each<[string, readonly (readonly [number, RuleSwitch])[], string, number | undefined, readonly number[]]>([
    ['nothing switched', [], '/?a=evil', 406, [3]],
    ['off', [[3, 'off']], '/?a=evil', undefined, []],
    ['pass', [[3, 'pass']], '/?a=evil', undefined, [3]],
    ['pass leaves a silent rule silent', [[4, 'pass']], '/?a=quiet', undefined, []],
    ['log', [[4, 'log']], '/?a=quiet', undefined, [4]],
    ['deny, with the status of the rule', [[3, 'deny']], '/?a=evil', 406, [3]],
    ['deny, 403 without one', [[4, 'deny']], '/?a=quiet', 403, [4]],
    ['a chain off', [[5, 'off']], '/?b=chained', undefined, []],
    ['a chain', [[5, 'pass']], '/?b=chained', undefined, [5]],
    [
      'others stay as they are',
      [
        [4, 'off'],
        [5, 'off'],
      ],
      '/?a=evil',
      406,
      [3],
    ],
    // Rules that give variables their values are run at load; switched off they must not have been.
    ['a SecAction off', [[1, 'off']], '/?a=evil', undefined, []],
    [
      'a jump off',
      [
        [1, 'off'],
        [2, 'off'],
      ],
      '/?a=evil',
      406,
      [3],
    ],
    ['a SecAction deny', [[1, 'deny']], '/', 403, [1]],
  ])('%s', async (_what, switches, uri, status, ids) => {
    expect(await outcome(waf.withRuleSwitches(new Map(switches)), uri)).toEqual([status, ids]);
  });

  it('takes the place of earlier switches, and leaves the original alone', async () => {
    const once = waf.withRuleSwitches(new Map([[3, 'off' as const]]));
    const again = once.withRuleSwitches(new Map([[4, 'deny' as const]]));
    expect(await outcome(again, '/?a=evil')).toEqual([406, [3]]);
    expect(await outcome(once, '/?a=evil')).toEqual([undefined, []]);
    expect(await outcome(waf, '/?a=evil')).toEqual([406, [3]]);
  });

  it('refuses ids no rule has', () => {
    expect(() => waf.withRuleSwitches(new Map([[99, 'off' as const]]))).toThrow('there is no rule 99');
  });
});
