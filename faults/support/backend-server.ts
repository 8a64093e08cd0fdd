/**
 * An application as a process of its own: `node backend-server.ts ADDRESS PORT` (0: any port). Says `listening PORT`, answers
 * `hello`, and on `/count` how many others it has answered.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [address = '127.0.0.1', port = '0'] = process.argv.slice(2);
let count = 0;
const server = createServer((request, response) => {
  if (request.url !== '/count') count++;
  response.end(request.url === '/count' ? String(count) : 'hello');
});
// Idle connections stay longer than the gate keeps them, so that this side never breaks one off.
server.keepAliveTimeout = 60_000;
server.listen(Number(port), address, () => console.log(`listening ${(server.address() as AddressInfo).port}`));
