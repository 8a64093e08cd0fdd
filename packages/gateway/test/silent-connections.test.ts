/** Connections nothing is set up for until there is a head, or under TLS a byte: they are counted, timed and closed as any other. */
import { connect as connectSecure } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { closed, open, receive } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startSecureGate } from './support/secure-gate.ts';
import { startUpstream } from './support/upstream.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: gate.test\r\n\r\n';
const SHORT = 'slow_clients: { header: { time: 300 ms }, handshake: { time: 300 ms } }';

describe.each([
  ['plain', startGate],
  ['under TLS', startSecureGate],
] as const)('a silent connection, %s', (_name, start) => {
  it('ends with its time', async () => {
    const gate = await start((await startUpstream()).port, { yaml: SHORT });
    await closed(await open(gate.port));
  });

  it('ends when the client ends it', async () => {
    const gate = await start((await startUpstream()).port);
    const socket = await open(gate.port);
    socket.end();
    await closed(socket);
  });

  it('does not hold up the end of its listener', async () => {
    const gate = await start((await startUpstream()).port);
    const socket = await open(gate.port);
    const { config } = gate.gateway;
    expect(config.timeouts.drain).toBeGreaterThan(20_000);
    await gate.gateway.reload({
      ...config,
      listeners: config.listeners.map((one) => ({ ...one, address: '127.0.0.2' })),
    });
    await closed(socket);
  });

  it('may be broken off', async () => {
    const gate = await start((await startUpstream()).port);
    for (let times = 0; times < 3; times++) (await open(gate.port)).resetAndDestroy();
    const socket = await open(gate.port);
    socket.end();
    await closed(socket);
  });
});

it('a request may come late, in pieces and with another behind it', async () => {
  const gate = await startGate((await startUpstream()).port);
  const socket = await open(gate.port);
  for (const piece of ['G', 'ET / HT', `TP/1.1\r\nHost: gate.test\r\n\r\n${REQUEST}`]) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(piece);
  }
  expect((await receive(socket, 'hello')).match(/HTTP\/1\.1 200/g)?.length).toBeGreaterThan(0);
  socket.destroy();
});

it('a handshake may come late', async () => {
  const gate = await startSecureGate((await startUpstream()).port);
  const transport = await open(gate.port);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const socket = connectSecure({ socket: transport, rejectUnauthorized: false, servername: 'gate.test' });
  socket.write(REQUEST);
  await receive(socket, 'hello');
  socket.destroy();
});

describe('half a head', () => {
  const HALF = REQUEST.slice(0, 30);

  it('is answered when its time is over', async () => {
    const gate = await startGate((await startUpstream()).port, { yaml: SHORT });
    const socket = await open(gate.port);
    socket.write(HALF);
    expect(await receive(socket, 'HTTP/1.1 408')).toContain('Connection: close');
    await closed(socket);
  });

  it('has its time, when the listener is to end, and its request an answer', async () => {
    const gate = await startGate((await startUpstream()).port);
    const socket = await open(gate.port);
    socket.write(HALF);
    const { config } = gate.gateway;
    await gate.gateway.reload({
      ...config,
      listeners: config.listeners.map((one) => ({ ...one, address: '127.0.0.2' })),
    });
    // More than the time between two looks for idle connections.
    await new Promise((resolve) => setTimeout(resolve, 600));
    socket.write(REQUEST.slice(30));
    await receive(socket, 'hello');
    await closed(socket);
  });

  it('is refused at once when it is none', async () => {
    const gate = await startGate((await startUpstream()).port);
    const socket = await open(gate.port);
    socket.write('GET / HTTP/1.1\r\nHost gate.test\r\n');
    await receive(socket, 'HTTP/1.1 400');
    socket.destroy();
  });

  it('is refused when the client ends it', async () => {
    const gate = await startGate((await startUpstream()).port);
    const socket = await open(gate.port);
    socket.end(HALF);
    await receive(socket, 'HTTP/1.1 400');
    await closed(socket);
  });
});
