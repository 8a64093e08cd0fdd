import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { letIn } from './entrance.ts';

const HEAD = 'GET / HTTP/1.1\r\nHost: gate.test\r\n\r\n';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A door, and for each connection a parser is made for what comes to it. */
async function open(isPlain = true): Promise<{ client: Socket; begun: string[]; silent: Set<Socket> }> {
  const begun: string[] = [];
  const silent = new Set<Socket>();
  const server = createServer();
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const at = begun.push('') - 1;
    socket.setEncoding('latin1').on('data', (text) => {
      begun[at] = `${begun[at]}${text}`;
    });
    socket.on('end', () => {
      begun[at] = `${begun[at]}(end)`;
      socket.end();
    });
  });
  letIn(server, { isPlain, silent }, () => true);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  ends.push(
    () => client.destroy(),
    () => server.close(),
  );
  await once(client, 'connect');
  await expect.poll(() => silent.size).toBe(1);
  return { client, begun, silent };
}

it.each([
  ['a head in pieces', ['GE', 'T / HTTP/1.1\r\nHost: ', 'gate.test\r\n', '\r\n']],
  ['a head whose last bytes come one by one', [HEAD.slice(0, -3), '\n', '\r', '\n']],
])('%s is handed on whole', async (_what, pieces) => {
  const { client, begun, silent } = await open();
  for (const piece of pieces) {
    expect(begun).toEqual([]);
    client.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  await expect.poll(() => begun).toEqual([HEAD]);
  expect(silent.size).toBe(0);
  client.write(HEAD);
  await expect.poll(() => begun).toEqual([HEAD + HEAD]);
});

it.each([
  ['a head', HEAD],
  ['heads in a row and half of one', `${HEAD}${HEAD}GET /`],
  ['a head with its body', `POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=\xe9`],
  ['what is no head', '\x16\x03\x01'],
  ['a head that begins oddly', 'GET  / HTTP/1.1\r\n'],
])('%s is handed on at once', async (_what, bytes) => {
  const { client, begun } = await open();
  client.write(bytes, 'latin1');
  await expect.poll(() => begun).toEqual([bytes]);
});

it.each([
  ['nothing', '', '(end)'],
  ['half a head', 'GET / HT', 'GET / HT(end)'],
])('an end behind %s is told', async (_what, bytes, told) => {
  const { client, begun } = await open();
  client.end(bytes);
  await expect.poll(() => begun).toEqual([told]);
});

it('half a head that is broken off leaves nothing behind', async () => {
  const { client, begun, silent } = await open();
  client.write('GET / HT');
  await new Promise((resolve) => setTimeout(resolve, 30));
  client.resetAndDestroy();
  await expect.poll(() => silent.size).toBe(0);
  expect(begun).toEqual([]);
});

it('of TLS the first byte is enough', async () => {
  const { client, begun } = await open(false);
  client.write('G');
  await expect.poll(() => begun).toEqual(['G']);
});
