/** How long the gate and applications that speak FastCGI wait for each other, and for the client. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, open, receive, talk } from '../support/client.ts';
import { type FastCgiRequest, startFastCgiApp } from '../support/fastcgi-app.ts';
import { gateBefore, hello } from '../support/fastcgi-gate.ts';
import { writeAndStandStill } from '../support/stand-still.ts';

describe('an application that speaks FastCGI', () => {
  it.each<[string, (request: FastCgiRequest) => void, string, number]>([
    ['no head in time', () => {}, 'SP2004', 504],
    ['no body in time', (r) => r.stdout('Content-Type: a/b\n\nx'), 'SP2006', 200],
  ])('with %s', async (_what, answer, code, status) => {
    const app = await startFastCgiApp(answer);
    const gate = await gateBefore(app, { upstream: 'response_timeout: 200 ms, idle_timeout: 200 ms' });
    expect(await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 2000)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    );
    expect(await gate.errorLog()).toContain(code);
  });

  it.each([
    ['head', '', 'Content-Type: a/b\n\nhello'],
    ['body', 'Content-Length: 5\n\n', 'hello'],
  ])('has been in time when its %s had come while the gate stood still', async (_what, first, rest) => {
    const app = await startFastCgiApp(async (request) => {
      if (first !== '') request.stdout(first);
      await wait(200);
      await writeAndStandStill(() => {
        request.stdout(rest);
        request.end();
      }, 1000);
    });
    const gate = await gateBefore(app, { upstream: 'response_timeout: 400 ms, idle_timeout: 400 ms' });
    expect(await ask(gate.port, '/')).toMatchObject({ status: 200, body: 'hello' });
  });

  it('has its time for an answer when the client has sent everything, and not before', async () => {
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { upstream: 'response_timeout: 200 ms' });
    const client = await open(gate.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nfir');
    await new Promise((resolve) => setTimeout(resolve, 700));
    client.write('st!');
    expect(await receive(client, 'hello')).toMatch(/^HTTP\/1.1 200 /);
    client.destroy();
  });

  it.each<[string, (request: FastCgiRequest) => void]>([
    ['only complains meanwhile', (request) => request.stderr('still at it\n')],
    ['sends a head without end', (request) => request.stdout('X')],
    [
      'stops within its answer, and complains',
      (request) => {
        if (request.body === '') request.stdout('Content-Type: text/plain\r\n\r\nhalf');
        (request as { body: string }).body = 'once';
        request.stderr('still at it\n');
      },
    ],
  ])('has no more time when it %s', async (_name, goOn) => {
    const app = await startFastCgiApp((request) => {
      const timer = setInterval(() => goOn(request), 50);
      request.socket.on('close', () => clearInterval(timer));
    });
    const gate = await gateBefore(app, { upstream: 'response_timeout: 400 ms, idle_timeout: 400 ms' });
    const answer = await ask(gate.port, '/').catch(() => undefined);
    expect(answer?.status ?? 'broken off').toBe(_name.startsWith('stops') ? 'broken off' : 504);
    expect(await gate.errorLog()).toMatch(/SP200[46]/);
  });

  it('is let go of when the client leaves', async () => {
    let gone = false;
    const app = await startFastCgiApp((request) => request.socket.on('close', () => (gone = true)));
    const gate = await gateBefore(app);
    const client = await open(gate.port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    while (app.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.destroy();
    while (!gone) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
