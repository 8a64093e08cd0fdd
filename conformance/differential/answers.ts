import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ResponseHead } from '../../packages/engine/src/contract.ts';

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What the application behind both sides says; a request names one of these in `X-Answer`. */
export const ANSWERS: readonly Answer[] = [
  { status: 200, reason: 'OK', headers: [['Content-Type', 'text/html']], body: '<html>admin select 1 from x</html>' },
  {
    status: 200,
    reason: 'OK',
    headers: [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-A', 'a'],
    ],
    body: '',
  },
  {
    status: 404,
    reason: 'Not Found',
    headers: [
      ['Content-Type', 'text/html'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ],
    body: 'missing\0\xff',
  },
  {
    status: 500,
    reason: 'Internal Server Error',
    headers: [['Content-Type', 'application/json']],
    body: '{"error":"ODBC"}',
  },
  { status: 200, reason: 'OK', headers: [['Content-Type', 'image/png']], body: 'a'.repeat(80) },
  {
    status: 302,
    reason: 'Found',
    headers: [
      ['Location', 'http://elsewhere.test/'],
      ['Content-Type', 'text/html'],
    ],
    body: 'x'.repeat(100),
  },
  { status: 200, reason: 'OK', headers: [], body: 'untyped' },
];

const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT';

export interface Application {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the application on a free port of the loopback interface. */
export async function startApplication(): Promise<Application> {
  const server = createServer({ insecureHTTPParser: true }, (request, response) => {
    const answer = ANSWERS[Number(request.headers['x-answer'] ?? 0)] ?? ANSWERS[0]!;
    request.resume().on('end', () => {
      const headers = headersOf(answer).flat();
      response.sendDate = false;
      response.writeHead(answer.status, answer.reason, headers);
      response.end(request.method === 'HEAD' ? '' : Buffer.from(answer.body, 'latin1'));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function headersOf({ headers, body }: Answer): readonly (readonly [string, string])[] {
  return [['Date', DATE], ['Server', 'application'], ...headers, ['Content-Length', String(body.length)]];
}

/** The head of an answer as a proxy passes it to rules. */
export function responseHeadOf(answer: Answer): ResponseHead {
  return { status: answer.status, reason: answer.reason, protocol: 'HTTP/1.1', headers: headersOf(answer) };
}
