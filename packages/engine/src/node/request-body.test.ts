import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Inspection } from '../adapter/inspection.ts';
import { createWaf } from '../index.ts';
import { inspectRequestBody } from './request-body.ts';

const waf = createWaf({ rules: [{ file: 'a.conf', text: 'SecRuleEngine On\nSecRequestBodyAccess On' }] });
const ends = { id: '1', clientAddress: '', clientPort: 0, serverAddress: '', serverPort: 0 };
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The body that arrives after inspection was asked for in the same tick, while the parser is still at work on the packet. */
async function bodyAfterInspection(head: string, ...packets: readonly string[]): Promise<string> {
  const listening = createServer().listen(0, '127.0.0.1');
  server = listening;
  const seen = new Promise<string>((resolve, reject) => {
    listening.on('request', (request: IncomingMessage) => {
      const inspection = new Inspection(waf, {}, request);
      void inspection.requestHead(
        () => ends,
        () => ({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers: [] }),
      );
      inspectRequestBody(request, inspection).then((verdict) => {
        // Whatever the stream is still about to say, it says now.
        setImmediate(() => {
          let body = `${verdict}:`;
          request.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          request.on('end', () => resolve(body));
        });
      }, reject);
    });
  });
  await once(listening, 'listening');
  const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n${packets[0]}`);
  for (const packet of packets.slice(1)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write(packet);
  }
  return seen;
}

it.each([
  ['nothing, in the packet of the head', 'Transfer-Encoding: chunked', ['0\r\n\r\n'], 'undefined:'],
  ['nothing, in a later packet', 'Transfer-Encoding: chunked', ['', '0\r\n\r\n'], 'undefined:'],
  ['a chunk in the packet of the head', 'Transfer-Encoding: chunked', ['1\r\na\r\n0\r\n\r\n'], 'undefined:a'],
  ['an end on its own', 'Transfer-Encoding: chunked', ['1\r\na\r\n', '1\r\nb\r\n', '0\r\n\r\n'], 'undefined:ab'],
  ['a length in one packet', 'Content-Length: 3', ['abc'], 'undefined:abc'],
  ['a length in two packets', 'Content-Length: 3', ['a', 'bc'], 'undefined:abc'],
])('puts back %s', async (_name, head, packets, body) => {
  expect(await bodyAfterInspection(head, ...packets)).toBe(body);
});
