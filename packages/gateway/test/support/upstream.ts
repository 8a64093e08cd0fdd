/** Applications to stand behind the gate. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestUpstream {
  readonly port: number;
  /** Requests that reached it, in order. */
  readonly seen: SeenRequest[];
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  body: string;
  trailers: IncomingMessage['trailers'];
}

type Handler = (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => void;

const hello: Handler = (_request, response) => {
  response.end('hello');
};

/** Answers once the request is complete; `hello` when no handler is given. */
export async function startUpstream(handler: Handler = hello): Promise<TestUpstream> {
  const seen: SeenRequest[] = [];
  return listen(
    seen,
    createServer((request, response) => {
      const one = note(seen, request);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      request.on('end', () => {
        one.body = Buffer.concat(chunks).toString('latin1');
        one.trailers = request.trailers;
        handler(request, response, one);
      });
    }),
  );
}

/** Answers as soon as the head has come; the handler reads the body, or does not. */
export async function startEagerUpstream(handler: Handler): Promise<TestUpstream> {
  const seen: SeenRequest[] = [];
  return listen(
    seen,
    createServer((request, response) => {
      request.on('error', () => {});
      handler(request, response, note(seen, request));
    }),
  );
}

/** Speaks whatever the handler writes; for answers no honest server would give. */
export async function startRawUpstream(handler: (socket: Socket, received: string) => void): Promise<TestUpstream> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      handler(socket, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen: [] };
}

function note(seen: SeenRequest[], request: IncomingMessage): SeenRequest {
  const { method = '', url = '', rawHeaders, headers } = request;
  const one: SeenRequest = { method, url, rawHeaders, headers, body: '', trailers: {} };
  seen.push(one);
  return one;
}

async function listen(seen: SeenRequest[], server: ReturnType<typeof createServer>): Promise<TestUpstream> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

/** A port nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
