/**
 * Koa behind the rule engine.
 *
 *     node --conditions=sallyport-source examples/koa/server.ts
 *     curl 'http://127.0.0.1:8080/search?q=tea'                     200
 *     curl 'http://127.0.0.1:8080/search?q=<script>alert(1)'        403
 */
import type { Server } from 'node:http';
import { argv, env } from 'node:process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { nodeFiles, protectKoa } from '@sallyport/engine/node';
import Koa from 'koa';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules.conf', import.meta.url))], files: nodeFiles });

export function start(port: number, log: (line: string) => void = console.log): Server {
  const app = new Koa({ proxy: false });
  app.use(
    protectKoa(waf, {
      clientAddress: (context: Koa.Context) => context.ip,
      onDecision: ({ action, status, rule }, { method, url }) =>
        log(`${method} ${url} ${action} ${status} ${rule?.id ?? ''}`),
    }),
  );

  app.use(async (context) => {
    if (context.path === '/search') {
      context.body = `Nothing found for ${String(context.query['q'])}`;
    } else if (context.path === '/notes' && context.method === 'POST') {
      context.status = 201;
      context.body = await json(context.req);
    } else if (context.path === '/broken') {
      context.body = new Error('a debugging aid that the rules keep in').stack;
    }
  });

  return app.listen(port, '127.0.0.1');
}

if (argv[1] === fileURLToPath(import.meta.url)) start(Number(env['PORT'] ?? 8080));
