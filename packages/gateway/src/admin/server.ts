/** The admin API: HTTP with JSON on a Unix socket that only its owner can open. */
import { chmodSync, lstatSync, renameSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from '../node-http.ts';
import type { Control } from './control.ts';
import { type AdminAnswer, AdminError, type Endpoint, findEndpoint } from './endpoint.ts';

export interface AdminServer {
  readonly path: string;
  close(): Promise<void>;
}

const MAX_BODY = 1 << 20;
const MAX_HEAD = 16 << 10;
const TIME_TO_ASK = 10_000;
/** `sun_path` of a socket address on Linux, less the final NUL. */
const MAX_PATH = 107;

/**
 * Opens the socket with mode 0600. It is made beside its place and moved there, so that a gate that takes over from another one
 * leaves no moment without a socket. Rejects when the folder cannot be written or the path is too long.
 */
export async function openAdminServer(
  path: string,
  control: Control,
  endpoints: readonly Endpoint[],
): Promise<AdminServer> {
  const temporary = `${path}.${process.pid}`;
  if (Buffer.byteLength(temporary) > MAX_PATH) {
    throw new Error(`the path of the control socket is longer than ${MAX_PATH} bytes: ${temporary}; choose a run_dir`);
  }
  const server = createServer({ requestTimeout: TIME_TO_ASK, maxHeaderSize: MAX_HEAD }, (request, response) => {
    void answer(request, response, control, endpoints);
  });
  rmSync(temporary, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(temporary, () => resolve());
  });
  chmodSync(temporary, 0o600);
  const { ino } = lstatSync(temporary);
  renameSync(temporary, path);
  // A control socket alone keeps no gate alive.
  server.unref();
  return {
    path,
    async close() {
      if (inodeOf(path) === ino) rmSync(path, { force: true });
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

/** Never rejects. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  control: Control,
  endpoints: readonly Endpoint[],
): Promise<void> {
  let result: AdminAnswer;
  try {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const found = url === null ? 404 : findEndpoint(endpoints, request.method ?? '', url.pathname);
    if (typeof found === 'number' || url === null) {
      throw new AdminError(found as number, `there is no ${request.method} ${request.url} here`);
    }
    const body = await readJson(request);
    result = await found.endpoint.handle({ parameters: found.parameters, query: url.searchParams, body }, control);
  } catch (cause) {
    const status = cause instanceof AdminError ? cause.status : 500;
    result = { status, body: { error: cause instanceof Error ? cause.message : String(cause) } };
  }
  const isText = typeof result.body === 'string';
  response.writeHead(result.status, {
    'Content-Type': result.contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json'),
  });
  response.end(isText ? result.body : `${JSON.stringify(result.body ?? null)}\n`);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY) throw new AdminError(413, `a body may have ${MAX_BODY} bytes`);
    chunks.push(chunk as Buffer);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AdminError(400, `the body is not JSON: ${(cause as Error).message}`);
  }
}
