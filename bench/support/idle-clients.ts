/** Connections that have asked once and are kept alive: `node idle-clients.ts PORT COUNT`. Says `ready`, and holds them until it is ended. */
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number) as [number, number];
/** Opened at a time. */
const AT_ONCE = 100;

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    socket.once('data', () => resolve());
    socket.on('error', reject).on('close', () => reject(new Error('an idle connection was closed')));
  });
}

for (let opened = 0; opened < count; opened += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, ask));
}
console.log('ready');
