/**
 * Hono behind the rule engine, through plain `Request` and `Response`. Here it runs on Node; `handle` is the same function on
 * Deno, Bun, Next.js or an edge platform.
 *
 *     node --conditions=sallyport-source examples/fetch-hono/server.ts
 *     curl 'http://127.0.0.1:8080/search?q=tea'                     200
 *     curl 'http://127.0.0.1:8080/search?q=<script>alert(1)'        403
 */
import type { Server } from 'node:http';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type HttpBindings, serve } from '@hono/node-server';
import { createWaf } from '@sallyport/engine';
import { protectFetch } from '@sallyport/engine/fetch';
import { nodeFiles } from '@sallyport/engine/node';
import { Hono } from 'hono';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules.conf', import.meta.url))], files: nodeFiles });

export function start(port: number, log: (line: string) => void = console.log): Server {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/search', (context) => context.text(`Nothing found for ${context.req.query('q')}`));
  app.post('/notes', async (context) => context.json(await context.req.json(), 201));
  app.get('/broken', (context) => context.text(String(new Error('a debugging aid that the rules keep in').stack)));

  const handle = protectFetch(waf, (request: Request, bindings: HttpBindings) => app.fetch(request, bindings), {
    clientAddress: (_request, { incoming }) => incoming.socket.remoteAddress ?? '',
    onDecision: ({ action, status, rule }, { method, url }) =>
      log(`${method} ${url} ${action} ${status} ${rule?.id ?? ''}`),
  });
  return serve({
    fetch: (request, bindings) => handle(request, bindings as HttpBindings),
    port,
    hostname: '127.0.0.1',
  }) as Server;
}

if (argv[1] === fileURLToPath(import.meta.url)) start(Number(env['PORT'] ?? 8080));
