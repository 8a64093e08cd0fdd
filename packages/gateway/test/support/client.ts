/** Clients that send exactly what they are told. */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { converse } from './raw.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A well-formed request through Node's client, on a connection of its own. */
export function ask(port: number, path: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers, rawHeaders } = response;
        resolve({ status, headers, rawHeaders, body: Buffer.concat(chunks).toString('latin1') });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends bytes and gives everything that comes back until the other side closes or `silence` ms pass without another byte. */
export async function talk(port: number, bytes: string, silence?: number): Promise<string> {
  return (await converse(port, bytes, silence)).received;
}

/** Status lines in what `talk` gave. */
export function statuses(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Resolves with what came so far once `wanted` is in it; rejects when the other side closes without. */
export function receive(socket: Socket, wanted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      if (!received.includes(wanted)) return;
      socket.off('data', onData).off('close', onClose);
      resolve(received);
    };
    const onClose = (): void =>
      reject(new Error(`closed without ${JSON.stringify(wanted)} in ${JSON.stringify(received)}`));
    socket.on('data', onData).on('close', onClose).on('error', onClose);
  });
}

/** Resolves when the other side has closed the connection. */
export function closed(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => {
    socket.on('error', () => {}).once('close', () => resolve());
  });
}
