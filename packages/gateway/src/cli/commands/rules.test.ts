import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES, ruleFolder } from '../../../test/support/rule-folder.ts';
import { rulesCommand } from './rules.ts';

describe('rules', () => {
  it('counts what is loaded', async () => {
    const { rules, run } = ruleFolder();
    const { out, code } = await run(rulesCommand, rules);
    expect(code).toBe(0);
    expect(out).toContain('/rules/a.conf: 4 rules in 1 file, 1 taken away by other directives');
    expect(out).toContain('\nphase\n  2  4\n\ndoes\n  pass  3\n  deny  1\n\nseverity\n  CRITICAL  1\n  ERROR     1\n');
    expect(out).toContain('\nparanoia level\n  2  1\n\ntag\n  attack-sqli       1\n  paranoia-level/2  1');
  });

  it('lists them', async () => {
    const { rules, run } = ruleFolder();
    const { out } = await run(rulesCommand, rules, '--list');
    expect(out.split('\n')).toEqual([
      '       2  phase 2  pass      -            -   /rules/a.conf:2',
      '       3  phase 2  pass      -            -   /rules/a.conf:3',
      '      10  phase 2  pass      CRITICAL   PL 2  /rules/a.conf:4  SQL',
      '      20  phase 2  deny      ERROR        -   /rules/a.conf:9  Score %{TX.score}',
    ]);
  });

  it('gives JSON, and fails for rules with errors', async () => {
    const { rules, run } = ruleFolder();
    writeFileSync(rules, `${RULES}SecRul x\n`);
    const { code, out, err } = await run(rulesCommand, rules, '--json');
    expect({ code, err: err.includes('SL2001') }).toEqual({ code: 1, err: true });
    expect(JSON.parse(out)).toMatchObject({
      files: [{ rules: 4 }],
      rules: [{ id: 2 }, { id: 3 }, { id: 10, links: 2 }, { id: 20 }],
      removed: [{ id: 1, line: 11 }],
    });
  });

  it('says when there is nothing to look at', async () => {
    const { run } = ruleFolder();
    expect(await run(rulesCommand, '/none.conf')).toEqual({ code: 1, out: '', err: 'there is no file /none.conf' });
    expect(await run(rulesCommand, '--crs', '/none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not a Core Rule Set'),
    });
  });
});
