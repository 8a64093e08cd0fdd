import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVocabulary } from '@sallyport/engine/language';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExplainedRule } from '../../explain/rule/explained-rule.ts';
import type { Command } from './command.ts';
import { explainCommand } from './explain.ts';
import { rulesCommand } from './rules.ts';

const words = createVocabulary();
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-explain-rule-'));
  mkdirSync(join(directory, 'rules'));
  mkdirSync(join(directory, 'tests'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const RULES = `SecAction "id:1,phase:1,pass,nolog,setvar:tx.critical=5,setvar:tx.limit=7"
SecRule REQUEST_HEADERS:X-Scan "@streq yes" "id:2,phase:2,pass,nolog,ctl:ruleRemoveTargetById=10;ARGS:q"
SecRule TX:level "@lt 1" "id:3,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS|!ARGS:note "@rx (?i)union\\s+select" \\
    "id:10,phase:2,pass,capture,t:none,t:urlDecodeUni,msg:'SQL',logdata:'%{TX.0}',severity:CRITICAL,\\
    tag:'attack-sqli',tag:'paranoia-level/2',setvar:tx.score=+%{tx.critical},chain"
    SecRule REQUEST_METHOD "@streq POST" "setvar:tx.posted=1"
SecMarker END
SecRule TX:score "@ge %{tx.limit}" "id:20,phase:2,deny,status:406,msg:'Score %{TX.score}',severity:ERROR"
SecRuleUpdateTargetById 10 "!ARGS:comment"
SecRuleRemoveById 1
`;

async function run(command: Command, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await command.run(words, {
    out: (line) => said.out.push(line),
    err: (line) => said.err.push(line),
    hasColour: false,
  });
  return {
    code,
    out: said.out.join('\n').replaceAll(directory, ''),
    err: said.err.join('\n').replaceAll(directory, ''),
  };
}

const rules = (): string => {
  const path = join(directory, 'rules', 'a.conf');
  writeFileSync(path, RULES);
  return path;
};

describe('explain RULE-ID', () => {
  it('tells the whole story of a rule', async () => {
    writeFileSync(
      join(directory, 'tests', '10.yaml'),
      'rule_id: 10\ntests:\n  - test_id: 1\n    desc: a union\n    stages:\n      - input: {uri: /?q=1}\n        output: {log: {expect_ids: [10]}}\n' +
        '  - test_id: 2\n    desc: no union\n    stages:\n      - input: {uri: /}\n        output: {log: {no_expect_ids: [10]}}\n',
    );
    const { out, code, err } = await run(explainCommand, '10', rules());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`rule 10  SQL
  /rules/a.conf:4  (CRITICAL, paranoia level 2)
  tags: attack-sqli, paranoia-level/2

Runs
  phase 2: when the request body has been read, before anything goes to the application
  not when rule 3 matched (TX:level @lt 1), which goes on at END

Condition 1 of 2
  looks at
    ARGS: ${words.variables.require('ARGS').summary}
  leaves out ARGS:note, ARGS:comment
  after
    t:urlDecodeUni  ${words.transformations.require('urlDecodeUni').summary}
  tests @rx: ${words.operators.require('rx').summary}
    anywhere in the value:
      "union" in any case, then white space (once or more), then "select" in any case
    every match contains "select"
    takes time in proportion to the value
  and at once
    stores what matched in TX:0, its groups in TX:1 to TX:9
    adds %{tx.critical} to TX:score

Condition 2 of 2
  looks at
    REQUEST_METHOD: ${words.variables.require('REQUEST_METHOD').summary}
  tests @streq: ${words.operators.require('streq').summary}
    POST

On a match
  goes on with the next rule
  writes a line to the error log
  makes the request worth auditing
  sets TX:posted to 1

Score
  adds %{tx.critical} to TX:score
  rule 20 (phase 2) refuses with 406 when TX:score is at least %{tx.limit}

Changed by
  SecRuleUpdateTargetById 10 !ARGS:comment (/rules/a.conf:10) changes what it looks at
  rule 2 keeps ARGS:q from it when REQUEST_HEADERS:X-Scan @streq yes

Tests that expect it (1)
  10-1  a union`);
  });

  it('says who took a rule away, and resolves what others set', async () => {
    const path = rules();
    expect((await run(explainCommand, '1', path)).out).toContain('SecRuleRemoveById 1 (/rules/a.conf:11) drops it');
    writeFileSync(path, RULES.replace('SecRuleRemoveById 1\n', ''));
    expect((await run(explainCommand, '10', '--rules', path)).out).toContain(
      'TX:score is at least %{tx.limit} (7 by rule 1)',
    );
  });

  it('gives JSON', async () => {
    const { out } = await run(explainCommand, '20', rules(), '--json');
    expect(JSON.parse(out)).toMatchObject({
      id: 20,
      line: 9,
      phase: 2,
      severity: 'ERROR',
      conditions: [{ targets: [expect.stringContaining('TX:score: the member "score"')], argument: '%{tx.limit}' }],
      onMatch: expect.arrayContaining(['refuses with 406']),
    });
  });

  it('explains what can be understood of a broken file', async () => {
    const path = rules();
    writeFileSync(path, `${RULES}SecRul x\n`);
    const { code, out, err } = await run(explainCommand, '20', path);
    expect({ code, err }).toEqual({
      code: 0,
      err: '/rules/a.conf:12:1 SL2001 unknown directive "SecRul"; did you mean "SecRule"?',
    });
    expect(out).toContain('rule 20');
  });

  it('says when there is no such rule', async () => {
    expect(await run(explainCommand, '99', rules())).toMatchObject({
      code: 1,
      err: 'there is no rule 99 in /rules/a.conf',
    });
  });
});

it('explain FILE has every rule in short', async () => {
  const { out } = await run(explainCommand, rules());
  expect(out.split('\n\n')).toEqual([
    '/rules/a.conf: 5 rules',
    '1  line 1, phase 1\n    when always\n    goes on with the next rule',
    '2  line 2, phase 2\n    when REQUEST_HEADERS:X-Scan @streq yes\n    goes on with the next rule',
    '3  line 3, phase 2\n    when TX:level @lt 1\n    goes on with the next rule',
    '10  line 4, phase 2  SQL\n    when ARGS|!ARGS:note @rx (?i)union\\s+select and REQUEST_METHOD @streq POST\n' +
      '    goes on with the next rule; adds %{tx.critical} to TX:score',
    '20  line 9, phase 2  Score %{TX.score}\n    when TX:score @ge %{tx.limit}\n    refuses with 406',
  ]);
});

describe('explain RULE-ID with a configuration', () => {
  const LEVELS = `SecRuleEngine On
SecRule &TX:detection_paranoia_level "@eq 0" "id:901,phase:1,pass,nolog,setvar:tx.detection_paranoia_level=1"
SecRule &TX:blocking_paranoia_level "@eq 0" "id:902,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=%{tx.detection_paranoia_level}"
SecRule TX:detection_paranoia_level "@lt 2" "id:911,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@contains a" "id:912,phase:2,deny,msg:'A',tag:'paranoia-level/2'"
SecMarker END
`;

  const gate = (more = ''): string => {
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
${more}`,
    );
    return path;
  };

  const standings = async (...words: string[]): Promise<Record<string, readonly string[]>> => {
    const { out } = await run(explainCommand, '912', ...words, '--json');
    const { ruleSets } = JSON.parse(out) as ExplainedRule;
    return Object.fromEntries(ruleSets.map(({ place, state, users, notes }) => [place, [state, ...users, ...notes]]));
  };

  it('says of every rule set what becomes of the rule there', async () => {
    const levels =
      'paranoia levels here: detection 2, blocking 1; matches are reported and do not count towards a refusal';
    expect(await standings('--config', gate())).toEqual({
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
    const state = join(directory, 'state');
    mkdirSync(state, { mode: 0o700 });
    const order = { id: 912, to: 'log', route: 'a.test/d', by: 'ann', since: 1 };
    const orders = [
      { key: 'a', query: 'switch-rule', parameters: order },
      { key: 'b', query: 'switch-rule', parameters: { ...order, to: 'off' }, until: 5 },
      { key: 'c', query: 'ban', parameters: {} },
    ];
    writeFileSync(join(state, 'standing-orders.json'), JSON.stringify({ version: 1, orders }));
    const { rules = [], 'rule_sets.detect': detect = [] } = await standings('--config', gate());
    expect(detect).toContain('switched to log at run time on route 2 (a.test/d) by ann');
    expect([...rules, ...detect].filter((line) => line.startsWith('switched'))).toHaveLength(1);
    writeFileSync(join(state, 'standing-orders.json'), '{');
    expect((await run(explainCommand, '912', '--config', gate())).err).toMatch(
      /^what is switched at run time is not known: .*damaged/,
    );
  });

  it('explains the rule of the set that is asked for', async () => {
    const { out } = await run(explainCommand, '912', '--config', gate(), '--rule-set', 'else');
    expect(out).toMatch(/^rule 912 {2}B\n/);
    expect(out).toContain(
      'Rule sets\n  rule_sets.else (/rules/else.conf): runs\n    route 3 (/e), which only detects\n',
    );
    expect(await run(explainCommand, '2', '--config', gate(), '--rule-set', 'else')).toMatchObject({
      code: 1,
      err: 'there is no rule 2 in /rules/else.conf',
    });
  });

  it('says nothing of rule sets where files were named', async () => {
    expect((await run(explainCommand, '10', rules())).out).not.toContain('Rule sets');
  });
});

describe('rules', () => {
  it('counts what is loaded', async () => {
    const { out, code } = await run(rulesCommand, rules());
    expect(code).toBe(0);
    expect(out).toContain('/rules/a.conf: 4 rules in 1 file, 1 taken away by other directives');
    expect(out).toContain('\nphase\n  2  4\n\ndoes\n  pass  3\n  deny  1\n\nseverity\n  CRITICAL  1\n  ERROR     1\n');
    expect(out).toContain('\nparanoia level\n  2  1\n\ntag\n  attack-sqli       1\n  paranoia-level/2  1');
  });

  it('lists them', async () => {
    const { out } = await run(rulesCommand, rules(), '--list');
    expect(out.split('\n')).toEqual(
      [
        '       2  phase 2  pass      -            -   /rules/a.conf:2',
        '       3  phase 2  pass      -            -   /rules/a.conf:3',
        '      10  phase 2  pass      CRITICAL   PL 2  /rules/a.conf:4  SQL',
        '      20  phase 2  deny      ERROR      -   /rules/a.conf:9  Score %{TX.score}',
      ].map((line) => line.replace('ERROR      -   /', 'ERROR        -   /')),
    );
  });

  it('gives JSON, and fails for rules with errors', async () => {
    const path = rules();
    writeFileSync(path, `${RULES}SecRul x\n`);
    const { code, out, err } = await run(rulesCommand, path, '--json');
    expect({ code, err: err.includes('SL2001') }).toEqual({ code: 1, err: true });
    expect(JSON.parse(out)).toMatchObject({
      files: [{ rules: 4 }],
      rules: [{ id: 2 }, { id: 3 }, { id: 10, links: 2 }, { id: 20 }],
      removed: [{ id: 1, line: 11 }],
    });
  });

  it('says when there is nothing to look at', async () => {
    expect(await run(rulesCommand, '/none.conf')).toEqual({ code: 1, out: '', err: 'there is no file /none.conf' });
    expect(await run(rulesCommand, '--crs', '/none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not a Core Rule Set'),
    });
  });
});
