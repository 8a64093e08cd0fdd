/** Both ends of the gate as bytes: a client that says how the connection ended, an upstream that keeps what it was sent. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { awaitSilence } from './silence.ts';

export interface Conversation {
  readonly received: string;
  /** The other side closed the connection, in one way or the other. */
  readonly isClosed: boolean;
}

/** For how long an answer may fail to begin, in milliseconds. How soon one begins on a busy machine says nothing about the gate. */
const PATIENCE = 20_000;

/**
 * Sends bytes and listens until the other side closes, or `silence` ms pass without another byte. Whoever sends something that is not
 * answered at all, and whose connection stays open, waits for long.
 */
export function converse(port: number, bytes: string, silence = 400): Promise<Conversation> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    let received = '';
    const done = (isClosed: boolean): void => {
      callOff();
      socket.destroy();
      resolve({ received, isClosed });
    };
    let callOff = awaitSilence(PATIENCE, () => done(false));
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      callOff();
      callOff = awaitSilence(silence, () => done(false));
    });
    socket.on('end', () => done(true));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return done(true);
      callOff();
      reject(error);
    });
  });
}

export interface ByteUpstream {
  readonly port: number;
  /** Complete requests, byte for byte but for the headers in which the gate speaks of itself and its connection. */
  requests(): readonly string[];
  /** The bytes of requests that never became complete. */
  unfinished(): string;
}

/** What the gate adds to every request; other tests look at these. */
const OWN = /^(?:x-forwarded-(?:for|host|port|proto)|forwarded|x-real-ip|x-request-id|connection): .*\r\n/gim;

/** Answers `ok` to everything. Reads framing naively: what the gate sends must not need more. */
export async function startByteUpstream(): Promise<ByteUpstream> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const pending = new Map<Socket, string>();
  const server = createServer((socket) => {
    sockets.add(socket);
    pending.set(socket, '');
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      let bytes = (pending.get(socket) ?? '') + chunk.toString('latin1');
      for (let length = lengthOfRequest(bytes); length !== undefined; length = lengthOfRequest(bytes)) {
        requests.push(bytes.slice(0, length).replace(OWN, ''));
        bytes = bytes.slice(length);
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
      pending.set(socket, bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    unfinished: () => [...pending.values()].join(''),
  };
}

function lengthOfRequest(bytes: string): number | undefined {
  const head = bytes.indexOf('\r\n\r\n') + 4;
  if (head < 4) return undefined;
  const fields = bytes.slice(0, head);
  if (/^transfer-encoding: chunked\r$/im.test(fields)) {
    const end = bytes.indexOf('0\r\n\r\n', head);
    return end < 0 ? undefined : end + 5;
  }
  const length = head + Number(/^content-length: (\d+)\r$/im.exec(fields)?.[1] ?? 0);
  return bytes.length < length ? undefined : length;
}
