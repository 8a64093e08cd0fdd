/** Routes that serve so much at once. Clients on 127.0.0.2 and so on are not on the list of those that never wait. */
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { type Answer, ask } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream, type TestUpstream } from './support/upstream.ts';

/** An application that answers when it is told to. */
async function startSlow(): Promise<{ upstream: TestUpstream; waiting: (() => void)[] }> {
  const waiting: (() => void)[] = [];
  const upstream = await startUpstream((_request, response) => void waiting.push(() => response.end('done')));
  return { upstream, waiting };
}

const as = (port: number, localAddress: string): Promise<Answer> => ask(port, '/', { localAddress });
const yaml = (traffic: string): string => `routes: [{ upstream: app, waf: "off", traffic: ${traffic} }]`;

it('more requests than places wait, and go on in turn', async () => {
  const { upstream, waiting } = await startSlow();
  const gate = await startGate(upstream.port, { yaml: yaml('{ requests: 2, queue: 1 }') });
  const first = [as(gate.port, '127.0.0.2'), as(gate.port, '127.0.0.3')];
  await expect.poll(() => waiting.length).toBe(2);
  const third = as(gate.port, '127.0.0.4');
  await wait(100);
  expect(waiting).toHaveLength(2);
  const fourth = await as(gate.port, '127.0.0.5');
  expect([fourth.status, fourth.headers['retry-after']]).toEqual([503, '1']);
  expect(await gate.errorLog()).toContain('SP1068');
  waiting[0]?.();
  await expect.poll(() => waiting.length).toBe(3);
  waiting[1]?.();
  waiting[2]?.();
  for (const answer of await Promise.all([...first, third])) expect(answer.status).toBe(200);
});

it('one client has its own share; who waits too long gets 503, who leaves gives up its place in line', async () => {
  const { upstream, waiting } = await startSlow();
  const gate = await startGate(upstream.port, { yaml: yaml('{ client_requests: 1, wait: 400 ms }') });
  const first = as(gate.port, '127.0.0.2');
  await expect.poll(() => waiting.length).toBe(1);
  const other = as(gate.port, '127.0.0.3');
  await expect.poll(() => waiting.length).toBe(2);
  const started = performance.now();
  expect((await as(gate.port, '127.0.0.2')).status).toBe(503);
  expect(performance.now() - started).toBeGreaterThan(350);
  for (const answer of waiting) answer();
  await Promise.all([first, other]);
  // Places are given back, those of clients that left as well.
  const gone = connect({ port: gate.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  gone.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(() => waiting.length).toBe(3);
  gone.destroy();
  await expect.poll(() => gate.accessLog()).toContain(' 499 ');
  const again = as(gate.port, '127.0.0.2');
  await expect.poll(() => waiting.length).toBe(4);
  for (const answer of waiting) answer();
  expect((await again).status).toBe(200);
});

it('requests that come too fast are delayed, not refused', async () => {
  const gate = await startGate((await startUpstream()).port, { yaml: yaml('{ client_per_second: 10 }') });
  const started = performance.now();
  const statuses: number[] = [];
  const fast = Array.from({ length: 20 }, () => as(gate.port, '127.0.0.2').then(({ status }) => statuses.push(status)));
  // Others are not delayed with them.
  expect((await as(gate.port, '127.0.0.3')).status).toBe(200);
  expect(statuses.length).toBeLessThan(20);
  await Promise.all(fast);
  expect(statuses.every((status) => status === 200)).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(900);
});

it('one client has a bandwidth of its own, for all it asks for together', async () => {
  const size = 600_000;
  const upstream = await startUpstream((_request, response) => response.end(Buffer.alloc(size, 'x')));
  const gate = await startGate(upstream.port, { yaml: yaml('{ client_bytes_per_second: 400 kB }') });
  const started = performance.now();
  const greedy = Promise.all([as(gate.port, '127.0.0.2'), as(gate.port, '127.0.0.2')]);
  await as(gate.port, '127.0.0.3');
  const alone = performance.now() - started;
  for (const { body } of await greedy) expect(body.length).toBe(size);
  const together = performance.now() - started;
  // The first second's worth comes at once: 200 kB are left for the one, 800 kB for the two.
  expect(together).toBeGreaterThan(1700);
  expect(alone).toBeLessThan(together);
});

it('answers are slowed down to the bandwidth of a route, and are whole', async () => {
  const size = 1_000_000;
  const upstream = await startUpstream((_request, response) => response.end(Buffer.alloc(size, 'x')));
  const gate = await startGate(upstream.port, { yaml: yaml('{ bytes_per_second: 400 kB }') });
  const started = performance.now();
  const answer = await as(gate.port, '127.0.0.2');
  expect(answer.body.length).toBe(size);
  const slowed = performance.now() - started;
  // The first second's worth comes at once.
  expect(slowed).toBeGreaterThan(1000);
  expect(slowed).toBeLessThan(10_000);
  const free = performance.now();
  expect((await as(gate.port, '127.0.0.1')).body.length).toBe(size);
  expect(performance.now() - free).toBeLessThan(slowed);
});
