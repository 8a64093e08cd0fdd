/**
 * Express behind the rule engine.
 *
 *     node --conditions=sallyport-source examples/express/server.ts
 *     curl 'http://127.0.0.1:8080/search?q=tea'                     200
 *     curl 'http://127.0.0.1:8080/search?q=<script>alert(1)'        403
 */
import type { Server } from 'node:http';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { type Decision, nodeFiles, protect } from '@sallyport/engine/node';
import express from 'express';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules.conf', import.meta.url))], files: nodeFiles });

export function start(port: number, log: (line: string) => void = console.log): Server {
  const app = express();
  // Whom Express believes about the client's address; `request.ip` follows it.
  app.set('trust proxy', 'loopback');
  app.use(
    protect(waf, {
      clientAddress: (request: express.Request) => request.ip ?? '',
      onDecision: (decision, request) => log(lineFor(decision, request)),
    }),
  );

  app.get('/search', (request, response) => {
    response.type('text/plain').send(`Nothing found for ${String(request.query['q'])}`);
  });
  app.post('/notes', express.json(), (request, response) => {
    response.status(201).json(request.body);
  });
  app.get('/broken', () => {
    throw new Error('Express shows this with its stack, and the rules keep it in');
  });

  return app.listen(port, '127.0.0.1');
}

function lineFor({ action, status, rule, matches }: Decision, request: express.Request): string {
  const reasons = matches.map((match) => match.message).join(', ');
  return `${request.method} ${request.originalUrl} ${action} ${status} ${rule === undefined ? '' : `${rule.id} ${reasons}`}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) start(Number(env['PORT'] ?? 8080));
