/**
 * Fastify behind the rule engine.
 *
 *     node --conditions=sallyport-source examples/fastify/server.ts
 *     curl 'http://127.0.0.1:8080/search?q=tea'                     200
 *     curl 'http://127.0.0.1:8080/search?q=<script>alert(1)'        403
 */
import type { Server } from 'node:http';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { protectFastify } from '@sallyport/engine/fastify';
import { nodeFiles } from '@sallyport/engine/node';
import Fastify, { type FastifyRequest } from 'fastify';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules.conf', import.meta.url))], files: nodeFiles });

export async function start(port: number, log: (line: string) => void = console.log): Promise<Server> {
  const app = Fastify({ trustProxy: 'loopback' });
  await app.register(
    protectFastify(waf, {
      clientAddress: (request: FastifyRequest) => request.ip,
      transactionId: (request) => request.id,
      onDecision: ({ action, status, rule }, { method, url }) =>
        log(`${method} ${url} ${action} ${status} ${rule?.id ?? ''}`),
    }),
  );

  app.get<{ Querystring: { q: string } }>('/search', async (request, reply) => {
    return reply.type('text/plain').send(`Nothing found for ${request.query.q}`);
  });
  app.post('/notes', async (request, reply) => reply.code(201).send(request.body));
  app.get('/broken', async () => new Error('a debugging aid that the rules keep in').stack);

  await app.listen({ port, host: '127.0.0.1' });
  return app.server;
}

if (argv[1] === fileURLToPath(import.meta.url)) await start(Number(env['PORT'] ?? 8080));
