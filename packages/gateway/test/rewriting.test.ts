/** Messages that rules change: rewritten bodies, text around pages, signed links. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { ask, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startEagerUpstream, startUpstream } from './support/upstream.ts';

const ENGINE = `SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/html\n`;
const html = { 'Content-Type': 'text/html' };

it('request bodies', async () => {
  const upstream = await startUpstream();
  const rules = `${ENGINE}SecStreamInBodyInspection On
SecRule STREAM_INPUT_BODY "@rsub s/secret/***/" "id:1,phase:2,pass,nolog,t:none"\n`;
  const gate = await startGate(upstream.port, { rules });
  const headers = { 'Content-Type': 'text/plain', 'Content-MD5': 'x', 'X-Kept': 'y' };
  await ask(gate.port, '/', { method: 'POST', headers }, 'my secret is out');
  await ask(gate.port, '/', { method: 'POST', headers: { ...headers, 'Transfer-Encoding': 'chunked' } }, 'a secret');
  await ask(gate.port, '/', { method: 'POST', headers }, 'nothing');
  expect(upstream.seen.map(({ body }) => body)).toEqual(['my *** is out', 'a ***', 'nothing']);
  expect(upstream.seen[0]?.headers, JSON.stringify(upstream.seen)).toMatchObject({
    'content-length': '13',
    'x-kept': 'y',
  });
  expect(upstream.seen.map((one) => one.headers['content-md5'])).toEqual([undefined, undefined, 'x']);
});

it.each([
  ['in memory', 1 << 20],
  ['on disk', 1000],
])('request bodies longer than the rules look at, %s', async (_name, inMemory) => {
  const upstream = await startUpstream();
  const rules = `${ENGINE}SecStreamInBodyInspection On\nSecRequestBodyLimit 4000\nSecRequestBodyLimitAction ProcessPartial
SecRule STREAM_INPUT_BODY "@rsub s/secret/***/" "id:1,phase:2,pass,nolog,t:none"\n`;
  const gate = await startGate(upstream.port, { rules, yaml: `limits: { body_in_memory: ${inMemory} }` });
  const rest = 'r'.repeat(300_000);
  const body = `secret${'x'.repeat(3994)}secret${rest}`;
  await ask(gate.port, '/', { method: 'POST', headers: { 'Content-Type': 'text/plain' } }, body);
  const sent = upstream.seen[0]?.body ?? '';
  expect(sent.length).toBe(3 + 3994 + 6 + rest.length);
  expect(sent.slice(0, 4010)).toBe(`***${'x'.repeat(3994)}secretrrrrrrr`);
});

it('response bodies, whose validators go', async () => {
  const page = 'a secret, another secret';
  const headers = {
    ...html,
    'Content-Length': '24',
    ETag: '"1"',
    'Content-MD5': createHash('md5').update(page).digest('base64'),
  };
  const upstream = await startUpstream((_request, response) => response.writeHead(200, headers).end(page));
  const rules = `${ENGINE}SecStreamOutBodyInspection On
SecRule STREAM_OUTPUT_BODY "@rsub s/secret/***/" "id:1,phase:4,pass,nolog,t:none"\n`;
  const gate = await startGate(upstream.port, { rules });
  const answer = await ask(gate.port, '/');
  expect(answer.body).toBe('a ***, another ***');
  expect(answer.headers).toMatchObject({ 'content-length': '18' });
  expect(answer.headers).not.toHaveProperty('etag');
  expect(answer.headers).not.toHaveProperty('content-md5');
});

const INJECT = `${ENGINE}SecContentInjection On
SecAction "id:1,phase:3,pass,nolog,t:none,prepend:'<p>',append:'</p>'"\n`;

it.each([
  ['a page of known length', { 'Content-Length': '5' }, 'hello', { 'content-length': '12' }],
  ['a page of unknown length', {}, 'hello', { 'transfer-encoding': 'chunked' }],
  ['an empty page', { 'Content-Length': '0' }, '', { 'content-length': '7' }],
  ['a page longer than the rules look at', {}, 'x'.repeat(2_000_000), { 'transfer-encoding': 'chunked' }],
  [
    'a page no rule reads',
    { 'Content-Type': 'text/plain', 'Content-Length': '5' },
    'hello',
    { 'content-length': '12' },
  ],
])('text around %s', async (_name, more, page, framing) => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { ...html, ETag: '"1"', ...more });
    response.end(page);
  });
  const gate = await startGate(upstream.port, {
    rules: `${INJECT}SecResponseBodyLimit 100000\nSecResponseBodyLimitAction ProcessPartial\n`,
  });
  const answer = await ask(gate.port, '/');
  expect(answer.body.length).toBe(page.length + 7);
  expect(answer.body.startsWith(`<p>${page.slice(0, 5)}`)).toBe(true);
  expect(answer.body.endsWith(`${page.slice(-5)}</p>`)).toBe(true);
  expect(answer.headers).toMatchObject(framing);
  expect(answer.headers).not.toHaveProperty('etag');
  expect(upstream.seen[0]?.headers['accept-encoding']).toBe('identity');
  expect(await gate.accessLog()).toContain(`" 200 ${page.length + 7} `);
});

it.each([
  ['compressed bytes', 'GET', 200, { 'Content-Encoding': 'gzip' }, gzipSync('a page')],
  ['a part of a page', 'GET', 206, { 'Content-Range': 'bytes 0-2/9' }, Buffer.from('abc')],
  ['no body', 'GET', 304, {}, Buffer.alloc(0)],
])('no text around %s', async (_name, method, status, more, body) => {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(status, { ...html, ETag: '"1"', ...more }).end(body);
  });
  const gate = await startGate(upstream.port, { rules: INJECT });
  const answer = await ask(gate.port, '/', { method });
  expect(answer).toMatchObject({ status, body: body.toString('latin1') });
  expect(answer.headers).toMatchObject({ etag: '"1"' });
});

it('answers to HEAD stay as they are', async () => {
  const upstream = await startEagerUpstream((_request, response) => {
    response.writeHead(200, { ...html, 'Content-Length': '5' }).end();
  });
  const gate = await startGate(upstream.port, { rules: INJECT });
  const received = await talk(gate.port, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/9.9\r\n\r\n');
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Content-Length: 5\r\n.*?\r\n\r\nHTTP\/1\.1 /s);
});

it('signed links, in pages and redirections', async () => {
  const upstream = await startUpstream((request, response) => {
    if (request.url === '/go') response.writeHead(302, { Location: '/target?x=1' }).end();
    else response.writeHead(200, html).end('<html><body><a href="/target?x=1">go</a></body></html>');
  });
  const rules = `${ENGINE}SecHashEngine On\nSecHashKey secret KeyOnly\nSecHashParam mac
SecHashMethodRx HashHref "target"\nSecHashMethodRx HashLocation "target"
SecRule REQUEST_URI "@validateHash target" "id:1,phase:2,deny,status:403,log"\n`;
  const gate = await startGate(upstream.port, { rules });
  const page = await ask(gate.port, '/');
  const link = /href="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(link).toMatch(/^\/target\?x=1&mac=[0-9a-f]{40}$/);
  expect(Number(page.headers['content-length'] ?? page.body.length)).toBe(page.body.length);
  expect((await ask(gate.port, '/go')).headers.location).toBe(link);
  expect((await ask(gate.port, link)).status).toBe(200);
  expect((await ask(gate.port, link.replace('x=1', 'x=2'))).status).toBe(403);
  expect((await ask(gate.port, '/target?x=1')).status).toBe(403);
});
