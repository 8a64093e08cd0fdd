import type { IncomingMessage } from 'node:http';
import type { Ends } from '../adapter/connection.ts';
import type { HeaderList, RequestHead } from '../contract.ts';

/** The head as received: Node keeps names, values, order and repetitions in `rawHeaders`, one character per byte. */
export function requestHeadOf(request: IncomingMessage): RequestHead {
  const protocol = `HTTP/${request.httpVersion}`;
  const uri = originalUrl(request);
  return { method: request.method ?? '', uri, protocol, headers: pairs(request.rawHeaders) };
}

export function endsOf({ socket }: IncomingMessage): Ends {
  return {
    clientAddress: plainAddress(socket.remoteAddress),
    clientPort: socket.remotePort ?? 0,
    serverAddress: plainAddress(socket.localAddress),
    serverPort: socket.localPort ?? 0,
  };
}

/** Whether a body was announced; one of no bytes counts as none. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Names and values in turn, as pairs. */
export function pairs(list: readonly string[]): HeaderList {
  const headers: [name: string, value: string][] = [];
  for (let at = 0; at + 1 < list.length; at += 2) headers.push([list[at] ?? '', list[at + 1] ?? '']);
  return headers;
}

/** Express and Connect shorten `url` for what is mounted below a path; rules see what the client sent. */
function originalUrl(request: IncomingMessage): string {
  if ('originalUrl' in request && typeof request.originalUrl === 'string') return request.originalUrl;
  return request.url ?? '';
}

/** An IPv4 client of a socket that listens on IPv6 shows as `::ffff:192.0.2.1`. */
function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=[\d.]+$)/i, '') ?? '';
}
