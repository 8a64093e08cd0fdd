import { createServer, type Server, type Socket } from 'node:net';
import { sniffContentType } from './sniff-content-type.ts';

/**
 * The application behind a server under test: 200 with an empty body for everything, and for `POST /reflect` the answer
 * that the JSON body describes: `status`, `headers`, `body` or base64 `encodedBody`. It reads any method and target, which
 * Node's own HTTP server would not.
 */
export interface Backend {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a backend on a free port of the loopback interface. */
export function startBackend(): Promise<Backend> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function serve(socket: Socket): void {
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (let request = takeRequest(received); request !== undefined; request = takeRequest(received)) {
      received = received.slice(request.length);
      socket.write(Buffer.from(answer(request), 'latin1'));
      if (request.wantsClose) socket.end();
    }
  });
}

interface BackendRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly wantsClose: boolean;
  /** Bytes it took on the wire. */
  readonly length: number;
}

/** The first complete request in what was received. */
function takeRequest(received: string): BackendRequest | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...headers] = received.slice(0, end).split('\r\n');
  const header = (name: string): string | undefined =>
    headers
      .find((one) => one.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const [method = '', target = ''] = line.split(' ');
  const rest = received.slice(end + 4);
  const body =
    header('transfer-encoding') === undefined
      ? { text: rest.slice(0, Number(header('content-length') ?? 0)), length: Number(header('content-length') ?? 0) }
      : takeChunks(rest);
  if (body === undefined || rest.length < body.length) return undefined;
  const wantsClose = line.endsWith('/1.0') || header('connection')?.toLowerCase() === 'close';
  return { method, path: target.split('?')[0]!, body: body.text, wantsClose, length: end + 4 + body.length };
}

function takeChunks(rest: string): { text: string; length: number } | undefined {
  let text = '';
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return undefined;
    if (size === 0) {
      const end = rest.indexOf('\r\n\r\n', lineEnd - 2);
      return end < 0 ? undefined : { text, length: end + 4 };
    }
    text += rest.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
    if (at > rest.length) return undefined;
  }
}

function answer({ method, path, body }: BackendRequest): string {
  const isReflection = method === 'POST' && (path === '/reflect' || path.startsWith('/reflect/'));
  const { status, headers, body: text } = isReflection ? reflection(body) : { status: 200, headers: [], body: '' };
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  let head = `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Status'}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  if (!hasType && text !== '') head += `Content-Type: ${sniffContentType(text)}\r\n`;
  const hasNoBody = status < 200 || status === 204 || status === 304;
  if (!hasNoBody) head += `Content-Length: ${text.length}\r\n`;
  return `${head}\r\n${hasNoBody || method === 'HEAD' ? '' : text}`;
}

interface Reflection {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

function reflection(body: string): Reflection {
  let asked: unknown;
  try {
    asked = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
  } catch {
    return { status: 400, headers: [], body: 'Invalid JSON in request body' };
  }
  if (typeof asked !== 'object' || asked === null) return { status: 400, headers: [], body: 'Not a JSON object' };
  const member = (name: string): unknown => new Map(Object.entries(asked)).get(name);
  const status = member('status') ?? 200;
  const headers = member('headers');
  const text = member('body');
  const encoded = member('encodedBody');
  if (typeof status !== 'number' || (status !== 0 && (status < 100 || status >= 600))) {
    return { status: 400, headers: [], body: `Invalid status code: ${String(status)}` };
  }
  return {
    status: status === 0 ? 200 : status,
    headers: Object.entries(typeof headers === 'object' && headers !== null ? headers : {}).map(([name, value]) => [
      name,
      String(value),
    ]),
    body:
      typeof text === 'string' && text !== ''
        ? Buffer.from(text, 'utf8').toString('latin1')
        : typeof encoded === 'string'
          ? Buffer.from(encoded, 'base64').toString('latin1')
          : '',
  };
}
