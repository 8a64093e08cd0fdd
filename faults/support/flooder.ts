/**
 * Opens connections in masses and keeps them, in a process of its own:
 *
 *     node flooder.ts PORT COUNT PER_SECOND ADDRESSES BYTES
 *
 * ADDRESSES: how many addresses of this machine they come from. BYTES: how much of a request head each sends, 0 to 16. Says `done`
 * with the numbers when all have been tried, and ends with its standard input.
 */
import { connect, type Socket } from 'node:net';

const [port = 0, count = 0, perSecond = 0, addresses = 1, bytes = 0] = process.argv.slice(2).map(Number);
const HEAD = 'GET / HTTP/1.1\r\n'.slice(0, bytes);

const held = new Set<Socket>();
let tried = 0;
let connected = 0;
let refused = 0;
let closed = 0;

/** 127.1.0.0 and those behind it. */
function addressOf(at: number): string {
  const number = at % addresses;
  return `127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

function open(at: number): void {
  tried++;
  let isConnected = false;
  const socket = connect({ port, host: '127.0.0.1', localAddress: addressOf(at) }, () => {
    connected++;
    isConnected = true;
    held.add(socket);
    if (HEAD !== '') socket.write(HEAD);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    held.delete(socket);
    if (isConnected) closed++;
    else refused++;
  });
  socket.resume();
}

/** When all have been tried and nothing has changed for a second. */
function tellWhenDone(): void {
  let before = '';
  const settling = setInterval(() => {
    const numbers = JSON.stringify({ tried, connected, refused, closed, held: held.size });
    if (numbers !== before) {
      before = numbers;
      return;
    }
    clearInterval(settling);
    console.log(`done ${numbers}`);
  }, 1000);
}

const started = performance.now();
const timer = setInterval(() => {
  const due = Math.min(count, Math.floor(((performance.now() - started) * perSecond) / 1000));
  while (tried < due) open(tried);
  if (tried < count) return;
  clearInterval(timer);
  tellWhenDone();
}, 5);

process.stdin.resume().on('end', () => process.exit(0));
