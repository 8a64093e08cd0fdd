import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RuleFolder, ruleFolder } from '../../../test/support/rule-folder.ts';
import type { ExplainedRule } from '../../explain/rule/explained-rule.ts';
import { explainCommand } from './explain.ts';

/** As the Core Rule Set has paranoia levels. */
const LEVELS = `SecRuleEngine On
SecRule &TX:detection_paranoia_level "@eq 0" "id:901,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=1"
SecRule &TX:blocking_paranoia_level "@eq 0" "id:902,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=%{tx.detection_paranoia_level}"
SecRule TX:detection_paranoia_level "@lt 2" "id:911,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@contains a" "id:912,phase:2,deny,msg:'A',tag:'paranoia-level/2'"
SecMarker END
`;

/** The configuration of a gate with a rule set of each kind. */
function gate({ directory }: RuleFolder): string {
  const file = (name: string, text: string): void => writeFileSync(join(directory, 'rules', name), text);
  file('a.conf', LEVELS);
  file(
    'detect.conf',
    'SecAction "id:1,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=2,setvar:tx.blocking_paranoia_level=1"\n',
  );
  file(
    'sometimes.conf',
    'SecRule REQUEST_URI "@beginsWith /up" "id:2,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=3"\n',
  );
  file('less.conf', 'SecRuleUpdateTargetById 912 "!ARGS:q"\n');
  file('without.conf', 'SecRuleRemoveById 912\n');
  file('else.conf', 'SecRule ARGS "@contains b" "id:912,phase:2,deny,msg:\'B\'"\n');
  const path = join(directory, 'gate.yaml');
  writeFileSync(
    path,
    `upstreams: { app: "http://127.0.0.1:3000" }
state_dir: state
rules: { files: rules/a.conf }
rule_sets:
  detect: { files: [rules/detect.conf, rules/a.conf] }
  sometimes: { files: [rules/a.conf, rules/sometimes.conf] }
  less: { files: [rules/detect.conf, rules/a.conf, rules/less.conf], engine: DetectionOnly }
  without: { files: [rules/a.conf, rules/without.conf] }
  else: { files: rules/else.conf }
routes:
  - { path: /, upstream: app }
  - { hosts: a.test, path: /d, upstream: app, rule_set: detect }
  - { path: /e, upstream: app, rule_set: else, waf: detection }
`,
  );
  return path;
}

/** What is said of rule 912 in each rule set. */
async function standingsIn(folder: RuleFolder): Promise<Record<string, readonly string[]>> {
  const { out } = await folder.run(explainCommand, '912', '--config', gate(folder), '--json');
  const { ruleSets } = JSON.parse(out) as ExplainedRule;
  return Object.fromEntries(ruleSets.map(({ place, state, users, notes }) => [place, [state, ...users, ...notes]]));
}

describe('explain RULE-ID with a configuration', () => {
  it('says of every rule set what becomes of the rule there', async () => {
    const folder = ruleFolder();
    const levels =
      'paranoia levels here: detection 2, blocking 1; matches are reported and do not count towards a refusal';
    expect(await standingsIn(folder)).toEqual({
      rules: ['never runs', 'route 1 (/)', 'rule 911 jumps over it: TX:detection_paranoia_level is 1'],
      'rule_sets.detect': ['runs', 'route 2 (a.test/d)', levels],
      'rule_sets.sometimes': [
        'runs',
        'rule 911 jumps over it: TX:detection_paranoia_level is 1 unless rule 2 changes it',
        'paranoia levels here: detection 1, blocking 1; matches are reported and do not count towards a refusal',
      ],
      'rule_sets.less': [
        'runs',
        'SecRuleEngine is DetectionOnly in this set: nothing is refused',
        levels,
        'different from rules: what it looks at and how it tests; what changes it',
        'only here: SecRuleUpdateTargetById 912 !ARGS:q (/rules/less.conf:1) changes what it looks at',
      ],
      'rule_sets.without': ['is taken away', 'SecRuleRemoveById 912 (/rules/without.conf:1) drops it'],
      'rule_sets.else': [
        'runs',
        'route 3 (/e), which only detects',
        'SecRuleEngine is Off in this set: it runs where a route only detects',
        'another rule of that number: /rules/else.conf:1 B',
      ],
    });
  });

  it('knows what is switched at run time, on which routes', async () => {
    const folder = ruleFolder();
    const state = join(folder.directory, 'state');
    mkdirSync(state, { mode: 0o700 });
    const order = { id: 912, to: 'log', route: 'a.test/d', by: 'ann', since: 1 };
    const orders = [
      { key: 'a', query: 'switch-rule', parameters: order },
      { key: 'b', query: 'switch-rule', parameters: { ...order, to: 'off' }, until: 5 },
      { key: 'c', query: 'ban', parameters: {} },
    ];
    writeFileSync(join(state, 'standing-orders.json'), JSON.stringify({ version: 1, orders }));
    const { rules = [], 'rule_sets.detect': detect = [] } = await standingsIn(folder);
    expect(detect).toContain('switched to log at run time on route 2 (a.test/d) by ann');
    expect([...rules, ...detect].filter((line) => line.startsWith('switched'))).toHaveLength(1);
    writeFileSync(join(state, 'standing-orders.json'), '{');
    expect((await folder.run(explainCommand, '912', '--config', gate(folder))).err).toMatch(
      /^what is switched at run time is not known: .*damaged/,
    );
  });

  it('explains the rule of the set that is asked for', async () => {
    const folder = ruleFolder();
    const { out } = await folder.run(explainCommand, '912', '--config', gate(folder), '--rule-set', 'else');
    expect(out).toMatch(/^rule 912 {2}B\n/);
    expect(out).toContain(
      'Rule sets\n  rule_sets.else (/rules/else.conf): runs\n    route 3 (/e), which only detects\n',
    );
    expect(await folder.run(explainCommand, '2', '--config', gate(folder), '--rule-set', 'else')).toMatchObject({
      code: 1,
      err: 'there is no rule 2 in /rules/else.conf',
    });
  });

  it('says nothing of rule sets where files were named', async () => {
    const { rules, run } = ruleFolder();
    expect((await run(explainCommand, '10', rules)).out).not.toContain('Rule sets');
  });
});
