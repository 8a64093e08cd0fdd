/** A client that hides nothing: one request over a socket, the answer as it came. */
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A list is sent chunked, one piece after the other. */
  readonly body?: string | Buffer | readonly Buffer[];
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

export function exchange(port: number, { method = 'GET', path, headers, body, agent }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, ...(agent && { agent }) });
    outgoing.on('error', reject).on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject).on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          trailers: incoming.trailers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    if (typeof body === 'string' || Buffer.isBuffer(body))
      outgoing.setHeader('content-length', Buffer.byteLength(body));
    for (const piece of Array.isArray(body) ? (body as readonly Buffer[]) : []) outgoing.write(piece);
    outgoing.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : undefined);
  });
}
