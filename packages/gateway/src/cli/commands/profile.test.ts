import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandRun, runInProcess } from '../../../test/support/in-process-command.ts';
import type { Profile } from '../../profile/profile.ts';
import { UsageError } from './command.ts';
import { profileCommand } from './profile.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-profile-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return path;
};

const run = (...words: string[]): Promise<CommandRun> => runInProcess(profileCommand, words);

/** Rule 20 has to backtrack over everything; nothing else has to do more than look. */
const RULES = `SecRule REQUEST_METHOD "@streq DELETE" "id:10,phase:1,deny"
SecRule ARGS "@rx a(?=b)[ab]*(x?)\\1c$" "id:20,phase:2,pass,log"
SecRule ARGS:n "@streq 1;2" "id:30,phase:2,pass,nolog,chain"
  SecRule REQUEST_METHOD "@streq POST" "setvar:tx.a=1"
`;
const BODY = `n=1;2${`&text=${'ab'.repeat(1000)}c!`.repeat(12)}`;
const REQUEST = `POST /form HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

describe('the table', () => {
  it.each(['optimized', 'reference'])('has the most expensive rule on top (%s)', async (evaluator) => {
    const rules = file('my.conf', RULES);
    const { code, out, err } = await run(
      file('r.http', REQUEST),
      '--rules',
      rules,
      '--evaluator',
      evaluator,
      '--repeat',
      '30',
    );
    expect([code, err]).toEqual([0, []]);
    expect(out[0]).toMatch(
      new RegExp(`^${rules}, ${evaluator} evaluator: 1 request × 30, 0 interrupted, [\\d.]+ ms, [\\d.]+ µs each$`),
    );
    expect(out[2]).toMatch(/^ *share +µs +runs +values +tests +matches +bytes +fuel +rule +where +operator$/);
    expect(out[3]).toMatch(
      /^ *\d+\.\d% +\d+ +\d+ +\d+ +\d+ +0 +\d{5,} +\d{5,} +20 +my\.conf:2 +@rx a\(\?=b\)\[ab\]\*\(x\?\)\\1c\$$/,
    );
  });

  it('counts the rounds that are measured, and shows as many rows as asked', async () => {
    const { out } = await run(
      file('r.http', REQUEST),
      '--rules',
      file('my.conf', RULES),
      '--repeat',
      '5',
      '--top',
      '1',
    );
    const rows = out.slice(3, out.indexOf('', 3));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/ [1-3]0(?:\/1)? +my\.conf:[1-4] /);
    expect(rows[1]).toMatch(/^ *\d+\.\d% +\d+ {2}\d more conditions$/);
    expect(rows[2]).toMatch(/^ *\d+\.\d% +\d+ {2}all rules together: /);
  });

  it('has shares that add up', async () => {
    const { out } = await run(file('r.http', REQUEST), '--rules', file('my.conf', RULES), '--json', '--repeat', '2');
    const result = JSON.parse(out.join('\n')) as Profile;
    const { conditions, time, sharedTime } = result;
    expect(result).toMatchObject({ requests: 1, repeat: 2, interrupted: 0, evaluator: 'optimized' });
    expect(conditions.reduce((sum, one) => sum + one.time, sharedTime)).toBeCloseTo(time, 3);
    expect(conditions.reduce((sum, one) => sum + one.share, sharedTime / time)).toBeCloseTo(1, 6);
    expect(conditions.map((one) => one.time)).toEqual(conditions.map((one) => one.time).sort((a, b) => b - a));
    expect(conditions.find(({ rule, position }) => rule.id === 30 && position === 1)).toMatchObject({
      operator: '@streq',
      argument: 'POST',
      line: 4,
      runs: 2,
      matches: 2,
    });
  });
});

it('writes folded stacks that flame graph programs read', async () => {
  const folded = join(directory, 'out.folded');
  await run(file('r.http', REQUEST), '--rules', file('a;b.conf', RULES), '--folded', folded);
  const lines = readFileSync(folded, 'utf8').trimEnd().split('\n');
  for (const line of lines) {
    expect(line).toMatch(/^(?:phase [1-5];a,b\.conf;\d+(?:\/\d+)?;[^;]+|all rules together) [1-9]\d*$/);
  }
  const stacks = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(new Set(stacks).size).toBe(stacks.length);
  expect(stacks).toContain('phase 2;a,b.conf;20;@rx');
  expect(stacks).toContain('phase 2;a,b.conf;30/1;@streq');
});

describe('recordings', () => {
  const matchesOf = async (...words: string[]): Promise<readonly [requests: number, matches: number]> => {
    const rules = file('seen.conf', 'SecRule ARGS:q "@streq evil" "id:1,phase:2,pass,nolog"\n');
    const { code, out, err } = await run(...words, '--rules', rules, '--json', '--repeat', '1');
    expect([code, err]).toEqual([0, []]);
    const { requests, conditions } = JSON.parse(out.join('\n')) as Profile;
    return [requests, conditions.reduce((sum, { matches }) => sum + matches, 0)];
  };
  const GET = 'GET /?q=evil HTTP/1.1\nHost: a.test\n';

  it('are HTTP requests as sent', async () => {
    expect(await matchesOf(file('plain', `${GET}\n`))).toEqual([1, 1]);
  });
  it('are the requests of .waftest files', async () => {
    const text = `SecRule ARGS "@rx ." "id:9,deny"\n--- request\n${GET}--- expect\nstatus 403\n--- request\nGET / HTTP/1.1\n--- expect\nfired nothing\n`;
    expect(await matchesOf(file('a.waftest', text))).toEqual([2, 1]);
  });
  it('are the requests of FTW files', async () => {
    const text = `rule_id: 1
tests:
  - test_id: 1
    stages:
      - input: { method: POST, uri: /, data: q=evil, headers: { Host: a.test } }
        output: { status: 200 }
      - input: { method: GET, uri: /?q=good, headers: { Host: a.test } }
        output: { status: 200 }
`;
    expect(await matchesOf(file('1.yaml', text))).toEqual([2, 1]);
  });
  it('are audit logs', async () => {
    const log = `--12345678-A--\n[now] id 1 2 3 4\n--12345678-B--\n${GET}\n--12345678-Z--\n\n`;
    expect(await matchesOf(file('audit', log))).toEqual([1, 1]);
  });
  it('may be folders of all of them', async () => {
    mkdirSync(join(directory, 'sub'));
    file('sub/a.http', GET);
    file('sub/20260101-120000-abc', `--12345678-A--\n[now] id 1 2 3 4\n--12345678-B--\n${GET}\n--12345678-Z--\n\n`);
    file('sub/notes.txt', 'no request');
    expect(await matchesOf(join(directory, 'sub'))).toEqual([2, 2]);
  });
});

describe('what cannot be profiled is said', () => {
  const RULE = 'SecAction "id:1,phase:1,pass,nolog"\n';
  it.each([
    [
      'another file',
      'notes.txt',
      'hello\nworld\n',
      /notes\.txt holds no recorded requests: it is neither an HTTP request/,
    ],
    ['an empty file', 'empty', '', /empty holds no recorded requests/],
    ['a broken test', 'a.waftest', '--- wrong\n', /a\.waftest:1 /],
    ['YAML that is no test', '1.yaml', 'rule_id: [', /1\.yaml/],
    ['tests without any', '1.yaml', '', /^no requests in .*1\.yaml$/],
  ])('%s', async (_title, name, text, message) => {
    const { code, out, err } = await run(file(name, text), '--rules', file('r.conf', RULE));
    expect([code, out]).toEqual([1, []]);
    expect(err.join('\n')).toMatch(message);
  });

  it('a missing file, an empty folder, rules with mistakes, rules that are off', async () => {
    const request = file('r.http', 'GET / HTTP/1.1\n\n');
    const rules = file('r.conf', RULE);
    expect(await run(join(directory, 'none'), '--rules', rules)).toMatchObject({
      code: 1,
      err: [`there is no file ${join(directory, 'none')}`],
    });
    mkdirSync(join(directory, 'void'));
    expect((await run(join(directory, 'void'), '--rules', rules)).err[0]).toContain('void holds no recorded requests');
    const wrong = await run(request, '--rules', file('wrong.conf', 'SecRul\n'));
    expect(wrong).toMatchObject({ code: 1, err: [expect.stringContaining('wrong.conf:1:1 SL2001')] });
    const off = file('off.conf', `SecRuleEngine Off\n${RULE}`);
    expect(await run(request, '--rules', off)).toEqual({
      code: 1,
      out: [],
      err: [`${off}: the rules are off (SecRuleEngine Off)`],
    });
  });

  it.each([
    [[], 'profile needs recorded requests'],
    [['x', '--repeat', '0'], '--repeat 0: not a number from 1 to 999999'],
    [['x', '--top', 'all'], '--top all: not a number from 1 to 999999'],
    [['x', '--evaluator', 'fast'], '--evaluator fast: optimized or reference'],
  ])('wrong words %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(new UsageError(message));
  });
});
