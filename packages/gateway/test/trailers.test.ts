/** Trailers of answers: dropped, unless the route lists them. */
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
