import type { Duplex } from 'node:stream';

/**
 * Half-closes behind the answer and waits `linger` milliseconds for the client to close, so that a reset does not eat the answer (RFC 9112
 * §9.6). What it still sends is thrown away: a socket nobody reads never hears that the other side has gone.
 */
export function closeAfter(socket: Duplex, linger: number, answer = ''): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  if (answer === '') socket.end();
  else socket.end(answer);
  const timer = setTimeout(() => socket.destroy(), linger);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}
