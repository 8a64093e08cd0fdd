/** What becomes of what applications that speak FastCGI answer. */
import { describe, expect, it } from 'vitest';
import { ask, closed, open, receive, talk } from '../support/client.ts';
import { type FastCgiRequest, record, startFastCgiApp } from '../support/fastcgi-app.ts';
import { gateBefore, hello } from '../support/fastcgi-gate.ts';

const sends =
  (text: string) =>
  (request: FastCgiRequest): void => {
    request.stdout(text);
    request.end();
  };

describe('an application that speaks FastCGI', () => {
  it('shows its answers to the rules', async () => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: text/html\n\n<p>one ');
      request.stdout('secret</p>');
      request.end();
    });
    const rules =
      'SecRuleEngine On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/html\nSecRule RESPONSE_BODY "@contains one secret" "id:1,phase:4,deny,status:403"';
    const gate = await gateBefore(app, { rules });
    expect((await ask(gate.port, '/')).status).toBe(403);
  });

  it('answers with status, repeated headers and streams of any size', async () => {
    const big = Buffer.alloc(3_000_000, 'y');
    const app = await startFastCgiApp((request) => {
      request.stdout('Status: 404 Gone\nSet-Cookie: a=1\nSet-Cookie: b=2\nContent-Type: text/plain\n\n');
      for (let at = 0; at < big.length; at += 60_000) request.stdout(big.subarray(at, at + 60_000));
      request.end();
    });
    const gate = await gateBefore(app);
    const answer = await ask(gate.port, '/');
    expect(answer.status).toBe(404);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.body.length).toBe(big.length);
  });

  it('has no body in its answer to HEAD, whatever it sends', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app);
    const answer = await talk(
      gate.port,
      'HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer.match(/HTTP\/1\.1 200/g)?.length).toBe(2);
    expect(answer.match(/hello/g)?.length).toBe(1);
  });

  it('does not read faster than the client', async () => {
    let written = 0;
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: a/b\n\n');
      const chunk = record(6, Buffer.alloc(60_000));
      const more = (): void => {
        while (written < 200_000_000) {
          written += chunk.length;
          if (!request.socket.write(chunk)) return;
        }
      };
      request.socket.on('drain', more);
      more();
    });
    const gate = await gateBefore(app);
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await receive(client, 'a/b');
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBe(before);
    expect(written).toBeLessThan(40_000_000);
    client.destroy();
  });

  it('writes what it has on its error stream into the error log, escaped and bounded', async () => {
    const app = await startFastCgiApp((request) => {
      request.stderr('PHP message: one\ntwo\x1b[31m\n');
      request.stdout('Content-Type: a/b\n\n');
      for (let line = 0; line < 2000; line++) request.stderr(`flood ${line}\n`);
      request.end();
    });
    const gate = await gateBefore(app);
    await ask(gate.port, '/');
    const log = await gate.errorLog();
    expect(log).toContain('app: PHP message: one [unique_id');
    expect(log).toContain('app: two\\x1b[31m [unique_id');
    expect(log).toContain('app: (there was more)');
    expect(log.length).toBeLessThan(400_000);
  });

  it.each<[string, (request: FastCgiRequest) => void, number, string]>([
    ['no head', sends('Hello\n\n'), 502, 'SP2003'],
    ['nothing', (r) => r.end(), 502, 'SP2003'],
    ['a head without end', sends('A: b\n'), 502, 'SP2003'],
    ['an endless head', (r) => r.stdout(`A: ${'x'.repeat(40_000)}`), 502, 'SP2003'],
    ['a status that is none', sends('Status: 42\n\n'), 502, 'SP2003'],
    ['control bytes in a header', sends('A: b\x01c\n\n'), 502, 'SP2003'],
    ['two lengths', sends('Content-Length: 1\nContent-Length: 2\n\nx'), 502, 'SP2003'],
    ['HTTP', (r) => r.socket.write('HTTP/1.1 200 OK\r\n\r\n'), 502, 'SP2003'],
    ['an unknown record', (r) => r.socket.write(record(11, 'x')), 502, 'SP2003'],
    ['a closed connection', (r) => r.socket.destroy(), 502, 'SP2002'],
    ['overload', (r) => r.end(2), 503, 'SP2007'],
    ['another protocol status', (r) => r.end(3), 502, 'SP2003'],
  ])('with %s as its answer', async (_what, answer, status, code) => {
    const app = await startFastCgiApp(answer);
    const gate = await gateBefore(app, { upstream: 'retry: { attempts: 0 }' });
    const seen = await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 800);
    expect(seen).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await gate.errorLog()).toContain(code);
  });

  it.each([
    ['more', 'Content-Length: 3\n\nabcdef'],
    ['less', 'Content-Length: 30\n\nabcdef'],
  ])('with %s bytes than it announced is cut', async (_what, text) => {
    const app = await startFastCgiApp(sends(text));
    const gate = await gateBefore(app, { upstream: 'retry: { attempts: 0 }' });
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed(client);
    expect(await gate.errorLog()).toContain('SP2003');
  });

  it('may answer before it has read the body, and the connection is not used again', async () => {
    const app = await startFastCgiApp(
      (request) => {
        request.stdout('Status: 413\nContent-Type: a/b\n\ntoo large');
        request.end();
      },
      { reads: false },
    );
    const gate = await gateBefore(app, { upstream: 'fastcgi: { processes: 16 }' });
    const client = await open(gate.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nfirst');
    await receive(client, 'too large');
    client.destroy();
    expect((await ask(gate.port, '/')).status).toBe(413);
    expect(app.connections()).toBe(2);
  });
});
