/** The same application in every framework, behind the engine. The adapters are the only thing that differs in the tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import type { ProtectOptions } from '../../src/adapter/options.ts';
import { protectFastify } from '../../src/fastify/index.ts';
import { protectFetch } from '../../src/fetch/index.ts';
import type { Waf } from '../../src/index.ts';
import { guard, protect, protectKoa } from '../../src/node/index.ts';

/** What the tests and the application say to each other besides HTTP. */
export interface Stage {
  /** Paths whose handler was entered. */
  readonly entered: string[];
  /** `/stream` sends its second half when this settles. */
  secondHalf: Promise<void>;
}

/** Options that mean the same in every adapter. */
export type SharedOptions = ProtectOptions<unknown>;

export interface App {
  readonly port: number;
  close(): Promise<void>;
}

export type StartApp = (waf: Waf, options: SharedOptions, stage: Stage) => Promise<App>;

/** Text in more than one piece, for answers that are held. */
export const PIECES: readonly string[] = Array.from({ length: 300 }, (_, at) => `${at} `.repeat(250));

async function* halves(stage: Stage): AsyncGenerator<Buffer> {
  yield Buffer.from('first half\n');
  await stage.secondHalf;
  yield Buffer.from('second half\n');
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function countOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let count = 0;
  for await (const chunk of stream) {
    count += chunk.length;
    // Slower than the client, so that back-pressure has to work.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return String(count);
}

async function started(server: Server): Promise<App> {
  if (!server.listening) await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every route with nothing but `node:http`; also behind Express and Koa where they would add nothing. */
async function plainHandler(request: IncomingMessage, response: ServerResponse, stage: Stage): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*/, '');
  stage.entered.push(path);
  const text = { 'content-type': 'text/plain' };
  const binary = { 'content-type': 'application/octet-stream' };
  if (path === '/hello') response.writeHead(200, text).end('hello');
  else if (path === '/echo') response.writeHead(200, binary).end(await bytesOf(request));
  else if (path === '/count') response.writeHead(200, binary).end(await countOf(request));
  else if (path === '/parsed') {
    const body = (await bytesOf(request)).toString();
    const isJson = request.headers['content-type'] === 'application/json';
    const parsed: unknown = isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(parsed));
  } else if (path === '/ignore') response.writeHead(200, binary).end('ignored');
  else if (path === '/leak') response.writeHead(200, text).end('db password=hunter2');
  else if (path === '/header-leak') response.writeHead(200, { ...text, 'x-leak': 'inside' }).end('fine');
  else if (path === '/pieces') {
    response.writeHead(200, text);
    Readable.from(PIECES).pipe(response);
  } else if (path === '/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    Readable.from(halves(stage)).pipe(response);
  } else if (path === '/not-modified') response.writeHead(304, { etag: '"1"' }).end();
  else response.writeHead(404, text).end('nothing here');
}

const startPlain: StartApp = (waf, options, stage) =>
  started(
    createServer(guard(waf, (request, response) => plainHandler(request, response, stage), options)).listen(
      0,
      '127.0.0.1',
    ),
  );

const startExpress: StartApp = (waf, options, stage) => {
  const app = express();
  app.use(protect(waf, options));
  app.use((request, _response, next) => {
    stage.entered.push(request.path);
    next();
  });
  app.get('/hello', (_request, response) => void response.type('text/plain').send('hello'));
  app.post('/echo', express.raw({ type: () => true, limit: '2mb' }), (request, response) => {
    response.type('application/octet-stream').send(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  });
  app.post('/parsed', express.json(), express.urlencoded(), (request, response) => void response.json(request.body));
  app.post('/count', async (request, response) => {
    response.type('application/octet-stream').send(Buffer.from(await countOf(request)));
  });
  app.post(
    '/ignore',
    (_request, response) => void response.type('application/octet-stream').send(Buffer.from('ignored')),
  );
  app.get('/leak', (_request, response) => void response.type('text/plain').send('db password=hunter2'));
  app.get(
    '/header-leak',
    (_request, response) => void response.set('x-leak', 'inside').type('text/plain').send('fine'),
  );
  app.get('/pieces', (_request, response) => void Readable.from(PIECES).pipe(response.type('text/plain')));
  app.get('/stream', (_request, response) => {
    Readable.from(halves(stage)).pipe(response.type('text/event-stream'));
  });
  app.get('/not-modified', (_request, response) => void response.status(304).set('etag', '"1"').end());
  app.get('/throw', () => {
    throw new Error('handler went wrong');
  });
  app.use((_error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(500).type('text/plain').send('handled by the application');
  });
  return started(app.listen(0, '127.0.0.1'));
};

const startKoa: StartApp = (waf, options, stage) => {
  const app = new Koa();
  app.silent = true;
  app.use(protectKoa(waf, options));
  app.use(async (context) => {
    stage.entered.push(context.path);
    const { req } = context;
    context.type = 'application/octet-stream';
    if (context.path === '/hello') context.body = 'hello';
    else if (context.path === '/echo') context.body = await bytesOf(req);
    else if (context.path === '/count') context.body = Buffer.from(await countOf(req));
    else if (context.path === '/parsed') {
      const body = (await bytesOf(req)).toString();
      context.body = context.is('json') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
      context.type = 'application/json';
    } else if (context.path === '/ignore') context.body = Buffer.from('ignored');
    else if (context.path === '/leak') context.body = 'db password=hunter2';
    else if (context.path === '/header-leak') {
      context.set('x-leak', 'inside');
      context.body = 'fine';
    } else if (context.path === '/pieces') context.body = Readable.from(PIECES);
    else if (context.path === '/stream') {
      context.body = Readable.from(halves(stage));
      context.type = 'text/event-stream';
    } else if (context.path === '/not-modified') {
      context.status = 304;
      context.set('etag', '"1"');
    } else if (context.path === '/throw') throw new Error('handler went wrong');
    else context.throw(404);
    if (['/hello', '/leak', '/header-leak', '/pieces'].includes(context.path)) context.type = 'text/plain';
  });
  return started(app.listen(0, '127.0.0.1'));
};

const startFastify: StartApp = async (waf, options, stage) => {
  const app = Fastify({ bodyLimit: 200_000_000 });
  await app.register(protectFastify(waf, options));
  app.addHook('preHandler', async (request) => void stage.entered.push(request.url.replace(/\?.*/, '')));
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.get('/hello', (_request, reply) => reply.type('text/plain').send('hello'));
  const streamed = (body: unknown): Readable => (body as Readable | undefined) ?? Readable.from([]);
  app.post('/echo', async (request, reply) => {
    const body = request.body instanceof Readable ? await bytesOf(request.body) : reencode(request.body);
    return reply.type('application/octet-stream').send(body);
  });
  app.post('/count', async (request, reply) => {
    return reply.type('application/octet-stream').send(Buffer.from(await countOf(streamed(request.body))));
  });
  app.post('/parsed', (request, reply) => reply.send(request.body));
  app.post('/ignore', (_request, reply) => reply.type('application/octet-stream').send(Buffer.from('ignored')));
  app.get('/leak', (_request, reply) => reply.type('text/plain').send('db password=hunter2'));
  app.get('/header-leak', (_request, reply) => reply.header('x-leak', 'inside').type('text/plain').send('fine'));
  app.get('/pieces', (_request, reply) => reply.type('text/plain').send(Readable.from(PIECES)));
  app.get('/stream', (_request, reply) => reply.type('text/event-stream').send(Readable.from(halves(stage))));
  app.get('/not-modified', (_request, reply) => reply.code(304).header('etag', '"1"').send());
  app.get('/throw', () => {
    throw new Error('handler went wrong');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return started(app.server);
};

/** Fastify has parsed what it knows; nothing else does this in the test. */
function reencode(body: unknown): Buffer {
  return body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
}

const startHono: StartApp = (waf, options, stage) => {
  const app = new Hono();
  app.use(async (context, next) => {
    stage.entered.push(context.req.path);
    await next();
  });
  const binary = { 'content-type': 'application/octet-stream' };
  app.get('/hello', (context) => context.text('hello'));
  app.post('/echo', async (context) => context.body(await context.req.arrayBuffer(), 200, binary));
  app.post('/count', async (context) => {
    const stream = context.req.raw.body as unknown as AsyncIterable<Uint8Array>;
    return context.body(await countOf(stream), 200, binary);
  });
  app.post('/parsed', async (context) => {
    const isJson = context.req.header('content-type') === 'application/json';
    return context.json(isJson ? await context.req.json() : await context.req.parseBody());
  });
  app.post('/ignore', (context) => context.body('ignored', 200, binary));
  app.get('/leak', (context) => context.text('db password=hunter2'));
  app.get('/header-leak', (context) => context.text('fine', 200, { 'x-leak': 'inside' }));
  app.get('/pieces', (context) =>
    context.body(webStream(PIECES.map((piece) => Buffer.from(piece))), 200, { 'content-type': 'text/plain' }),
  );
  app.get('/stream', (context) => context.body(webStream(halves(stage)), 200, { 'content-type': 'text/event-stream' }));
  app.get('/not-modified', (context) => context.body(null, 304, { etag: '"1"' }));
  app.get('/throw', () => {
    throw new Error('handler went wrong');
  });
  app.onError((_error, context) => context.text('handled by the application', 500));
  const server = serve({ fetch: protectFetch(waf, app.fetch, options), port: 0, hostname: '127.0.0.1' });
  return started(server as Server);
};

/** Not `Readable.toWeb`, which in some versions of Node throws when it is cancelled while it flows. */
function webStream(source: Iterable<Buffer> | AsyncIterable<Buffer>): ReadableStream<Uint8Array> {
  const pieces = Readable.from(source)[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value as Buffer);
    },
    cancel: async () => void (await pieces.return?.()),
  });
}

interface Traits {
  /** Its platform shows requests and responses as fetch has them, and no connection. */
  readonly isFetch: boolean;
  /** Answer of `/throw`; the application without a framework has no such route. */
  readonly throwStatus: number;
}

export const adapters: readonly (readonly [name: string, start: StartApp, traits: Traits])[] = [
  ['node:http', startPlain, { isFetch: false, throwStatus: 404 }],
  ['Express', startExpress, { isFetch: false, throwStatus: 500 }],
  ['Koa', startKoa, { isFetch: false, throwStatus: 500 }],
  ['Fastify', startFastify, { isFetch: false, throwStatus: 500 }],
  ['Hono (fetch)', startHono, { isFetch: true, throwStatus: 500 }],
];
