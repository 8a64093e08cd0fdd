/** Connections to applications: certificates both ways, kept connections that speak out of turn. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../src/index.ts';
import { makeCertificate } from './support/certificate.ts';
import { ask, open, receive } from './support/client.ts';
import { startGate, testFolder } from './support/gate.ts';
import { startRawUpstream } from './support/upstream.ts';

describe('certificates', () => {
  it('one of our own is shown, and the name that is asked for can be chosen', async () => {
    const folder = testFolder();
    const app = makeCertificate(folder, 'app.test');
    const client = makeCertificate(folder, 'gate.test');
    const server = createServer(
      {
        cert: readFileSync(app.cert),
        key: readFileSync(app.key),
        ca: readFileSync(client.cert),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (request, response) => {
        const socket = request.socket as TLSSocket & { readonly servername?: string };
        response.end(`${socket.getPeerCertificate().subject.CN} asks ${socket.servername}`);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const asked = async (tls: string): Promise<string> => {
      const gate = await startGate(0, {
        yaml: `upstreams: { app: { urls: "https://127.0.0.1:${port}", tls: { ca: ${app.cert}, ${tls} } } }`,
      });
      const { status, body } = await ask(gate.port, '/', { headers: { host: 'elsewhere.test' } });
      return status === 200 ? body : String(status);
    };
    expect(await asked(`certificate: ${client.cert}, key: ${client.key}, server_name: app.test`)).toBe(
      'gate.test asks app.test',
    );
    expect(await asked('server_name: app.test')).toBe('502');
    expect(await asked(`certificate: ${client.cert}, key: ${client.key}, server_name: other.test`)).toBe('502');
  });
});

describe('bytes that nobody asked for on a kept connection', () => {
  const answer = (text: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

  it.each([
    ['a whole answer', answer('poison')],
    ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoi'],
    ['anything', 'poison\r\n\r\n'],
  ])('%s: the connection is thrown away, and nobody gets them', async (_name, bytes) => {
    const sockets: Socket[] = [];
    const upstream = await startRawUpstream((socket) => {
      sockets.push(socket);
      socket.write(answer('real'));
      setTimeout(() => socket.writable && socket.write(bytes), 30);
    });
    const gate = await startGate(upstream.port);
    for (let round = 0; round < 4; round++) {
      expect(await ask(gate.port, '/')).toMatchObject({ status: 200, body: 'real' });
      await wait(100);
    }
    expect(new Set(sockets).size).toBe(4);
  });
});

it('an open WebSocket takes no place of a request', async () => {
  const upstream = await startRawUpstream((socket, received) => {
    if (received.includes('Upgrade') || received.includes('upgrade'))
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const gate = await startGate(upstream.port, {
    yaml: `upstreams: { app: { urls: "http://127.0.0.1:${upstream.port}", connections: 1 } }\nlimits: { upstream_queue: 0 }`,
  });
  const client = await open(gate.port);
  onTestFinished(() => void client.destroy());
  client.write(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await receive(client, '101 Switching Protocols');
  expect(gate.gateway.upstream('app')?.addresses).toMatchObject([{ pending: 0, isServing: true, breaker: 'closed' }]);
  expect((await ask(gate.port, '/')).body).toBe('ok');
});

it.each([
  ['urls: ["http://a", "http://a:80/"]', 'http://a is listed twice'],
  ['urls: []', 'an upstream needs an address'],
  ['urls: "unix:run/app.sock"', '"unix:run/app.sock" is not a socket; write for example unix:/run/app.sock'],
  ['urls: "http://a", hash_by: header', '"header" is not address, uri, header:NAME or cookie:NAME'],
  ['urls: "http://a", sticky: { secret: short }', 'the secret needs 16 characters or more'],
  ['urls: "http://a", sticky: {}', 'missing key "secret"'],
  ['urls: "http://a", sticky: { secret: 0123456789abcdef, cookie: "a b" }', '"a b" is not the name of a cookie'],
  ['urls: "http://a", breaker: { status: 600 }', '"600" is not a status or a range such as 500-599'],
  ['urls: "http://a", health: { status: 300-200 }', '"300-200" ends before it begins'],
  ['urls: "http://a", resolve: { servers: ns.test }', '"ns.test" is not an IP address with an optional port'],
])('upstreams: %s: %s', (written, message) => {
  const { mistakes } = parseConfig(`upstreams: { app: { ${written} } }`, 'gate.yaml', {});
  expect(mistakes.map((one) => one.message)).toEqual([message]);
});
