import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

/** What the application behind both servers can say; nothing that makes Apache close the connection (400, 500, 503 …). */
export const ANSWERS: readonly Answer[] = [
  { status: 200, headers: ['Content-Type', 'text/html; charset=utf-8', 'X-Answer', 'plain'], body: 'hello' },
  { status: 200, headers: ['Content-Type', 'text/plain', 'X-Twice', 'one', 'X-Twice', 'two'], body: 'x'.repeat(5000) },
  { status: 200, headers: ['Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b="2"', 'Content-Type', 'a/b ; c=d'], body: '' },
  { status: 204, headers: ['X-Answer', 'q"u\\o\xe9'], body: '' },
  { status: 301, headers: ['Location', 'https://elsewhere.test/a%20b', 'Content-Type', 'text/html'], body: 'moved' },
  { status: 302, headers: ['Location', '/relative', 'Cache-Control', 'no-store'], body: '' },
  { status: 304, headers: ['ETag', '"abc"'], body: '' },
  { status: 403, headers: ['Content-Type', 'application/json', 'X-Answer', 'tab\there'], body: '{"no":1}' },
  { status: 404, headers: ['Content-Type', 'text/html'], body: 'not here' },
  { status: 502, headers: ['Content-Type', 'text/plain'], body: 'broken' },
  { status: 410, headers: ['Retry-After', '1', 'ETag', 'W/"x"'], body: 'later' },
];

export interface Application {
  readonly port: number;
  close(): void;
}

/** Answers with what `X-Choose` names, once the request is complete. */
export async function startApplication(): Promise<Application> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const { status, headers, body } = ANSWERS[Number(request.headers['x-choose'])] ?? (ANSWERS[0] as Answer);
      const bytes = Buffer.from(body, 'latin1');
      const hasBody = status !== 204 && status !== 304;
      response.writeHead(status, [...headers, ...(hasBody ? ['Content-Length', String(bytes.length)] : [])]);
      response.end(hasBody && request.method !== 'HEAD' ? bytes : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
