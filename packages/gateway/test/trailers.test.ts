/** Trailers: dropped, unless the route lists them. */
import { connect as connectHttp2 } from 'node:http2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startSecureGate } from './support/secure-gate.ts';
import { startUpstream, type TestUpstream } from './support/upstream.ts';

const LISTED = 'routes: [{ upstream: app, waf: "off", response_trailers: [X-Checksum, Server-Timing] }]';

/** Answers in chunks, with two trailers. */
function start(): Promise<TestUpstream> {
  return startUpstream((_request, response) => {
    response.writeHead(200, { Trailer: 'X-Checksum, X-Other', 'Content-Type': 'text/plain' });
    response.write('hello');
    response.addTrailers({ 'X-Checksum': 'abc', 'X-Other': 'secret' });
    response.end();
  });
}

const get = (port: number, version = '1.1'): Promise<string> =>
  talk(port, `GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`, 5000);

describe('trailers of answers', () => {
  it('A09: end at the gate', async () => {
    const gate = await startGate((await start()).port);
    const answer = await get(gate.port);
    expect(answer).toMatch(/\r\n5\r\nhello\r\n0\r\n\r\n$/);
    expect(answer).not.toMatch(/trailer/i);
  });

  it('pass where the route lists them, and no others', async () => {
    const gate = await startGate((await start()).port, {
      yaml: `${LISTED}\nlogs: { access: [{ file: access.log, format: "%{X-Checksum}^to %{X-Other}^to" }] }`,
    });
    const answer = await get(gate.port);
    expect(answer).toMatch(/\r\nTrailer: X-Checksum, Server-Timing\r\n/);
    expect(answer).toMatch(/\r\n5\r\nhello\r\n0\r\nx-checksum: abc\r\n\r\n$/);
    expect(await gate.accessLog()).toBe('abc -\n');
  });

  it('pass behind a body that rules have held back', async () => {
    const gate = await startGate((await start()).port, {
      rules: 'SecRuleEngine On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/plain\n',
      yaml: LISTED.replace('"off"', 'on'),
    });
    expect(await get(gate.port)).toMatch(/hello\r\n0\r\nx-checksum: abc\r\n\r\n$/);
  });

  it('are left out for clients of HTTP/1.0', async () => {
    const gate = await startGate((await start()).port, { yaml: LISTED });
    const answer = await get(gate.port, '1.0');
    expect(answer).toMatch(/\r\n\r\nhello$/);
    expect(answer).not.toMatch(/trailer|checksum/i);
  });

  it('are left out where a rule refuses the answer', async () => {
    const gate = await startGate((await start()).port, {
      rules:
        'SecRuleEngine On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/plain\nSecRule RESPONSE_BODY "@contains hello" "id:1,phase:4,deny,status:403"\n',
      yaml: LISTED.replace('"off"', 'on'),
    });
    const answer = await get(gate.port);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).not.toMatch(/trailer|checksum/i);
  });

  it('pass over HTTP/2', async () => {
    const gate = await startSecureGate((await start()).port, { listener: { http2: true }, yaml: LISTED });
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/', ':authority': 'gate.test' });
    let body = '';
    let trailers: Record<string, unknown> = {};
    stream.on('data', (chunk) => {
      body += String(chunk);
    });
    stream.on('trailers', (found) => {
      trailers = Object.fromEntries(Object.entries(found));
    });
    await new Promise((resolve, reject) => stream.on('close', resolve).on('error', reject));
    expect([body, trailers]).toEqual(['hello', { 'x-checksum': 'abc' }]);
  });

  it.each(['Content-Length', 'Set-Cookie', 'Authorization', 'Transfer-Encoding', 'bad name'])(
    'a route cannot list %s',
    async (name) => {
      await expect(startGate(1, { yaml: LISTED.replace('Server-Timing', `"${name}"`) })).rejects.toThrow(
        /may not come as a trailer|written by the gate|not a header name/,
      );
    },
  );
});

describe('trailers of requests', () => {
  const REQUEST_LISTED = 'routes: [{ upstream: app, waf: "off", request_trailers: [X-Checksum] }]';

  /** Answers with the trailers it got, after the headers that tell of them. */
  const startTeller = (): Promise<TestUpstream> =>
    startUpstream((request, response) => {
      const { trailer, 'x-checksum': header } = request.headers;
      response.end(JSON.stringify({ trailer, header, trailers: request.rawTrailers }));
    });

  const post = (port: number, trailers: string): Promise<string> =>
    talk(
      port,
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n${trailers}\r\n`,
      5000,
    );

  it.each<[string, string, readonly string[]]>([
    ['what is listed', 'X-Checksum: abc\r\n', ['x-checksum', 'abc']],
    ['nothing else', 'X-Other: secret\r\nHost: evil.test\r\nX-CHECKSUM:  b \r\n', ['x-checksum', 'b']],
    ['nothing that comes twice', 'X-Checksum: a\r\nX-Checksum: b\r\n', []],
    ['nothing where nothing comes', '', []],
  ])('pass, never as headers: %s', async (_name, sent, trailers) => {
    const gate = await startGate((await startTeller()).port, { yaml: REQUEST_LISTED });
    const answer = await post(gate.port, sent);
    expect(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))).toEqual({
      trailer: 'X-Checksum',
      trailers,
    });
  });

  it('end at the gate where a route lists none', async () => {
    const gate = await startGate((await startTeller()).port);
    expect(await post(gate.port, 'X-Checksum: abc\r\n')).toContain('{"trailers":[]}');
  });

  it('end at the gate where rules look at the request: no rule sees them', async () => {
    const gate = await startGate((await startTeller()).port, {
      rules: 'SecRuleEngine On\nSecRequestBodyAccess On\n',
      yaml: REQUEST_LISTED.replace('"off"', 'on'),
    });
    expect(await post(gate.port, 'X-Checksum: abc\r\n')).toContain('{"trailers":[]}');
  });

  it('pass from HTTP/2', async () => {
    const gate = await startSecureGate((await startTeller()).port, { listener: { http2: true }, yaml: REQUEST_LISTED });
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
    onTestFinished(() => session.destroy());
    const stream = session.request(
      { ':method': 'POST', ':path': '/', ':authority': 'gate.test' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': 'abc', 'x-other': 'secret' }));
    let body = '';
    stream.on('data', (chunk) => {
      body += String(chunk);
    });
    stream.end('ab');
    await new Promise((resolve, reject) => stream.on('close', resolve).on('error', reject));
    expect(JSON.parse(body)).toEqual({ trailer: 'X-Checksum', trailers: ['x-checksum', 'abc'] });
  });

  it('pass together with those of the answer', async () => {
    const upstream = await startUpstream((request, response) => {
      response.writeHead(200, { Trailer: 'X-Checksum' });
      response.write(String(request.rawTrailers));
      response.addTrailers({ 'X-Checksum': 'def' });
      response.end();
    });
    const gate = await startGate(upstream.port, {
      yaml: REQUEST_LISTED.replace(' }]', ', response_trailers: [X-Checksum] }]'),
    });
    const answer = await post(gate.port, 'X-Checksum: abc\r\n');
    expect(answer).toMatch(/x-checksum,abc\r\n0\r\nx-checksum: def\r\n\r\n$/);
  });
});
