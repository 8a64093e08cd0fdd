import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, open, receive, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { wait } from './support/silence.ts';
import { startUpstream } from './support/upstream.ts';

const INSPECTING = `SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 13107200
SecRule ARGS_POST "@contains evil" "id:1,phase:2,deny,status:403,log,msg:'evil body'"
`;

/** Files without a name that this process has open in a folder. */
function unnamedFiles(folder: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return (
        readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder) &&
        readlinkSync(`/proc/self/fd/${fd}`).endsWith('(deleted)')
      );
    } catch {
      return false;
    }
  }).length;
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const form = (size: number): string => `a=${'x'.repeat(size - 2)}`;

describe('request bodies', () => {
  it.each([
    ['small, in memory', 1000, false],
    ['to be sent in one piece', 128 * 1024, false],
    ['one byte more', 128 * 1024 + 1, false],
    ['at the limit of memory', 2 * 1024 * 1024, false],
    ['one byte more, on disk', 2 * 1024 * 1024 + 1, false],
    ['large, on disk', 5_000_000, false],
    ['small and chunked', 1000, true],
    ['large and chunked', 5_000_000, true],
  ])('inspected and forwarded byte for byte: %s', async (_name, size, isChunked) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: INSPECTING });
    const body = form(size);
    const headers = isChunked
      ? { ...FORM, 'Transfer-Encoding': 'chunked' }
      : { ...FORM, 'Content-Length': body.length };
    expect((await ask(gate.port, '/', { method: 'POST', headers }, body)).status).toBe(200);
    const [seen] = upstream.seen;
    expect(seen?.body === body).toBe(true);
    expect(seen?.headers['content-length']).toBe(isChunked ? undefined : String(size));
    // The file is let go of when the exchange is over, which may be a moment after its answer.
    await expect.poll(() => unnamedFiles(gate.folder)).toBe(0);
  });

  it('a refused body never reaches the upstream, whatever its size', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: INSPECTING });
    for (const padding of [0, 1_000_000]) {
      const body = `${'p='.padEnd(padding, 'x')}&a=evil`;
      expect((await ask(gate.port, '/', { method: 'POST', headers: FORM }, body)).status).toBe(403);
    }
    expect(upstream.seen).toEqual([]);
    await expect.poll(() => unnamedFiles(gate.folder)).toBe(0);
  });

  it.each([
    ['limits.body_in_memory', { rules: INSPECTING, yaml: 'limits: { body_in_memory: 128 KiB }' }],
    ['SecRequestBodyInMemoryLimit', { rules: `SecRequestBodyInMemoryLimit 131072\n${INSPECTING}` }],
  ])('waits on disk in a file without a name beyond %s', async (_name, options) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, options);
    const socket = await open(gate.port);
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: 400000\r\n\r\n${form(300_000)}`,
    );
    await expect.poll(() => unnamedFiles(gate.folder)).toBe(1);
    expect(readdirSync(gate.folder).filter((name) => name.startsWith('sallyport-'))).toEqual([]);
    expect(upstream.seen).toEqual([]);
    socket.destroy();
    await expect.poll(() => unnamedFiles(gate.folder)).toBe(0);
    await expect.poll(() => gate.accessLog()).toContain(' 499 ');
  });

  it('a disk that refuses is an error of ours', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: INSPECTING, yaml: 'tmp_dir: missing' });
    expect((await ask(gate.port, '/', { method: 'POST', headers: FORM }, form(5_000_000))).status).toBe(500);
    expect(await gate.errorLog()).toMatch(/SP3002 .*ENOENT/);
    expect(upstream.seen).toEqual([]);
  });

  it.each([
    ['announced', { 'Content-Length': '2000' }],
    ['chunked', { 'Transfer-Encoding': 'chunked' }],
  ])('over limits.body is 413: %s', async (_name, headers) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'limits: { body: 1 kB }' });
    expect((await ask(gate.port, '/', { method: 'POST', headers }, 'x'.repeat(2000))).status).toBe(413);
    expect((await ask(gate.port, '/', { method: 'POST' }, 'x'.repeat(1000))).status).toBe(200);
  });

  it('over the limit of the rules is 413 or inspected in part, as they say', async () => {
    const upstream = await startUpstream();
    const rules = (action: string): string => `SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 2000
SecRequestBodyLimitAction ${action}
SecRule ARGS_POST "@contains evil" "id:1,phase:2,deny,status:403"
`;
    const reject = await startGate(upstream.port, { rules: rules('Reject') });
    expect((await ask(reject.port, '/', { method: 'POST', headers: FORM }, form(3000))).status).toBe(413);
    const chunked = { ...FORM, 'Transfer-Encoding': 'chunked' };
    expect((await ask(reject.port, '/', { method: 'POST', headers: chunked }, form(3000))).status).toBe(413);
    expect(upstream.seen).toEqual([]);

    const partial = await startGate(upstream.port, { rules: rules('ProcessPartial') });
    const long = form(300_000);
    expect((await ask(partial.port, '/', { method: 'POST', headers: FORM }, long)).status).toBe(200);
    expect(upstream.seen[0]?.body === long).toBe(true);
    expect((await ask(partial.port, '/', { method: 'POST', headers: FORM }, `a=evil&${long}`)).status).toBe(403);
  });

  it('a route may show the rules less, or nothing', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: INSPECTING,
      yaml: `routes:
  - { upstream: app }
  - { path: /part, upstream: app, inspect: { request_body_limit: 1 kB } }
  - { path: /none, upstream: app, inspect: { request_body: false } }`,
    });
    const late = `${form(200_000)}&b=evil`;
    const post = async (path: string, body: string): Promise<number> =>
      (await ask(gate.port, path, { method: 'POST', headers: FORM }, body)).status;
    expect(await post('/', late)).toBe(403);
    expect(await post('/part', late)).toBe(200);
    expect(await post('/part', 'a=evil')).toBe(403);
    expect(await post('/none', 'a=evil')).toBe(200);
    expect(upstream.seen.map((one) => one.body.length)).toEqual([late.length, 6]);
  });

  it('silence within a body is 408', async () => {
    const upstream = await startUpstream();
    for (const rules of [INSPECTING, undefined]) {
      const gate = await startGate(upstream.port, {
        ...(rules && { rules }),
        yaml: 'timeouts: { body_idle: 200 ms, linger: 100 ms }',
      });
      const received = await talk(
        gate.port,
        `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: 10\r\n\r\na=`,
        1500,
      );
      expect(statuses(received)).toEqual([408]);
      expect(await gate.errorLog()).toMatch(/SP1061 .*2 bytes had come/);
    }
  });
});

describe('Expect: 100-continue', () => {
  const head = (more: string): string =>
    `POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 5\r\n${more}\r\n`;

  it('is answered by the gate and not passed on', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const socket = await open(gate.port);
    socket.write(head(''));
    expect(await receive(socket, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('hello');
    expect(await receive(socket, 'hello')).toMatch(/^HTTP\/1.1 200 /);
    expect(upstream.seen[0]?.headers.expect).toBeUndefined();
    socket.destroy();
  });

  it('a refusal comes instead, before any byte of the body', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecRule REQUEST_URI "@contains /x" "id:1,phase:1,deny,status:403"\n`,
    });
    const received = await talk(gate.port, head(''));
    expect(statuses(received)).toEqual([403]);
    expect(received).toMatch(/connection: close/i);
  });
});

describe('early answers', () => {
  it('a body that rules would refuse for its announced length is not read', async () => {
    const upstream = await startUpstream();
    const limits =
      'SecRequestBodyAccess On\nSecRequestBodyLimit 1000\nSecRequestBodyLimitAction Reject\nSecAuditEngine On\n';
    const announced = (more = ''): string => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n${more}\r\n`;
    const gate = await startGate(upstream.port, { rules: `SecRuleEngine On\n${limits}` });
    for (const more of ['', 'Expect: 100-continue\r\n']) {
      expect(statuses(await talk(gate.port, announced(more)))).toEqual([413]);
    }
    expect(await gate.errorLog()).toContain(
      'SP1060 request body too large: 1001 bytes, and SecRequestBodyLimit is 1000',
    );
    expect(await gate.auditLog()).toContain('413');
    const detecting = await startGate(upstream.port, { rules: `SecRuleEngine DetectionOnly\n${limits}` });
    expect(statuses(await talk(detecting.port, announced() + 'x'.repeat(1001)))).toEqual([200]);
  });

  it('an upload that is refused half-way gets to see why', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'limits: { body: 100 kB }' });
    const size = 20_000_000;
    const answer = await ask(
      gate.port,
      '/',
      { method: 'POST', headers: { 'Content-Length': size } },
      Buffer.alloc(size),
    );
    expect(answer.status).toBe(413);
    await wait(50);
    expect(await gate.errorLog()).toContain('SP1060');
  });
});
