import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../../test/support/in-process-command.ts';
import { UsageError } from './command.ts';
import { testCommand } from './test.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-test-command-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await runInProcess(testCommand, words);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return path;
}

const RULES = `SecRule ARGS:id "!@rx ^\\d+$" "id:10,phase:1,deny,status:400,msg:'not a number',setvar:tx.score=+3"
SecRule RESPONSE_BODY "@contains secret" "id:11,phase:4,deny,status:500"
SecRule REQUEST_BODY "@contains evil" "id:12,phase:2,pass,log"
`;

describe('test, .waftest files', () => {
  it('runs requests through the rules', async () => {
    const path = file(
      'a.waftest',
      `${RULES}--- request a quote is refused
GET /item?id=1%27 HTTP/1.1
Host: example.test
--- expect
status 400
fired 10
not fired 11 12
variable TX:score = 3
log contains [msg "not a number"]
log lacks [id "11"]
--- request a number passes
GET /item?id=1 HTTP/1.1
Host: example.test
--- expect
status 200
fired nothing
variable TX:score =
--- request bodies are inspected
POST / HTTP/1.1
Host: example.test
Content-Type: application/x-www-form-urlencoded

a=evil
--- response
HTTP/1.1 201 Created
Content-Type: text/plain

ok
--- expect
status 201
fired 12
--- request answers too
GET / HTTP/1.1
Host: example.test
--- response
HTTP/1.1 200 OK
Content-Type: text/html

a secret
--- expect
status 500
fired 11
`,
    );
    expect(await run(path)).toEqual({ code: 0, out: '4 passed, 0 failed, 0 skipped (.waftest)', err: '' });
  });

  it('explains each difference with its place', async () => {
    const path = file(
      'a.waftest',
      `${RULES}--- request wrong on purpose
GET /item?id=x HTTP/1.1
Host: example.test
--- expect
status 200
fired 11
not fired 10
fired nothing
variable TX:score = 4
log contains [id "11"]
log lacks [id "10"]
`,
    );
    const { code, out } = await run(path);
    expect(code).toBe(1);
    const problems = out.split('\n').filter((line) => line.startsWith(`    ${path}`));
    expect(problems.map((line) => line.slice(path.length + 5))).toEqual([
      '8 expected status 200, got 400; fired: 10',
      '9 expected 11 to fire; fired: 10',
      '10 expected 10 not to fire; fired: 10',
      '11 expected nothing to fire; fired: 10',
      '12 expected TX:score to be "4"; it is "3"',
      '13 expected the log to contain "[id \\"11\\"]"',
      '14 expected the log not to contain "[id \\"10\\"]"',
    ]);
    expect(out.split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped (.waftest)');
  });

  it.each([
    ['SecRule ARGS "@nope" "id:1"\n--- request\nGET /\n--- expect\nstatus 200\n', /a\.waftest:1:\d+ SL\d{4}/],
    ['--- expect\n', /a\.waftest:1 /],
  ])('tells what is wrong with a file: %j', async (text, message) => {
    const { code, err } = await run(file('a.waftest', text));
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  it('tells which file is missing', async () => {
    expect((await run(join(directory, 'none.waftest'))).err).toMatch(/ENOENT.*none\.waftest/);
  });
});

describe('test, FTW files', () => {
  const tests = `rule_id: 10
tests:
  - {test_id: 1, stages: [{input: {uri: "/?id=x", headers: {Host: a}}, output: {log: {expect_ids: [10]}}}]}
  - {test_id: 2, stages: [{input: {uri: "/?id=1", headers: {Host: a}}, output: {status: 200, log: {no_expect_ids: [10]}}}]}
  - {test_id: 3, stages: [{input: {method: POST, uri: /reflect, headers: {Host: a, Content-Type: application/json}, data: '{"status": 418}'}, output: {status: 418}}]}
`;
  const rules = `SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:X-CRS-Test "@rx ^.*$" "id:999999,phase:1,pass,log,msg:'X-CRS-Test %{MATCHED_VAR}'"
SecRule ARGS:id "!@rx ^\\d+$" "id:10,phase:1,deny,status:400,log"
`;

  it('starts a gate with the rules and a backend, and runs the tests over sockets', async () => {
    const { code, out, err } = await run(file('t.yaml', tests), '--rules', file('r.conf', rules));
    expect({ code, out, err }).toEqual({ code: 0, out: '3 passed, 0 failed, 0 skipped', err: '' });
  });

  it('takes overrides and a filter', async () => {
    const overrides = file('o.yaml', 'known_gaps: [{rule_id: 10, test_ids: [3], reason: was broken}]\n');
    const { code, out } = await run(
      file('t.yaml', tests),
      '--rules',
      file('r.conf', rules),
      '--overrides',
      overrides,
      '--include=-[13]$',
      '--verbose',
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^passed {2}10-1 .* ms\nclosed {2}10-3 /);
    expect(out).toContain('passes, but is listed as a gap: was broken');
    expect(out).toMatch(/1 passed, 1 failed, 0 skipped$/);
  });

  it('passes on what a gate that cannot start says', async () => {
    const { code, err } = await run(file('t.yaml', tests), '--rules', file('r.conf', 'SecRule\n'));
    expect(code).toBe(1);
    expect(err).toMatch(/the gate did not start[\s\S]*r\.conf:1/);
  });

  it.each([
    [[], 'test needs a file'],
    [['x', '--target', 'a:1'], 'go together'],
    [['x', '--target', 'a', '--log', 'y'], 'not HOST:PORT'],
    [['x', '--target', 'a:1', '--log', 'y', '--rules', 'z'], 'exclude each other'],
    [['x', '--include', '('], 'not a regular expression'],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(UsageError);
    await expect(run(...words)).rejects.toThrow(message);
  });
});
