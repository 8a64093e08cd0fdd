/**
 * An application as a process of its own: `node backend-server.ts ADDRESS PORT` (0: any port). Says `listening PORT`, answers
 * `hello`, on `/bytes/N` N bytes, and on `/count` how many others it has answered. Bodies are read to their end first.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [address = '127.0.0.1', port = '0'] = process.argv.slice(2);
let count = 0;
const server = createServer((request, response) => {
  const { url = '/' } = request;
  if (url !== '/count') count++;
  const length = Number(/^\/bytes\/(\d+)$/.exec(url)?.[1] ?? 0);
  const body = length > 0 ? Buffer.alloc(length, 'x') : url === '/count' ? String(count) : 'hello';
  request.on('error', () => {});
  request.resume().on('end', () => response.end(body));
});
// Idle connections stay longer than the gate keeps them, so that this side never breaks one off.
server.keepAliveTimeout = 60_000;
server.listen(Number(port), address, () => console.log(`listening ${(server.address() as AddressInfo).port}`));
