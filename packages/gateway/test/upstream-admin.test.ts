import { expect, it } from 'vitest';
import { askGate } from '../src/admin/client.ts';
import { adminOf } from './support/admin.ts';
import { ask } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

it('takes an address of an upstream out of service and back', async () => {
  const [one, two] = [await startUpstream(), await startUpstream()];
  const first = `http://127.0.0.1:${one.port}`;
  const gate = await startGate(one.port, {
    yaml: `upstreams: { app: { urls: ["${first}", "http://127.0.0.1:${two.port}"] } }`,
  });
  const admin = adminOf(gate);
  const six = async (): Promise<void> => {
    for (let index = 0; index < 6; index++) await ask(gate.port, '/');
  };
  await six();
  expect([one.seen.length, two.seen.length]).toEqual([3, 3]);
  expect((await admin('PUT', '/upstreams/app/address', { url: first, state: 'drain' })).status).toBe(200);
  await six();
  expect([one.seen.length, two.seen.length]).toEqual([3, 9]);
  expect(JSON.stringify((await admin('GET', '/upstreams')).body)).toContain('"state":"drain"');
  await admin('PUT', '/upstreams/app/address', { url: first, state: 'up' });
  expect(JSON.stringify((await admin('GET', '/upstreams')).body)).not.toContain('"state":"drain"');
});

it.each<[string, unknown, number, RegExp]>([
  ['app', { url: 'http://nowhere', state: 'drain' }, 404, /no upstream has the address http:\/\/nowhere/],
  ['app', { url: 'URL', state: 'gone' }, 400, /"state" of up, drain, down/],
  ['none', { url: 'URL', state: 'down' }, 404, /there is no upstream none/],
])('refuses %s %j', async (name, body, status, message) => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port);
  const written = JSON.parse(JSON.stringify(body).replace('URL', `http://127.0.0.1:${upstream.port}`)) as unknown;
  const answer = await adminOf(gate)('PUT', `/upstreams/${name}/address`, written);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatch(message);
});

it('reaches a worker too that was starting when it was ordered', async () => {
  const upstream = await startUpstream();
  const url = `http://127.0.0.1:${upstream.port}`;
  const gate = await startWorkers(upstream.port, 2);
  const [first] = await gate.workers('serving');
  process.kill(first?.pid ?? 0, 'SIGKILL');
  while ((await gate.workers('starting')).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const { status } = await askGate(gate.socket, 'PUT', '/upstreams/app/address', { url, state: 'drain' });
  expect(status).toBe(200);
  expect((await gate.workers('starting')).length).toBe(1);
  while ((await gate.workers('serving')).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  // A worker is told right after it has said that it serves.
  let seen = '';
  while (seen.match(/"state":"drain"/g)?.length !== 2) {
    seen = JSON.stringify((await askGate(gate.socket, 'GET', '/upstreams')).body);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
