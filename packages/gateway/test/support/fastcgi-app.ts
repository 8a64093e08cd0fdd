/** An application that speaks FastCGI as the test tells it to, protocol errors included. */
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testFolder } from './gate.ts';

export interface FastCgiRequest {
  readonly parameters: Readonly<Record<string, string>>;
  readonly keeps: boolean;
  /** Everything that came on STDIN, once that is over. */
  readonly body: string;
  readonly socket: Socket;
  /** Which connection of the application it came on, from 1. */
  readonly connection: number;
  stdout(text: string | Buffer): void;
  stderr(text: string): void;
  /** Ends the request; the connection too, unless it is kept. */
  end(protocolStatus?: number): void;
}

export interface FastCgiApp {
  /** As `upstreams.<name>.urls` takes it. */
  readonly url: string;
  readonly requests: readonly FastCgiRequest[];
  /** Connections made so far. */
  connections(): number;
}

/** A record as it goes over the wire. */
export function record(type: number, content: string | Buffer): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
  const header = Buffer.from([1, type, 0, 1, bytes.length >> 8, bytes.length & 0xff, 0, 0]);
  return Buffer.concat([header, bytes]);
}

/** Listens on a Unix socket. `reads: false`: answers before the body has come, and never reads it. */
export async function startFastCgiApp(
  answer: (request: FastCgiRequest) => void,
  options: { readonly reads?: boolean } = {},
): Promise<FastCgiApp> {
  const path = join(testFolder(), 'app.sock');
  const requests: FastCgiRequest[] = [];
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const connection = ++count;
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    let keeps = false;
    let parameters = Buffer.alloc(0);
    let body = '';
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 8) {
        const type = bytes[1] as number;
        const length = bytes.readUInt16BE(4);
        if (bytes.length < 8 + length) return;
        const content = bytes.subarray(8, 8 + length);
        bytes = bytes.subarray(8 + length);
        if (type === 1) {
          keeps = (content[2] as number) === 1;
          parameters = Buffer.alloc(0);
          body = '';
        } else if (type === 4) {
          parameters = Buffer.concat([parameters, content]);
          if (length === 0 && options.reads === false) begin();
        } else if (type === 5) {
          body += content.toString('latin1');
          if (length === 0 && options.reads !== false) begin();
        }
      }
    });
    const begin = (): void => {
      const request: FastCgiRequest = {
        parameters: readParameters(parameters),
        keeps,
        body,
        socket,
        connection,
        stdout: (text) => void socket.write(record(6, text)),
        stderr: (text) => void socket.write(record(7, text)),
        end(protocolStatus = 0) {
          socket.write(record(3, Buffer.from([0, 0, 0, 0, protocolStatus, 0, 0, 0])));
          if (!keeps) socket.end();
        },
      };
      requests.push(request);
      answer(request);
    };
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `fastcgi:unix:${path}`, requests, connections: () => count };
}

function readParameters(bytes: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  let at = 0;
  const length = (): number => {
    const first = bytes[at] as number;
    at += first < 0x80 ? 1 : 4;
    return first < 0x80 ? first : bytes.readUInt32BE(at - 4) - 0x80000000;
  };
  while (at < bytes.length) {
    const name = length();
    const value = length();
    found[bytes.toString('latin1', at, at + name)] = bytes.toString('latin1', at + name, at + name + value);
    at += name + value;
  }
  return found;
}
