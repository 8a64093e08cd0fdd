/** What happens between the requests of one connection. */
import { describe, expect, it } from 'vitest';
import { open, receive, statuses } from '../support/client.ts';
import { startGate } from '../support/gate.ts';
import { converse, startByteUpstream } from '../support/raw.ts';
import { startEagerUpstream, startRawUpstream, startUpstream } from '../support/upstream.ts';

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;

describe('A12 requests sent ahead', () => {
  it('are served in turn, one at a time', async () => {
    let running = 0;
    let most = 0;
    const upstream = await startUpstream((request, response) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        response.end(request.url);
      }, 20);
    });
    const gate = await startGate(upstream.port);
    const { received } = await converse(gate.port, ['/1', '/2', '/3', '/4'].map((path) => get(path)).join(''));
    expect(statuses(received)).toEqual([200, 200, 200, 200]);
    expect(received.match(/^\/\d/gm)).toEqual(['/1', '/2', '/3', '/4']);
    expect(most).toBe(1);
  });

  it('behind a refusal of the rules are served, behind one of framing or policy they are not', async () => {
    const upstream = await startByteUpstream();
    const rules = 'SecRuleEngine On\nSecRule REQUEST_URI "@contains evil" "id:1,phase:1,deny"\n';
    const gate = await startGate(upstream.port, { rules });
    expect(statuses((await converse(gate.port, get('/evil') + get('/s'))).received)).toEqual([403, 200]);
    expect(statuses((await converse(gate.port, get('/a/../b') + get('/s'))).received)).toEqual([400]);
    expect(statuses((await converse(gate.port, get('/a#') + get('/s'))).received)).toEqual([400]);
    expect(upstream.requests().length).toBe(1);
  });

  it('too many of them end the connection', async () => {
    const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end('late'), 200));
    const gate = await startGate(upstream.port);
    const { isClosed } = await converse(gate.port, get('/').repeat(150));
    expect(isClosed).toBe(true);
    expect(upstream.seen.length).toBeLessThan(3);
    expect(await gate.errorLog()).toContain('requests ahead of their answers');
  });

  it('cut anywhere between two segments are the same requests', async () => {
    const upstream = await startByteUpstream();
    const gate = await startGate(upstream.port);
    const bytes = `POST /p HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n${get('/s')}`;
    for (let at = 1; at < bytes.length; at += 5) {
      const socket = await open(gate.port);
      socket.setNoDelay();
      socket.write(bytes.slice(0, at));
      await new Promise((resolve) => setTimeout(resolve, 3));
      const answers = receive(socket, 'ok');
      socket.write(bytes.slice(at));
      await answers;
      socket.destroy();
    }
    expect(new Set(upstream.requests().map((one) => one.slice(0, 6)))).toEqual(new Set(['POST /', 'GET /s']));
  });
});

describe('A08 a body that turns out bad half-way', () => {
  it.each([
    ['strict', 'strict', '1;x\r\nb\r\n0\r\n\r\n'],
    ['lenient', 'lenient-http', '1\nb\r\n0\r\n\r\n'],
    ['lenient, in the trailer', 'lenient-http', '1\r\nb\r\n0\r\nX: \x01\r\n\r\n'],
  ])('%s: is never whole, and nothing behind it is served', async (_name, profile, rest) => {
    const upstream = await startByteUpstream();
    const gate = await startGate(upstream.port, { yaml: `http: { profile: ${profile} }` });
    const socket = await open(gate.port);
    socket.write('POST /p HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
    await expect.poll(() => upstream.unfinished()).toContain('1\r\na');
    const answer = receive(socket, '\r\n\r\n');
    socket.write(Buffer.from(rest + get('/s'), 'latin1'));
    expect(statuses(await answer)).toEqual([400]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(upstream.requests()).toEqual([]);
    expect(await gate.errorLog()).toContain('SP1037 ');
    socket.destroy();
  });
});

describe('A11 Expect: 100-continue', () => {
  const head = (more = ''): string =>
    `POST /p HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n${more}\r\n`;

  it('is answered once the head is accepted, and the upstream does not hear of it', async () => {
    const upstream = await startByteUpstream();
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(head());
    expect(await receive(socket, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    const answer = receive(socket, 'ok');
    socket.write('abc');
    await answer;
    expect(upstream.requests()[0]).not.toMatch(/expect/i);
    socket.destroy();
  });

  it('is not answered when the head is refused', async () => {
    const upstream = await startByteUpstream();
    const gate = await startGate(upstream.port);
    const { received } = await converse(gate.port, head('Content-Type: a/b\r\nContent-Type: c/d\r\n'));
    expect(received).toMatch(/^HTTP\/1.1 400 /);
    expect(received).not.toContain(' 100 ');
  });
});

describe('A19-A21 what an upstream can do wrong', () => {
  const answerTo = async (answer: string): Promise<{ readonly received: string; readonly log: string }> => {
    const upstream = await startRawUpstream((socket, received) => {
      if (received.endsWith('\r\n\r\n')) socket.write(Buffer.from(answer, 'latin1'));
    });
    const gate = await startGate(upstream.port);
    const { received } = await converse(gate.port, get('/'));
    return { received, log: await gate.errorLog() };
  };

  it.each([
    ['A20 both framings', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['A20 two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    ['A20 a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab'],
    ['A19 NUL in a value', 'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n'],
    ['A19 CR in a value', 'HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 0\r\n\r\n'],
    ['A21 status 999', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'],
    [
      'A21 nine interim answers',
      `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
    ],
    ['A21 large headers', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`],
  ])('%s is 502', async (_name, answer) => {
    const { received, log } = await answerTo(answer);
    expect(statuses(received)).toEqual([502]);
    expect(log).toMatch(/\[proxy:error\].* SP200\d /);
  });

  it('A20 an answer nobody asked for is nobody’s answer', async () => {
    let count = 0;
    const upstream = await startRawUpstream((socket, received) => {
      if (!received.endsWith('\r\n\r\n')) return;
      count++;
      const real = `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nreal${count}`;
      socket.write(`${real}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison`);
    });
    const gate = await startGate(upstream.port);
    for (const wanted of ['real1', 'real2', 'real3']) {
      const { received } = await converse(gate.port, get('/', 'Connection: close\r\n'));
      expect(received).not.toContain('poison');
      expect(received.endsWith(wanted) || /^HTTP\/1.1 502 /.test(received)).toBe(true);
    }
  });

  it('A20 an answer cut short never looks whole', async () => {
    const upstream = await startEagerUpstream((_request, response) => {
      response.writeHead(200, { 'Transfer-Encoding': 'chunked' });
      response.write('part');
      setTimeout(() => response.socket?.destroy(), 30);
    });
    const gate = await startGate(upstream.port);
    const { received, isClosed } = await converse(gate.port, get('/'));
    expect(isClosed).toBe(true);
    expect(received).not.toContain('0\r\n\r\n');
  });
});
