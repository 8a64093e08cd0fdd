import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, open, receive, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startEagerUpstream, startUpstream } from './support/upstream.ts';

describe('proxying', () => {
  it('passes method, target, headers and body on, and the answer back', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(201, 'Made', ['X-One', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
      response.end('body \xe9', 'latin1');
    });
    const gate = await startGate(upstream.port);
    const answer = await ask(
      gate.port,
      '/a%20b?c=d&e',
      { method: 'POST', headers: { 'X-Two': 'caf\xe9' } },
      Buffer.from('h\xe9llo', 'latin1'),
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toBe('body \xe9');
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const [seen] = upstream.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/a%20b?c=d&e', body: 'h\xe9llo' });
    expect(seen?.headers['x-two']).toBe('caf\xe9');
    expect(seen?.headers['content-length']).toBe('5');
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'])('%s', async (method) => {
    const upstream = await startUpstream();
    const yaml = 'http: { methods: [GET, HEAD, PUT, DELETE, OPTIONS, PATCH, PROPFIND] }';
    const gate = await startGate(upstream.port, { yaml });
    const answer = await ask(gate.port, '/', { method });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(method === 'HEAD' ? '' : 'hello');
    expect(upstream.seen[0]?.method).toBe(method);
  });

  it('answers OPTIONS * itself', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const answer = await ask(gate.port, '*', { method: 'OPTIONS' });
    expect(answer.status).toBe(200);
    expect(answer.headers.allow).toContain('GET');
    expect(upstream.seen).toEqual([]);
  });

  it.each([204, 304])('a %i has no body and keeps the connection usable', async (status) => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(status, { etag: '"x"' }).end();
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await receive(socket, '\r\n\r\n')).not.toMatch(/transfer-encoding/i);
    socket.write('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await receive(socket, '\r\n\r\n')).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    socket.destroy();
  });

  it('keeps chunked requests chunked and drops their trailers', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const said = await talk(
      gate.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\nX-T: evil\r\n\r\n',
    );
    const [seen] = upstream.seen;
    expect(seen?.body, JSON.stringify(said)).toBe('abc');
    expect(seen?.headers['transfer-encoding']).toBe('chunked');
    expect(seen?.headers['content-length']).toBeUndefined();
    expect(seen?.headers['x-t']).toBeUndefined();
    expect(seen?.trailers).toEqual({});
  });

  it('streams in both directions', async () => {
    const upstream = await startEagerUpstream((request, response) => {
      response.flushHeaders();
      request.on('data', (chunk) => response.write(`got ${chunk}`)).on('end', () => response.end('done'));
    });
    const gate = await startGate(upstream.port);
    const request = httpRequest({ host: '127.0.0.1', port: gate.port, method: 'POST', agent: false });
    request.write('one');
    const [response] = await once(request, 'response');
    for (const word of ['one', 'two', 'three']) {
      if (word !== 'one') request.write(word);
      const [chunk] = await once(response, 'data');
      expect(String(chunk)).toBe(`got ${word}`);
    }
    request.end();
    const [last] = await once(response, 'data');
    expect(String(last)).toBe('done');
  });

  it('a slow reader holds the upstream back', async () => {
    let sent = 0;
    const upstream = await startEagerUpstream((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (sent < 64 * 1024 * 1024 && response.write(chunk)) sent += chunk.length;
        response.once('drain', more);
      };
      more();
    });
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await wait(700);
    // What the kernel buffers of three sockets take, and no more.
    expect(sent).toBeLessThan(24 * 1024 * 1024);
    socket.destroy();
  });

  it('serves requests that arrive together in order', async () => {
    const upstream = await startUpstream((request, response) => {
      setTimeout(() => response.end(`<${request.url}>`), request.url === '/1' ? 50 : 0);
    });
    const gate = await startGate(upstream.port);
    const all = [1, 2, 3].map((at) => `GET /${at} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
    const received = await talk(gate.port, all);
    expect([...received.matchAll(/<(\/\d)>/g)].map((match) => match[1])).toEqual(['/1', '/2', '/3']);
  });

  it('every answer and every forwarded request has the same unguessable id', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'logs: { access: access.log, request_id: true }' });
    const ids = new Set<unknown>();
    for (let at = 0; at < 20; at++) {
      const answer = await ask(gate.port, '/', { headers: { 'X-Request-Id': 'mine' } });
      const id = answer.headers['x-request-id'];
      expect(id).toMatch(/^[A-Za-z0-9_-]{24}$/);
      expect(upstream.seen[at]?.headers['x-request-id']).toBe(id);
      ids.add(id);
    }
    expect(ids.size).toBe(20);
    expect(await gate.accessLog()).toContain(`"${[...ids][0]}"`);
  });
});

describe('routing', () => {
  const yaml = (port: number): string => `
upstreams: { app: "http://127.0.0.1:${port}" }
routes:
  - { path: /blog, upstream: app, waf: off, rewrite: / }
  - { path: /api/v1, upstream: app, waf: off, rewrite: /internal }
  - { hosts: example.test, upstream: app, waf: off, rewrite: /exact }
  - { hosts: "*.example.test", upstream: app, waf: off, rewrite: /wild, preserve_host: false }
`;
  it.each([
    ['any.test', '/blog', '/'],
    ['any.test', '/blog?x', '/?x'],
    ['any.test', '/blog/', '/'],
    ['any.test', '/blog/a/b?c', '/a/b?c'],
    ['any.test', '/blogx', undefined],
    ['any.test', '/api/v1/x', '/internal/x'],
    ['any.test', '/api/v2/x', undefined],
    ['EXAMPLE.test:8080', '/a', '/exact/a'],
    ['example.test.', '/a', '/exact/a'],
    ['x.example.test', '/a', '/wild/a'],
    ['x.y.example.test', '/a', '/wild/a'],
    ['notexample.test', '/a', undefined],
  ])('%s %s goes to %s', async (host, path, expected) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: yaml(upstream.port) });
    const answer = await ask(gate.port, path, { headers: { host } });
    expect(answer.status).toBe(expected === undefined ? 404 : 200);
    expect(upstream.seen.map((one) => one.url)).toEqual(expected === undefined ? [] : [expected]);
    if (host.startsWith('x.')) expect(upstream.seen[0]?.headers.host).toBe(`127.0.0.1:${upstream.port}`);
    else if (expected !== undefined) expect(upstream.seen[0]?.headers.host).toBe(host);
  });

  it('several addresses of an upstream take turns', async () => {
    const one = await startUpstream((_request, response) => response.end('1'));
    const two = await startUpstream((_request, response) => response.end('2'));
    const gate = await startGate(one.port, {
      yaml: `upstreams: { app: ["http://127.0.0.1:${one.port}", "http://127.0.0.1:${two.port}"] }`,
    });
    const bodies: string[] = [];
    for (let at = 0; at < 4; at++) bodies.push((await ask(gate.port, '/')).body);
    expect(bodies).toEqual(['1', '2', '1', '2']);
  });
});
