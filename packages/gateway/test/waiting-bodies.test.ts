/**
 * Large bodies wait a moment for memory that others have. That moment is on a clock of the test's own, so it lasts until the test lets it
 * pass. Where a body must not go to disk there is no folder for it: the answer would be 500.
 */
import { connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LOOK_AFTER } from '../src/proxy/body-memory.ts';
import { open, receive } from './support/client.ts';
import { startFastCgiApp } from './support/fastcgi-app.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startSecureGate } from './support/secure-gate.ts';
import { until } from './support/until.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 13107200
SecRule ARGS_POST "@contains evil" "id:1,phase:2,deny,status:403"
`;
/** Bytes of a body: memory is for one of them. */
const SIZE = 400 * 1024;
const LIMITS = 'limits: { bodies_in_memory: 1000 KiB }';
const NO_DISK = 'tmp_dir: missing';
const BODY = `a=${'x'.repeat(SIZE - 2)}`;

/** Stops the clock of those who wait for memory; all others run. */
function holdWaits() {
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  const waits = new Map<unknown, () => void>();
  vi.stubGlobal('setTimeout', (call: () => void, delay?: number, ...more: []) => {
    if (delay !== LOOK_AFTER) return start(call, delay, ...more);
    const timer = { refresh: () => void waits.set(timer, call) };
    timer.refresh();
    return timer;
  });
  vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout) => {
    if (!waits.delete(timer)) stop(timer);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return {
    /** Resolves when so many wait. */
    async are(count: number): Promise<void> {
      await until(() => waits.size === count);
    },
    /** All have waited for as long as they may. */
    end(): void {
      while (waits.size > 0) {
        const looks = [...waits.values()];
        waits.clear();
        for (const look of looks) look();
      }
    },
  };
}

async function upload(gate: RunningGate, path: string, body: string, more = ''): Promise<Socket> {
  const socket = await open(gate.port);
  socket.on('error', () => {});
  const type = 'Content-Type: application/x-www-form-urlencoded';
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\n${type}\r\nContent-Length: ${SIZE}\r\n${more}\r\n${body}`);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Has the memory when this is over, and sends nothing of its body yet. */
async function holder(gate: RunningGate): Promise<Socket> {
  const socket = await upload(gate, '/holder', '', 'Expect: 100-continue\r\n');
  await receive(socket, '\r\n\r\n');
  return socket;
}

const isOk = async (socket: Socket): Promise<void> => {
  expect(await receive(socket, 'hello')).toMatch(/^HTTP\/1\.1 200 /);
};

describe('a large body that finds no memory free', () => {
  it('has it as soon as another is done, in the order of arrival', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES, yaml: `${LIMITS}\n${NO_DISK}` });
    const waits = holdWaits();
    const first = await holder(gate);
    const second = await upload(gate, '/second', BODY.slice(0, -1));
    await waits.are(1);
    const third = await upload(gate, '/third', BODY);
    await waits.are(2);
    first.write(BODY);
    await isOk(first);
    // The second one has it now, and is not at its end.
    await pass(100);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/holder']);
    second.write('x');
    await Promise.all([isOk(second), isOk(third)]);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/holder', '/second', '/third']);
    expect(upstream.seen.every(({ body }) => body === BODY)).toBe(true);
    await waits.are(0);
  });

  it('goes to disk after a moment, and later ones at once, behind a client that is slow', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES, yaml: LIMITS });
    const waits = holdWaits();
    const slow = await holder(gate);
    const second = await upload(gate, '/second', BODY);
    await waits.are(1);
    await pass(100);
    expect(upstream.seen).toEqual([]);
    waits.end();
    await isOk(second);
    const third = await upload(gate, '/third', BODY);
    await isOk(third);
    slow.write(BODY);
    await isOk(slow);
    expect(upstream.seen.map(({ url, body }) => [url, body === BODY])).toEqual([
      ['/second', true],
      ['/third', true],
      ['/holder', true],
    ]);
  });

  it('is refused by rules as ever', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES, yaml: `${LIMITS}\n${NO_DISK}` });
    const waits = holdWaits();
    const first = await holder(gate);
    const second = await upload(gate, '/second', `${BODY.slice(0, -7)}&b=evil`);
    await waits.are(1);
    first.write(BODY);
    await isOk(first);
    expect(await receive(second, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('keeps nobody from it whose client has left', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES, yaml: `${LIMITS}\n${NO_DISK}` });
    const waits = holdWaits();
    const first = await holder(gate);
    const leaver = await upload(gate, '/leaver', BODY.slice(0, 1000));
    await waits.are(1);
    const third = await upload(gate, '/third', BODY);
    await waits.are(2);
    leaver.destroy();
    first.write(BODY);
    await Promise.all([isOk(first), isOk(third)]);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/holder', '/third']);
    await until(async () => /\/leaver .* 499 /.test(await gate.accessLog()));
  });

  it('is not too slow for having waited, and not told to go on before its turn', async () => {
    const upstream = await startUpstream();
    const yaml = `${LIMITS}\n${NO_DISK}\ntimeouts: { body_idle: 2 s }`;
    const gate = await startGate(upstream.port, { rules: RULES, yaml });
    const waits = holdWaits();
    const first = await holder(gate);
    const second = await upload(gate, '/second', '', 'Expect: 100-continue\r\n');
    await waits.are(1);
    let told = '';
    second.on('data', (chunk: Buffer) => (told += chunk.toString('latin1')));
    for (let at = 0; at < 3; at++) {
      await pass(900);
      first.write(BODY.slice(at * 1000, (at + 1) * 1000));
    }
    expect(told).toBe('');
    first.write(BODY.slice(3000));
    await isOk(first);
    await until(() => told === 'HTTP/1.1 100 Continue\r\n\r\n');
    second.write(BODY);
    await until(() => told.includes('Continue\r\n\r\nHTTP/1.1 200 ') && told.endsWith('hello'));
  });

  it('waits as a stream of HTTP/2, and is forgotten with it', async () => {
    const upstream = await startUpstream();
    const yaml = `${LIMITS}\n${NO_DISK}`;
    const gate = await startSecureGate(upstream.port, { rules: RULES, yaml, listener: { http2: true } });
    const waits = holdWaits();
    const session = connectHttp2(`https://127.0.0.1:${gate.port}`, { rejectUnauthorized: false });
    session.on('error', () => {});
    onTestFinished(() => session.destroy());
    const start = (path: string) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': SIZE,
      });
      const answer = new Promise<string>((resolve) => {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => {});
        stream.on('close', () => resolve(text));
      });
      return { stream, answer };
    };
    const first = start('/first');
    first.stream.write(BODY.slice(0, 1000));
    const leaver = start('/leaver');
    leaver.stream.write(BODY.slice(0, 1000));
    await waits.are(1);
    const third = start('/third');
    third.stream.end(BODY);
    await waits.are(2);
    leaver.stream.close();
    await waits.are(1);
    first.stream.end(BODY.slice(1000));
    expect(await Promise.all([first.answer, third.answer])).toEqual(['hello', 'hello']);
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/first', '/third']);
  });

  it('waits on its way to FastCGI', async () => {
    const app = await startFastCgiApp((request) => {
      request.stdout('Content-Type: text/plain\r\n\r\nhello');
      request.end();
    });
    const gate = await startGate(0, {
      rules: RULES,
      yaml: `upstreams: { app: { urls: "${app.url}" } }\n${LIMITS}\n${NO_DISK}`,
    });
    const waits = holdWaits();
    const first = await holder(gate);
    const second = await upload(gate, '/second', BODY);
    await waits.are(1);
    first.write(BODY);
    await Promise.all([isOk(first), isOk(second)]);
  });
});
