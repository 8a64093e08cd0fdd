import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { protectFastify } from '../../src/fastify/index.ts';
import { testWaf, WAITING } from './rules.ts';

let app: FastifyInstance;

afterEach(() => app.close());

async function build(rules = ''): Promise<void> {
  app = Fastify();
  await app.register(protectFastify(testWaf(rules)));
  app.post('/notes', (request, reply) => reply.send(request.body));
  app.post('/raw', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/plain' }).end('password=1');
  });
}

// `inject` puts objects of its own in the place of Node's, so that applications can be tested without a socket.
it.each(['', WAITING])('works with inject (%#)', async (rules) => {
  await build(rules);
  const post = (payload: object): Promise<{ statusCode: number; body: string }> =>
    app.inject({ method: 'POST', url: '/notes', payload });
  expect(await post({ a: 'b' })).toMatchObject({ statusCode: 200, body: '{"a":"b"}' });
  expect((await post({ a: '<script' })).statusCode).toBe(403);
  expect((await app.inject('/missing?q=<script')).statusCode).toBe(403);
  expect((await app.inject('/missing')).statusCode).toBe(404);
});

it('does not let a hijacked reply around the rules', async () => {
  await build();
  expect((await app.inject({ method: 'POST', url: '/raw' })).statusCode).toBe(502);
});

it('leaves a request to whoever answers before its body is read', async () => {
  app = Fastify();
  await app.register(protectFastify(testWaf()));
  app.addHook('onRequest', async (_request, reply) => reply.code(401).send({ error: 'who are you?' }));
  app.post('/notes', (request, reply) => reply.send(request.body));
  expect((await app.inject({ method: 'POST', url: '/notes', payload: { a: '<script' } })).statusCode).toBe(401);
});
