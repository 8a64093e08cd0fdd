import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandRun, runInProcess } from '../../../test/support/in-process-command.ts';
import { UsageError } from './command.ts';
import { lintCommand } from './lint.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-lint-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return path;
};

const run = (...words: string[]): Promise<CommandRun> => runInProcess(lintCommand, words);

const LOUD = 'SecRule ARGS "@rx ^(?!a)" "id:1,phase:2,pass"\n';

it('prints a line for each finding and a sum', async () => {
  const path = file('a.conf', `${LOUD}SecRul\n`);
  expect(await run(path)).toEqual({
    code: 1,
    err: [],
    out: [
      `${path}:1:19 SL4302 warning: the pattern of rule 1 needs backtracking because of a negative look-ahead (?!…)`,
      `${path}:2:1 SL2001 unknown directive "SecRul"; did you mean "SecRule"?`,
      '1 error, 1 warning in 1 file',
    ],
  });
});

it('fails for warnings only when there are too many', async () => {
  const path = file('a.conf', LOUD);
  expect((await run(path)).code).toBe(0);
  expect((await run(path, '--max-warnings', '1')).code).toBe(0);
  expect(await run(path, '--max-warnings', '0')).toMatchObject({ code: 1, err: ['1 warnings are more than 0'] });
});

it('takes folders and patterns as one rule set', async () => {
  mkdirSync(join(directory, 'rules'));
  file('rules/b.conf', 'SecMarker END\n');
  file('rules/a.conf', 'SecAction "id:1,phase:1,pass,nolog,skipAfter:END"\n');
  expect((await run(join(directory, 'rules'))).out).toEqual(['0 errors, 0 warnings in 2 files']);
  expect((await run(join(directory, 'rules', 'b*.conf'))).out).toHaveLength(2);
  expect((await run(join(directory, 'rules', 'b*.conf'), '--partial')).out).toHaveLength(1);
});

it('gives JSON with places', async () => {
  const { out } = await run(file('a.conf', LOUD), '--format', 'json');
  expect(JSON.parse(out.join('\n'))).toMatchObject({
    findings: [{ code: 'SL4302', severity: 'warning', line: 1, column: 19, endLine: 1, endColumn: 25 }],
  });
});

it('gives SARIF with an explanation of each code', async () => {
  const path = file('a b.conf', LOUD);
  const sarif = JSON.parse((await run(path, '--format', 'sarif')).out.join('\n'));
  expect(sarif).toMatchObject({ version: '2.1.0' });
  expect(sarif.runs[0].tool.driver.rules).toEqual([
    {
      id: 'SL4302',
      shortDescription: { text: 'Pattern that needs backtracking' },
      fullDescription: { text: expect.stringContaining('linear time') },
    },
  ]);
  expect(sarif.runs[0].results).toEqual([
    {
      ruleId: 'SL4302',
      ruleIndex: 0,
      level: 'warning',
      message: { text: expect.stringContaining('look-ahead') },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: expect.stringMatching(/^file:\/\/\/.*a%20b\.conf$/) },
            region: { startLine: 1, startColumn: 19, endLine: 1, endColumn: 25 },
          },
        },
      ],
    },
  ]);
});

it.each([
  [['--format', 'xml', 'a'], '--format is text, json or sarif'],
  [['--max-warnings', 'few', 'a'], '--max-warnings takes a number'],
  [[], 'name the files to look at, or a configuration with --config; there is no sallyport.yaml here'],
  [['--config', 'a', 'b'], 'name files or a configuration, not both'],
])('refuses %j', async (words, message) => {
  await expect(run(...words)).rejects.toThrow(new UsageError(message));
});

it('says when a file is not there', async () => {
  expect(await run('/none/a.conf')).toEqual({ code: 1, out: [], err: ['there is no file /none/a.conf'] });
});

describe('the rule sets of a configuration', () => {
  const gate = (): string => {
    file('main.conf', LOUD);
    file('other.conf', 'SecRule ARGS "@rx a" "id:2,phase:2,deny"\n');
    return file(
      'gate.yaml',
      'upstreams: { app: "http://127.0.0.1:3000" }\nrules: { files: main.conf }\n' +
        'rule_sets: { quiet: { engine: DetectionOnly }, more: { files: [main.conf, other.conf] } }\n',
    );
  };
  const loud = 'SL4302 warning: the pattern of rule 1 needs backtracking because of a negative look-ahead (?!…)';
  const silent = "SL4001 warning: rule 2 refuses requests without saying why; add msg:'…'";

  it('are looked at together: what is wrong in some says in which', async () => {
    const { code, out, err } = await run('--config', gate());
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual([
      `${directory}/main.conf:1:19 ${loud}`,
      `${directory}/other.conf:1:1 ${silent} (in rule_sets.more)`,
      '0 errors, 2 warnings in 3 files',
    ]);
  });

  it('are looked at alone by name', async () => {
    expect((await run('--config', gate(), '--rule-set', 'quiet')).out).toHaveLength(2);
    expect((await run('--config', gate(), '--rule-set', 'rules')).out).toHaveLength(2);
    expect(await run('--config', gate(), '--rule-set', 'none')).toEqual({
      code: 1,
      out: [],
      err: [`${directory}/gate.yaml has no rule set "none"; there is rules, quiet, more`],
    });
  });

  it('say in JSON and SARIF which set it is', async () => {
    const json = JSON.parse((await run('--config', gate(), '--format', 'json')).out.join('\n'));
    expect(json.findings).toEqual([
      expect.not.objectContaining({ ruleSets: expect.anything() }),
      expect.objectContaining({ code: 'SL4001', ruleSets: ['rule_sets.more'] }),
    ]);
    const sarif = JSON.parse((await run('--config', gate(), '--format', 'sarif')).out.join('\n'));
    expect(sarif.runs[0].results[1]).toMatchObject({ properties: { ruleSets: ['rule_sets.more'] } });
  });

  it('are not looked at when the configuration has mistakes', async () => {
    const path = file('gate.yaml', 'rule: { files: main.conf }\n');
    expect(await run('--config', path)).toMatchObject({
      code: 1,
      out: [],
      err: [expect.stringContaining(`${path}:1:1`)],
    });
  });
});
