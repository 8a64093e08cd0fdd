/** The least a proxy in Node can do: node:http in front, undici behind, headers copied, bodies passed on. No logs, no checks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const [, , port, upstreamPort] = process.argv;
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 128, pipelining: 1 });

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    const list = (controller.rawHeaders as Buffer[]).map((text) => text.toString('latin1'));
    for (let at = list.length - 2; at >= 0; at -= 2) {
      const name = list[at]?.toLowerCase();
      if (name === 'connection' || name === 'keep-alive' || name === 'transfer-encoding') list.splice(at, 2);
    }
    this.#response.writeHead(status, list);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#response.write(chunk);
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const headers: string[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? '';
    if (name.toLowerCase() !== 'connection') headers.push(name, request.rawHeaders[at + 1] ?? '');
  }
  const hasBody = request.method === 'POST';
  const options: Dispatcher.DispatchOptions = {
    method: request.method as Dispatcher.HttpMethod,
    path: request.url ?? '/',
    headers,
    body: hasBody ? request : null,
  };
  pool.dispatch(options, new Relay(response));
}

const server = createServer(forward);
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1');
