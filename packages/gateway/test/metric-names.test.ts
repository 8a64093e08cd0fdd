/** Every number the guide names is there, and moves when what it counts happens. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { closedPort, startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

const GUIDE = fileURLToPath(new URL('../../../docs/guide/logs-and-metrics.md', import.meta.url));

/** The first column of its table. */
function documentedNames(): readonly string[] {
  const text = readFileSync(GUIDE, 'utf8');
  const rows = text.slice(text.indexOf('| name | labels | what |')).split('\n\n', 1)[0]!.split('\n');
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!));
}

/** Reads its whole value, as often as it takes to want more work than one request may cause. */
const COSTLY = Array.from(
  { length: 500 },
  (_, at) => `SecRule ARGS "@rx ^[qz]{${at % 25},}q{${1 + Math.floor(at / 25)}}$" "id:${1000 + at},phase:2,pass,nolog"`,
);
const RULES = [
  'SecRuleEngine On',
  'SecRequestBodyAccess On',
  'SecRule ARGS:a "@streq bad" "id:1,phase:1,deny,log"',
  ...COSTLY,
].join('\n');

it('every metric of the guide is there, and counts what it says', async () => {
  const upstream = await startUpstream();
  const away = await closedPort();
  const gate = await startWorkers(upstream.port, 1, {
    rules: RULES,
    yaml: `upstreams: { app: "http://127.0.0.1:${upstream.port}", away: "http://127.0.0.1:${away}" }
auth: { basic: { users: { file: users } } }
routes:
  - { path: /away, upstream: away }
  - { path: /private, upstream: app, auth: { providers: users } }
  - { upstream: app }`,
    // Nobody is to get in.
    prepare: (folder) => writeFileSync(join(folder, 'users'), ''),
  });
  const metrics = async (): Promise<string> => {
    const { code, out } = await runCommand(['metrics', '--socket', gate.socket], gate.folder);
    expect(code).toBe(0);
    return out;
  };
  /** Sum over the lines of a name whose labels contain these words. */
  const sumOf = (text: string, name: string, ...labels: readonly string[]): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

  await ask(gate.port, '/');
  await ask(gate.port, '/?a=bad');
  await ask(gate.port, '/away');
  await ask(gate.port, '/private');
  const body = `a=${'q'.repeat(30)}${'qz'.repeat(32_000)}`;
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  expect((await ask(gate.port, '/', { method: 'POST', headers }, body)).status).toBe(403);
  const before = await metrics();
  expect(documentedNames().length).toBeGreaterThan(20);
  expect(documentedNames().filter((name) => !before.includes(`# TYPE ${name} `))).toEqual([]);

  const counted: readonly (readonly [value: number, name: string, ...labels: readonly string[]])[] = [
    [5, 'http_requests_total'],
    [1, 'http_requests_total', 'code="502"'],
    [5, 'http_request_duration_seconds_count'],
    [1, 'sallyport_upstream_responses_total', 'upstream="away"'],
    [1, 'sallyport_upstream_duration_seconds_count', 'upstream="app"'],
    [1, 'sallyport_rule_interruptions_total', 'id="1"'],
    [1, 'sallyport_inspection_budget_exhausted_total'],
    [1, 'sallyport_errors_total', 'code="SP2001"'],
    [1, 'sallyport_auth_total', 'provider="users"', 'outcome="missing"'],
    [1, 'sallyport_workers', 'state="serving"'],
    [0, 'sallyport_worker_crashes_total'],
    [1, 'sallyport_config_generation'],
    [0, 'sallyport_config_stale'],
    [1, 'sallyport_build_info'],
  ];
  expect(counted.map(([, ...wanted]) => [sumOf(before, ...wanted), ...wanted])).toEqual(counted);
  expect(sumOf(before, 'sallyport_rules_duration_seconds_sum')).toBeGreaterThan(0);
  expect(sumOf(before, 'sallyport_stage_duration_seconds_count', 'stage="rules"')).toBeGreaterThan(0);
  expect(sumOf(before, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);

  gate.write('rules.conf', 'SecRule');
  await gate.reload('rules.conf:1');
  const [worker] = await gate.workers('serving');
  process.kill(worker!.pid, 'SIGKILL');
  await expect.poll(async () => (await gate.workers('serving')).some(({ pid }) => pid !== worker!.pid)).toBe(true);
  const after = await metrics();
  expect(sumOf(after, 'sallyport_config_stale')).toBe(1);
  expect(sumOf(after, 'sallyport_worker_crashes_total')).toBe(1);
  expect(sumOf(after, 'sallyport_workers', 'state="serving"')).toBe(1);
});
