/** What HTTP/2 is for: many exchanges on one connection, each as it would be with HTTP/1. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SecureGate, startSecureGate } from '../support/secure-gate.ts';
import { startEagerUpstream, startUpstream } from '../support/upstream.ts';

const HTTP2 = { listener: { http2: true } };

function open(gate: SecureGate): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return session;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Answer> {
  return answerOf(session.request({ ':authority': 'gate.test', ...headers }, { endStream: body === undefined }), body);
}

function answerOf(stream: ClientHttp2Stream, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let headers: Record<string, unknown> = {};
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
    stream.on('end', () =>
      resolve({ status: Number(headers[':status']), headers, body: Buffer.concat(chunks).toString('latin1') }),
    );
    if (body !== undefined) stream.end(body);
  });
}

describe('HTTP/2 to clients', () => {
  it('is off unless asked for', async () => {
    const gate = await startSecureGate((await startUpstream()).port);
    const protocol = await new Promise((resolve, reject) => {
      const socket = connectTls(
        { port: gate.port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] },
        () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        },
      );
      socket.on('error', reject);
    });
    expect(protocol).toBe('http/1.1');
  });

  it('is never spoken without TLS', async () => {
    const upstream = await startUpstream();
    await expect(startSecureGate(upstream.port, { yaml: 'listeners: [{ port: 0, http2: true }]' })).rejects.toThrow(
      'HTTP/2 is spoken over TLS only',
    );
  });

  it('requests, bodies and answers pass; logs and rules see HTTP/2.0', async () => {
    const upstream = await startUpstream((_request, response, seen) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.setHeader('Connection', 'close');
      response.end(`got ${seen.body.length}`);
    });
    const rules = `SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_PROTOCOL "@streq HTTP/2.0" "id:1,phase:1,pass,log,msg:'protocol'"
SecRule REQUEST_HEADERS:Host "@streq gate.test" "id:2,phase:1,pass,log,msg:'host'"
SecRule REQUEST_LINE "@streq POST /a?b=c HTTP/2.0" "id:3,phase:1,pass,log,msg:'line'"
SecRule ARGS:evil "@streq yes" "id:4,phase:2,deny,status:403"
`;
    const gate = await startSecureGate(upstream.port, { ...HTTP2, rules });
    const session = open(gate);
    const form = { ':method': 'POST', 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ask(session, { ...form, ':path': '/a?b=c', 'user-agent': 'test' }, 'x=y');
    expect(answer).toMatchObject({ status: 200, body: 'got 3' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['connection']).toBeUndefined();
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(upstream.seen[0]?.headers).toMatchObject({ host: 'gate.test', 'x-forwarded-proto': 'https' });
    expect((await ask(session, { ...form, ':path': '/' }, 'evil=yes')).status).toBe(403);
    expect((await ask(session, { ':path': '/' })).status).toBe(200);
    expect((await ask(session, { ':method': 'HEAD', ':path': '/' })).body).toBe('');
    const log = await gate.errorLog();
    for (const id of [1, 2, 3]) expect(log).toContain(`[id "${id}"]`);
    expect(await gate.accessLog()).toContain('"POST /a?b=c HTTP/2.0" 200 5 "-" "test"');
  });

  it('a large upload and a large answer pass, however slowly the other side reads', async () => {
    const size = 8 * 1024 * 1024;
    const upstream = await startUpstream((_request, response, seen) => {
      response.end(Buffer.alloc(seen.body.length, 'b'));
    });
    const gate = await startSecureGate(upstream.port, HTTP2);
    const session = open(gate);
    const stream = session.request({ ':authority': 'gate.test', ':method': 'POST', ':path': '/up' });
    stream.write(Buffer.alloc(size / 2, 'a'));
    stream.end(Buffer.alloc(size / 2, 'a'));
    let received = 0;
    for await (const chunk of stream) {
      received += (chunk as Buffer).length;
      if (received < 200_000) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(received).toBe(size);
  });

  it('many at once, each with its own answer', async () => {
    const upstream = await startUpstream((request, response) => response.end(request.url));
    const gate = await startSecureGate(upstream.port, HTTP2);
    const session = open(gate);
    const paths = Array.from({ length: 90 }, (_, at) => `/${at}`);
    const answers = await Promise.all(paths.map((path) => ask(session, { ':path': path })));
    expect(answers.map(({ body }) => body)).toEqual(paths);
  });

  it('a client that takes a request back ends it at the upstream, and nothing else', async () => {
    let isOver = false;
    const upstream = await startEagerUpstream((request, response) => {
      if (request.url === '/s') {
        response.end('ok');
        return;
      }
      response.on('close', () => {
        isOver = true;
      });
      response.write('part');
    });
    const gate = await startSecureGate(upstream.port, HTTP2);
    const session = open(gate);
    const stream = session.request({ ':authority': 'gate.test', ':path': '/slow' });
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(8);
    await expect.poll(() => isOver).toBe(true);
    expect((await ask(session, { ':path': '/s' })).body).toBe('ok');
    await expect.poll(() => gate.accessLog()).toContain('"GET /slow HTTP/2.0" 200 ');
  });

  it('an upstream that breaks off breaks off the stream, and only it', async () => {
    const upstream = await startEagerUpstream((request, response) => {
      if (request.url === '/s') {
        response.end('ok');
        return;
      }
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('part');
      setTimeout(() => response.destroy(), 50);
    });
    const gate = await startSecureGate(upstream.port, HTTP2);
    const session = open(gate);
    await expect(ask(session, { ':path': '/cut' })).rejects.toThrow();
    expect((await ask(session, { ':path': '/s' })).body).toBe('ok');
  });

  it('an early refusal of an upload is heard', async () => {
    const upstream = await startUpstream();
    const gate = await startSecureGate(upstream.port, { ...HTTP2, yaml: 'limits: { body: 1 KiB }' });
    const session = open(gate);
    const answer = await ask(
      session,
      { ':method': 'POST', ':path': '/', 'content-length': 100_000 },
      Buffer.alloc(100_000),
    );
    expect(answer.status).toBe(413);
    expect((await ask(session, { ':path': '/s' })).status).toBe(200);
  });

  it('100-continue is answered', async () => {
    const upstream = await startUpstream((_request, response, seen) => response.end(seen.body));
    const gate = await startSecureGate(upstream.port, HTTP2);
    const stream = open(gate).request({
      ':authority': 'gate.test',
      ':method': 'POST',
      ':path': '/',
      expect: '100-continue',
    });
    const answer = new Promise<Answer>((resolve, reject) => {
      stream.on('continue', () => void answerOf(stream, 'now').then(resolve, reject));
    });
    expect((await answer).body).toBe('now');
  });

  it('events go on over a reload; a gate that closes lets them end', async () => {
    let send: (text: string) => void = () => {};
    let end = (): void => {};
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      send = (text) => void response.write(text);
      end = () => void response.end('data: last\n\n');
      send('data: 1\n\n');
    });
    const gate = await startSecureGate(upstream.port, HTTP2);
    const session = open(gate);
    const stream = session.request({ ':authority': 'gate.test', ':path': '/events' });
    let received = '';
    stream.on('data', (chunk) => {
      received += String(chunk);
    });
    await expect.poll(() => received).toContain('data: 1');
    await gate.gateway.reload({ ...gate.gateway.config });
    send('data: 2\n\n');
    await expect.poll(() => received).toContain('data: 2');
    const isToldToGo = new Promise((resolve) => session.once('goaway', resolve));
    const isClosed = gate.gateway.close(10_000);
    await isToldToGo;
    send('data: 3\n\n');
    await expect.poll(() => received).toContain('data: 3');
    end();
    await isClosed;
    expect(received).toContain('data: last');
  });

  it('a connection serves so many requests and no more', async () => {
    const upstream = await startUpstream();
    const gate = await startSecureGate(upstream.port, { ...HTTP2, yaml: 'limits: { requests_per_connection: 3 }' });
    const session = open(gate);
    const isToldToGo = new Promise((resolve) => session.once('goaway', resolve));
    for (let at = 0; at < 3; at++) expect((await ask(session, { ':path': '/' })).status).toBe(200);
    await isToldToGo;
  });

  it('idle connections are closed', async () => {
    const upstream = await startUpstream();
    const gate = await startSecureGate(upstream.port, { ...HTTP2, yaml: 'timeouts: { keep_alive: 200 ms }' });
    const session = open(gate);
    const isClosed = new Promise((resolve) => session.once('close', resolve));
    expect((await ask(session, { ':path': '/' })).status).toBe(200);
    await isClosed;
  });
});
