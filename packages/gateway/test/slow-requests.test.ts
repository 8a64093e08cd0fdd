/** Where the time of requests went: told to clients who may know, and kept where it was long. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adminOf } from './support/admin.ts';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { startGate, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

const RULES = 'SecRuleEngine On\nSecRule ARGS:a "@streq deny" "id:5,phase:2,deny,status:406"';

/** Milliseconds it takes for what is on this path; others have their answers at once. */
const DELAYS: readonly (readonly [path: string, delay: number])[] = [
  ['/slow', 80],
  ['/very-slow', 1500],
];

const application = (): ReturnType<typeof startUpstream> =>
  startUpstream((request, response) => {
    const delay = DELAYS.find(([path]) => request.url?.startsWith(path))?.[1] ?? 0;
    setTimeout(() => response.end('x'), delay);
  });

describe('Server-Timing', () => {
  it('is for routes and clients that are named, on answers of upstreams and of the gate', async () => {
    const { port: app } = await application();
    const { port } = await startGate(app, {
      rules: RULES,
      yaml: `trusted_proxies: 127.0.0.1
server_timing: 10.0.0.0/8
routes: [{ upstream: app }, { path: /open, upstream: app, server_timing: true }, { path: /own, answer: 204 }]`,
    });
    const timing = async (path: string, address: string): Promise<unknown> =>
      (await ask(port, path, { headers: { 'x-forwarded-for': address } })).headers['server-timing'];
    expect(await timing('/', '192.0.2.1')).toBeUndefined();
    expect(await timing('/?a=deny', '192.0.2.1')).toBeUndefined();
    const told = String(await timing('/slow', '10.0.0.7'));
    expect(told).toMatch(/^head;dur=\d+\.\d{3}, (body;dur=[\d.]+, )?rules;dur=\d+\.\d{3}, upstream;dur=\d+\.\d{3}/);
    expect(Number(/upstream;dur=([\d.]+)/.exec(told)?.[1])).toBeGreaterThan(75);
    expect(await timing('/open/slow', '192.0.2.1')).toContain('upstream;dur=');
    expect(await timing('/?a=deny', '10.0.0.7')).toMatch(/^head;dur=[\d.]+, .*rules;dur=/);
    expect(await timing('/own', '10.0.0.7')).toContain('head;dur=');
  });
});

describe('slow requests', () => {
  it('are kept with their stages, rules and headers', async () => {
    const { port: app } = await application();
    const gate = await startGate(app, {
      rules: `${RULES}\nSecRule ARGS:a "@rx ^x+$" "id:6,phase:2,pass,nolog"`,
      yaml: 'logs: { error: error.log, slow_requests: { threshold: 1 s, file: slow.json, time_rules: true } }',
    });
    await ask(gate.port, '/fast');
    const { headers } = await ask(gate.port, '/very-slow?a=b&password=secret', { headers: { range: 'bytes=0-1' } });
    await expect
      .poll(async () => (await adminOf(gate)('GET', '/slow-requests')).body)
      .toMatchObject({ requests: [{}] });
    const { body } = await adminOf(gate)('GET', '/slow-requests');
    expect(body).toMatchObject({
      requests: [
        {
          id: headers['x-request-id'],
          target: '/very-slow?a=b&password=******',
          decided_by: 'upstream',
          phases_us: [
            expect.any(Number),
            expect.any(Number),
            expect.any(Number),
            expect.any(Number),
            expect.any(Number),
          ],
          request_headers: { Range: 'bytes=0-1', Host: expect.stringContaining('127.0.0.1') },
        },
      ],
    });
    await gate.gateway.logs.flush();
    const lines = readFileSync(join(gate.folder, 'slow.json'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual((body as { requests: unknown[] }).requests);
  });

  it('are measured rule by rule only where that is wanted', async () => {
    const { port: app } = await application();
    const heavy =
      'SecRuleEngine On\nSecRequestBodyAccess On\nSecRule REQUEST_BODY "@rx (?:a|b)*c(?=d)" "id:7,phase:2,pass,nolog,t:none"';
    for (const timeRules of [true, false]) {
      const gate = await startGate(app, {
        rules: heavy,
        yaml: `logs: { error: error.log, slow_requests: { threshold: 1 ms, time_rules: ${timeRules} } }`,
      });
      await ask(
        gate.port,
        '/slow',
        { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'abc'.repeat(30_000),
      );
      await expect
        .poll(async () => (await adminOf(gate)('GET', '/slow-requests')).body)
        .toMatchObject({ requests: [{}] });
      const { body } = await adminOf(gate)('GET', '/slow-requests');
      const [entry] = (body as { requests: readonly Record<string, unknown>[] }).requests;
      if (timeRules) expect(entry).toMatchObject({ slowest_rules: [{ id: 7, us: expect.any(Number) }] });
      else expect(entry).not.toHaveProperty('slowest_rules');
    }
  });

  it('are shown by a command, those of all workers', async () => {
    const { port: app } = await application();
    const gate = await startWorkers(app, 2, {
      yaml: 'logs: { error: error.log, slow_requests: 50 ms }',
    });
    for (let count = 0; count < 4; count++) await ask(gate.port, `/slow?n=${count}`);
    await expect
      .poll(async () => (await runCommand(['slow', '--json', '--socket', gate.socket], gate.folder)).out, {
        timeout: 30_000,
      })
      .toContain('/slow?n=3');
    const { out, code } = await runCommand(['slow', '--last', '2', '--socket', gate.socket], gate.folder);
    expect(code).toBe(0);
    expect(out.match(/GET \/slow\?n=\d/g)).toEqual(['GET /slow?n=2', 'GET /slow?n=3']);
    expect(out).toMatch(/\d\.\d{3} ms +\d+\.\d{3} ms {2}upstream +upstream asked/);
    expect(out).toContain('Host: 127.0.0.1');
  });

  it('where none are kept, that is said', async () => {
    const { port: app } = await application();
    const gate = await startGate(app);
    expect(await adminOf(gate)('GET', '/slow-requests')).toMatchObject({
      status: 404,
      body: expect.stringContaining('logs.slow_requests.threshold'),
    });
    const { code, err } = await runCommand(['slow', '--last', '0'], testFolder());
    expect([code, err.split('\n')[0]]).toEqual([2, 'sallyport slow: --last takes a number from 1 on']);
  });
});
