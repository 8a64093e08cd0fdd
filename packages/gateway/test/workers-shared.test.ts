/** What several workers write together: counters of rules, access log, audit logs. */
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask, open } from './support/client.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

const COUNTING = `SecRuleEngine On
SecAction "id:1,phase:1,nolog,pass,initcol:global=all"
SecRule ARGS:show "@rx ." "id:2,phase:1,nolog,redirect:'/hits/%{global.hits}'"
SecAction "id:3,phase:1,nolog,pass,setvar:global.hits=+1"
`;

/** Requests by connections of their own, until every worker has had some. */
async function spread(gate: WorkersGate, path: string, atLeast: number): Promise<number> {
  let sent = 0;
  while (sent < atLeast || (await gate.workers('serving')).some((one) => one.requests === 0)) {
    await Promise.all(Array.from({ length: 40 }, () => ask(gate.port, `${path}${sent++}`)));
  }
  return sent;
}

it('counters of rules are exact over all workers, without a place of their own', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 3, { rules: COUNTING });
  const sent = await spread(gate, '/?n=', 120);
  const hits = async (): Promise<unknown> => (await ask(gate.port, '/?show=1')).headers.location;
  await expect.poll(hits).toBe(`/hits/${sent}`);
});

it('access log and serial audit log stay whole', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 3, {
    rules: `SecRuleEngine On\nSecAuditEngine On\nSecAuditLogType Serial\nSecAuditLogFormat JSON\nSecAuditLogParts ABHZ\nSecAction "id:1,phase:1,pass,log,msg:'seen'"\n`,
    yaml: 'logs: { access: access.log, error: error.log, audit: audit.log }',
  });
  const sent = await spread(gate, `/${'x'.repeat(2000)}?n=`, 200);
  gate.child.kill('SIGTERM');
  await gate.finished();
  const lines = gate.read('access.log').trimEnd().split('\n');
  expect(lines).toHaveLength(sent);
  for (const line of lines)
    expect(line).toMatch(/^127\.0\.0\.1 - - \[[^\]]+\] "GET \/x{2000}\?n=\d+ HTTP\/1\.1" 200 \d+ "-" "-"$/);
  const entries = gate
    .read('audit.log')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(entries).toHaveLength(sent);
});

it('concurrent audit entries are whole and each has its line in the index', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 2, {
    rules:
      'SecRuleEngine On\nSecAuditEngine On\nSecAuditLogType Concurrent\nSecAuditLog index.log\nSecAuditLogStorageDir audit\nSecAuditLogParts ABHZ\n',
    yaml: 'logs: { access: access.log, error: error.log }',
  });
  const sent = await spread(gate, '/?n=', 80);
  gate.child.kill('SIGTERM');
  await gate.finished();
  const index = gate.read('index.log').trimEnd().split('\n');
  expect(index).toHaveLength(sent);
  const files = readdirSync(join(gate.folder, 'audit'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  expect(files).toHaveLength(sent);
  for (const { parentPath, name } of files) {
    expect(readFileSync(join(parentPath, name), 'latin1')).toMatch(/^--([0-9a-f]+)-A--\n[\s\S]*\n--\1-Z--\n+$/);
  }
});

it('SIGUSR1 opens the logs of all workers anew', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 2);
  await spread(gate, '/before', 40);
  await expect.poll(() => gate.read('access.log').includes('/before39')).toBe(true);
  renameSync(join(gate.folder, 'access.log'), join(gate.folder, 'access.log.1'));
  gate.child.kill('SIGUSR1');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const old = gate.read('access.log.1');
  await Promise.all(Array.from({ length: 40 }, (_, at) => ask(gate.port, `/after${at}`)));
  await expect.poll(() => gate.read('access.log').split('\n').length).toBe(41);
  expect(gate.read('access.log.1')).toBe(old);
});

it('the connections of one address have one limit over all workers, and none is missing after a crash', async () => {
  const upstream = await startUpstream();
  const gate = await startWorkers(upstream.port, 3, { yaml: 'connections: { per_address: 6 }' });
  const connect = async (): Promise<readonly Socket[]> => {
    const all = await Promise.all(Array.from({ length: 40 }, () => open(gate.port)));
    // Two that come for the last place in the same moment may both be sent away.
    await expect.poll(() => all.filter((one) => !one.closed).length).toBeLessThanOrEqual(6);
    await wait(500);
    return all.filter((one) => !one.closed);
  };
  const first = await connect();
  expect(first.length).toBeGreaterThan(2);
  for (const { pid } of await gate.workers('serving')) process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await gate.workers('serving')).length).toBe(3);
  for (const one of first) await expect.poll(() => one.closed).toBe(true);
  await expect
    .poll(async () => {
      const again = await connect();
      for (const one of again) one.destroy();
      return again.length;
    })
    .toBeGreaterThan(2);
});

it('a route has its places over all workers, and who waits in one gets what is given back in another', async () => {
  let most = 0;
  let running = 0;
  const upstream = await startUpstream((_request, response) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      response.end('done');
    }, 100);
  });
  const gate = await startWorkers(upstream.port, 3, {
    yaml: 'routes: [{ upstream: app, waf: "off", traffic: { requests: 2, wait: 20 s } }]',
  });
  // A connection for each, so that all workers have some. Clients on 127.0.0.1 are not limited by default.
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => ask(gate.port, '/', { localAddress: '127.0.0.2' })),
  );
  expect(answers.map((one) => one.status)).toEqual(Array(30).fill(200));
  expect(most).toBe(2);
  expect((await gate.workers('serving')).filter((one) => one.requests > 0).length).toBeGreaterThan(1);
});
