import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { addresses } from '../../../../examples/custom-operator/addresses.ts';
import { start as startCustomOperator } from '../../../../examples/custom-operator/server.ts';
import { start as startExpress } from '../../../../examples/express/server.ts';
import { start as startFastify } from '../../../../examples/fastify/server.ts';
import { start as startHono } from '../../../../examples/fetch-hono/server.ts';
import { start as startKoa } from '../../../../examples/koa/server.ts';
import { start as startNodeHttp } from '../../../../examples/node-http/server.ts';
import { checkExamples } from '../../src/plugin/index.ts';
import { type Answer, exchange, type Sent } from './exchange.ts';

type Start = (port: number, log: (line: string) => void) => Server | Promise<Server>;

const folder = fileURLToPath(new URL('../../../../examples/', import.meta.url));
const json = { 'content-type': 'application/json' };
const note = '{"title":"tea","tags":["green"]}';

/** The same requests for every framework. */
const common: readonly (readonly [name: string, sent: Sent, status: number, body?: string])[] = [
  ['a search', { path: '/search?q=tea' }, 200, 'Nothing found for tea'],
  ['a note', { method: 'POST', path: '/notes', headers: json, body: note }, 201, note],
  ['nothing there', { path: '/missing' }, 404],
  ['a script in the query', { path: '/search?q=%3Cscript%3Ealert(1)' }, 403],
  ['SQL in the query', { path: `/search?q=${encodeURIComponent("1' OR '1'='1")}` }, 403],
  [
    'a script in JSON',
    { method: 'POST', path: '/notes', headers: json, body: '{"a":{"b":"<script>alert(1)</script>"}}' },
    403,
  ],
  ['a stack trace in the answer', { path: '/broken' }, 500],
];

const urls: typeof common = [
  ['a public URL', { path: '/preview?url=https://example.com/' }, 200, 'A preview of https://example.com/'],
  ['a URL into the private network', { path: '/preview?url=http://0x7f.1/' }, 403],
  ['a host on the list', { path: '/preview?url=http://Evil.example/x' }, 403],
];

const programs: readonly (readonly [folder: string, start: Start, cases: typeof common])[] = [
  ['custom-operator', startCustomOperator, urls],
  ['express', startExpress, common],
  ['fastify', startFastify, common],
  ['fetch-hono', startHono, common],
  ['koa', startKoa, common],
  ['node-http', startNodeHttp, common],
];

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe.each(programs)('examples/%s', (name, start, cases) => {
  it.each(cases.map((row) => ({ row, title: row[0] })))('$title', async ({ row: [, sent, status, body] }) => {
    const lines: string[] = [];
    server = await start(0, (line) => lines.push(line));
    if (!server.listening) await once(server, 'listening');
    const answer: Answer = await exchange((server.address() as AddressInfo).port, sent);
    expect(answer.status).toBe(status);
    if (body !== undefined) expect(answer.body.toString()).toBe(body);
    if (status === 403 || status === 500) await expect.poll(() => lines).toHaveLength(1);
    expect(answer.body.toString()).not.toMatch(/\n\s+at /);
  });

  it('is short and says how to run it', () => {
    const text = readFileSync(`${folder}${name}/server.ts`, 'utf8');
    expect(text.split('\n').length).toBeLessThan(80);
    expect(text).toContain(`node --conditions=sallyport-source examples/${name}/server.ts`);
  });
});

it('names every program that protects an application', () => {
  const protecting = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(`${folder}${name}`).includes('server.ts'))
    .filter((name) => readFileSync(`${folder}${name}/server.ts`, 'utf8').includes('@sallyport/engine'));
  expect(protecting.sort()).toEqual(programs.map(([name]) => name));
});

it('shows words that keep their promises', async () => {
  expect(await checkExamples(addresses)).toEqual([]);
});
