import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVocabulary } from '@sallyport/engine/language';
import { describe, expect, it } from 'vitest';
import { RULES, ruleFolder } from '../../../test/support/rule-folder.ts';
import { explainCommand } from './explain.ts';

const words = createVocabulary();

describe('explain RULE-ID', () => {
  it('tells the whole story of a rule', async () => {
    const { directory, rules, run } = ruleFolder();
    writeFileSync(
      join(directory, 'tests', '10.yaml'),
      'rule_id: 10\ntests:\n  - test_id: 1\n    desc: a union\n    stages:\n      - input: {uri: /?q=1}\n        output: {log: {expect_ids: [10]}}\n' +
        '  - test_id: 2\n    desc: no union\n    stages:\n      - input: {uri: /}\n        output: {log: {no_expect_ids: [10]}}\n',
    );
    const { out, code, err } = await run(explainCommand, '10', rules);
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
    const { rules, run } = ruleFolder();
    expect((await run(explainCommand, '1', rules)).out).toContain('SecRuleRemoveById 1 (/rules/a.conf:11) drops it');
    writeFileSync(rules, RULES.replace('SecRuleRemoveById 1\n', ''));
    expect((await run(explainCommand, '10', '--rules', rules)).out).toContain(
      'TX:score is at least %{tx.limit} (7 by rule 1)',
    );
  });

  it('gives JSON', async () => {
    const { rules, run } = ruleFolder();
    const { out } = await run(explainCommand, '20', rules, '--json');
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
    const { rules, run } = ruleFolder();
    writeFileSync(rules, `${RULES}SecRul x\n`);
    const { code, out, err } = await run(explainCommand, '20', rules);
    expect({ code, err }).toEqual({
      code: 0,
      err: '/rules/a.conf:12:1 SL2001 unknown directive "SecRul"; did you mean "SecRule"?',
    });
    expect(out).toContain('rule 20');
  });

  it('says when there is no such rule', async () => {
    const { rules, run } = ruleFolder();
    expect(await run(explainCommand, '99', rules)).toMatchObject({
      code: 1,
      err: 'there is no rule 99 in /rules/a.conf',
    });
  });
});

it('explain FILE has every rule in short', async () => {
  const { rules, run } = ruleFolder();
  const { out } = await run(explainCommand, rules);
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
