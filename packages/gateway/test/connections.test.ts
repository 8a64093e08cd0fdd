/** Limits of connections of one address, as the rules set them. */
import { expect, it } from 'vitest';
import { ask, closed, open, receive } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream } from './support/upstream.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

it('more connections that only read are closed', async () => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, { rules: 'SecConnEngine On\nSecConnReadStateLimit 2\n' });
  const first = await open(gate.port);
  const second = await open(gate.port);
  second.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
  await wait(100);
  await closed(await open(gate.port));
  expect(await gate.errorLog()).toContain('3 connections of 127.0.0.1 are reading, and 2 may be; closed');
  // One that has its answer reads no more.
  first.write(REQUEST);
  await receive(first, 'hello');
  await wait(50);
  expect((await ask(gate.port, '/')).status).toBe(200);
  second.write('cde');
  await receive(second, 'hello');
  first.destroy();
  second.destroy();
});

it('so are more that are being answered', async () => {
  const waiting: (() => void)[] = [];
  const upstream = await startUpstream((_request, response) => void waiting.push(() => response.end('late')));
  const gate = await startGate(upstream.port, {
    rules: 'SecRuleEngine On\nSecConnEngine On\nSecConnWriteStateLimit 1 "@ipMatch 127.0.0.0/8"\n',
  });
  const sockets = [await open(gate.port), await open(gate.port)];
  for (const socket of sockets) socket.write(REQUEST);
  await expect.poll(() => waiting.length).toBe(2);
  await closed(await open(gate.port));
  expect(await gate.errorLog()).toContain('2 connections of 127.0.0.1 are writing, and 1 may be; closed');
  const answers = sockets.map((socket) => receive(socket, 'late'));
  for (const answer of waiting) answer();
  await Promise.all(answers);
  for (const socket of sockets) socket.destroy();
});

it.each([
  ['that are only watched', 'SecConnEngine DetectionOnly\nSecConnReadStateLimit 1\n', true],
  ['of addresses that are left out', 'SecConnEngine On\nSecConnReadStateLimit 1 "!@ipMatch 127.0.0.1"\n', false],
  ['while limits are off', 'SecConnReadStateLimit 1\n', false],
])('connections %s stay', async (_name, rules, isLogged) => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, { rules });
  const idle = [await open(gate.port), await open(gate.port)];
  expect((await ask(gate.port, '/')).status).toBe(200);
  expect((await gate.errorLog()).includes('would be closed')).toBe(isLogged);
  for (const socket of idle) socket.destroy();
});
