/** The application behind the gate, in this process. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Application {
  readonly port: number;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Says `hello`, or what the handler says. Bodies are read to their end first. */
export async function startApplication(
  handler: Handler = (_request, response) => response.end('hello'),
): Promise<Application> {
  const server = createServer((request, response) => {
    request.on('error', () => {});
    request.resume().on('end', () => handler(request, response));
  });
  // Idle connections stay longer than the gate keeps them, so that this side never breaks one off.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
