import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Decision } from '../../src/adapter/decision.ts';
import type { TransactionRecord } from '../../src/index.ts';
import { type App, adapters, PIECES, type SharedOptions, type Stage } from './apps.ts';
import { type Answer, exchange, type Sent } from './exchange.ts';
import { REWRITING, testWaf, WAITING } from './rules.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const raw = { 'content-type': 'application/octet-stream' };
const multipart = { 'content-type': 'multipart/form-data; boundary=frontier' };
const noise = randomBytes(300_000);

function upload(filename: string, content: Buffer): Buffer {
  const head = `--frontier\r\nContent-Disposition: form-data; name="f"; filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--frontier--\r\n')]);
}

/** What goes in, and the status and body that come out. The same for every adapter. */
type Case = readonly [name: string, sent: Sent, status: number, body?: string | Buffer];
const cases: readonly Case[] = [
  ['a harmless request', { path: '/hello' }, 200, 'hello'],
  ['a harmless query', { path: '/hello?q=a%20b' }, 200, 'hello'],
  ['HEAD', { method: 'HEAD', path: '/hello' }, 200, ''],
  ['an answer without a body', { path: '/not-modified' }, 304, ''],
  ['nothing at the address', { path: '/missing' }, 404],
  ['a form', { method: 'POST', path: '/parsed', headers: form, body: 'a=1&b=x%20y' }, 200, '{"a":"1","b":"x y"}'],
  ['JSON', { method: 'POST', path: '/parsed', headers: json, body: '{"a":[1,"b"]}' }, 200, '{"a":[1,"b"]}'],
  [
    'an upload',
    { method: 'POST', path: '/echo', headers: multipart, body: upload('a.png', noise) },
    200,
    upload('a.png', noise),
  ],
  ['a body of many packets', { method: 'POST', path: '/echo', headers: raw, body: noise }, 200, noise],
  [
    'a chunked body',
    { method: 'POST', path: '/echo', headers: raw, body: [Buffer.from('a'), noise, Buffer.from('z')] },
    200,
    Buffer.concat([Buffer.from('a'), noise, Buffer.from('z')]),
  ],
  [
    'a chunked body of nothing',
    { method: 'POST', path: '/echo', headers: { ...raw, 'transfer-encoding': 'chunked' } },
    200,
    '',
  ],
  ['a body of no bytes', { method: 'POST', path: '/echo', headers: raw, body: '' }, 200, ''],
  ['a body the application ignores', { method: 'POST', path: '/ignore', headers: raw, body: noise }, 200, 'ignored'],
  ['a held answer in pieces', { path: '/pieces' }, 200, PIECES.join('')],
  ['an attack in the query', { path: '/hello?q=<script' }, 403],
  ['an attack in a header', { path: '/hello', headers: { 'x-attack': 'head' } }, 403],
  ['an attack in a form', { method: 'POST', path: '/parsed', headers: form, body: 'a=1&b=%3Cscript' }, 403],
  ['an attack in JSON', { method: 'POST', path: '/parsed', headers: json, body: '{"a":["<\\u0073cript"]}' }, 403],
  [
    'an attack in a file name',
    { method: 'POST', path: '/echo', headers: multipart, body: upload('<script', noise) },
    403,
  ],
  [
    'a head refused before its body',
    { method: 'POST', path: '/echo', headers: { ...raw, 'x-attack': 'head' }, body: noise },
    403,
  ],
  ['a body over the limit', { method: 'POST', path: '/echo', headers: raw, body: Buffer.alloc(1_000_001) }, 413],
  ['a leak in the body', { path: '/leak' }, 502],
  ['a leak in a header', { path: '/header-leak' }, 502],
  ['inspection that fails on the request', { path: '/hello', headers: { 'x-explode': 'request' } }, 500],
  ['inspection that fails on the answer', { path: '/hello', headers: { 'x-explode': 'response' } }, 500],
  ['a rule that asks for another backend', { path: '/hello', headers: { 'x-attack': 'proxy' } }, 500],
];

describe.each(adapters)('%s', (_name, start, { isFetch, throwStatus }) => {
  let app: App | undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const decisions: Decision[] = [];
  const records: TransactionRecord[] = [];
  const stage: Stage & { entered: string[] } = { entered: [], secondHalf: Promise.resolve() };

  async function run(sent: Sent, options: SharedOptions = {}, rules = ''): Promise<Answer> {
    return exchange(await serve(options, rules), sent);
  }

  async function serve(options: SharedOptions = {}, rules = ''): Promise<number> {
    app = await start(
      testWaf(rules),
      { onDecision: (decision) => decisions.push(decision), onRecord: (record) => records.push(record), ...options },
      stage,
    );
    return app.port;
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
    decisions.length = 0;
    records.length = 0;
    stage.entered.length = 0;
  });

  describe.each([
    ['verdicts at once', ''],
    ['verdicts that take time', WAITING],
  ])('%s', (_kind, rules) => {
    it.each(cases.map((row) => ({ row, name: row[0] })))('$name', async ({ row: [, sent, status, body] }) => {
      const answer = await run(sent, {}, rules);
      expect(answer.status).toBe(status);
      if (body !== undefined) expect(answer.body.equals(Buffer.from(body))).toBe(true);
      if (status >= 400 && status !== 404) expect(answer.body.toString()).toContain('Reference: ');
      await expect.poll(() => decisions).toHaveLength(1);
      expect(decisions[0]?.status).toBe(status);
      expect(records).toHaveLength(1);
    });

    it('serves one request after the other on one connection', async () => {
      const port = await serve({}, rules);
      for (const [name, sent, status] of cases) {
        const answer = await exchange(port, { ...sent, agent });
        expect([name, answer.status]).toEqual([name, status]);
      }
    });
  });

  // Hono's server for Node closes such connections by itself when the rest does not come quickly.
  it.skipIf(isFetch).each([
    [
      'leaves most of a large body unread',
      '/ignore',
      'SecRequestBodyLimitAction ProcessPartial\nSecRequestBodyLimit 1000',
    ],
    ['is spared a body over the limit', '/echo', ''],
  ])('keeps the connection usable when the application %s', async (_what, path, rules) => {
    const port = await serve({}, rules);
    const sent = { method: 'POST', path, headers: raw, body: Buffer.alloc(5_000_000), agent };
    for (const _time of [1, 2, 3]) expect((await exchange(port, sent)).status).toBe(path === '/echo' ? 413 : 200);
  });

  it.each([
    ['a body that was held', { path: '/hello' }, '[[good bye]]'],
    ['a body that is streamed', { path: '/stream' }, '[[first half\nsecond half\n]]'],
    ['a body in pieces', { path: '/pieces' }, `[[${PIECES.join('').replace('0 0 ', 'zero ')}]]`],
    [
      'a form',
      { method: 'POST', path: '/parsed', headers: form, body: 'a=secret&b=1' },
      '[[{"a":"public information","b":"1"}]]',
    ],
    [
      'JSON',
      { method: 'POST', path: '/parsed', headers: json, body: '{"a":"secret"}' },
      '[[{"a":"public information"}]]',
    ],
  ])('carries out what rules change about %s', async (_what, sent, body) => {
    for (const rules of [REWRITING, REWRITING + WAITING]) {
      const answer = await run(sent, {}, rules);
      expect([answer.status, answer.body.toString()]).toEqual([200, body]);
      await app?.close();
    }
  });

  it('does not rewrite a body that rules saw only in part', async () => {
    const limits = 'SecResponseBodyLimitAction ProcessPartial\nSecResponseBodyLimit 200000';
    const { body } = await run({ path: '/pieces' }, {}, REWRITING + limits);
    expect(body.toString() === `[[${PIECES.join('')}]]`).toBe(true);
  });

  it('keeps refused requests from the application', async () => {
    await run({ path: '/hello?q=<script' });
    expect(stage.entered).toEqual([]);
  });

  it('does not send what it refuses', async () => {
    const { body, headers } = await run({ path: '/header-leak' });
    expect(headers['x-leak']).toBeUndefined();
    expect(body.toString()).not.toContain('fine');
  });

  it('streams what no rule wants to read', async () => {
    let release = (): void => {};
    stage.secondHalf = new Promise((resolve) => {
      release = resolve;
    });
    const port = await serve();
    const chunks: string[] = [];
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path: '/stream' }, resolve).on('error', reject).end();
    });
    response.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    await expect.poll(() => chunks.join('')).toBe('first half\n');
    release();
    await expect.poll(() => chunks.join('')).toBe('first half\nsecond half\n');
  });

  it('redirects', async () => {
    const { status, headers } = await run({ path: '/hello', headers: { 'x-attack': 'redirect "me"' } });
    expect(status).toBe(302);
    expect(headers.location).toBe('https://example.test/why?redirect%20"me"');
    expect(decisions[0]?.action).toBe('redirect');
  });

  it(isFetch ? 'refuses where it cannot drop' : 'drops', async () => {
    const sent = { path: '/hello', headers: { 'x-attack': 'drop' } };
    if (isFetch) expect((await run(sent)).status).toBe(403);
    else await expect(run(sent)).rejects.toThrow('socket hang up');
    expect(decisions).toMatchObject([{ action: 'drop', phase: 1, rule: { id: 12 } }]);
  });

  it('tells what it decided', async () => {
    await run({ path: '/hello?q=<script', headers: { 'x-note': 'note' } }, { transactionId: () => 'id-1' });
    expect(decisions).toMatchObject([
      { action: 'deny', status: 403, phase: 2, transactionId: 'id-1', rule: { id: 20 }, error: undefined },
    ]);
    expect(decisions[0]?.matches.map((match) => match.rule.id)).toEqual([15, 20]);
    await expect.poll(() => records).toHaveLength(1);
    expect(records[0]).toMatchObject({ id: 'id-1', response: { status: 403 }, interruption: { status: 403 } });
  });

  it('tells what it let pass', async () => {
    await run({ path: '/hello', headers: { 'x-note': 'note' } });
    await expect.poll(() => decisions).toHaveLength(1);
    expect(decisions).toMatchObject([{ action: 'pass', status: 200, rule: undefined, message: '' }]);
    expect(decisions[0]?.matches.map((match) => match.message)).toEqual(['noted']);
    expect(records[0]?.response?.status).toBe(200);
  });

  it('says why it could not inspect', async () => {
    await run({ path: '/hello', headers: { 'x-explode': 'request' } });
    expect(decisions).toMatchObject([
      { action: 'error', status: 500, message: 'Inspection failed: operator went wrong' },
    ]);
    expect(stage.entered).toEqual([]);
  });

  it.each(['request', 'response'])('goes on without inspecting the %s where the program wants that', async (part) => {
    const answer = await run({ path: '/hello', headers: { 'x-explode': part } }, { onError: 'pass' });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'hello']);
    await expect.poll(() => decisions).toHaveLength(1);
    expect(decisions).toMatchObject([{ action: 'pass', message: 'Inspection failed: operator went wrong' }]);
  });

  it('treats an option that throws as failed inspection', async () => {
    const clientAddress = (): string => {
      throw new Error('no address');
    };
    expect((await run({ path: '/hello' }, { clientAddress })).status).toBe(500);
    expect(decisions).toMatchObject([{ action: 'error', transactionId: '', message: 'Inspection failed: no address' }]);
  });

  it('believes the client address it is told', async () => {
    expect((await run({ path: '/hello' }, { clientAddress: () => '203.0.113.9' })).status).toBe(401);
  });

  it('answers with the page it is given', async () => {
    const blockedPage: SharedOptions['blockedPage'] = async ({ rule, status }) => ({
      status: 451,
      headers: { 'Content-Type': 'text/html', 'x-why': `${rule?.id} ${status}` },
      body: '<p>no',
    });
    const { status, headers, body } = await run({ path: '/leak' }, { blockedPage });
    expect([status, headers['content-type'], headers['x-why'], body.toString()]).toEqual([
      451,
      'text/html',
      '40 502',
      '<p>no',
    ]);
  });

  it('lets the application handle its own errors', async () => {
    const { status } = await run({ path: '/throw' });
    expect(status).toBe(throwStatus);
    await expect.poll(() => decisions).toMatchObject([{ action: 'pass' }]);
  });

  it('ends when the client leaves in the middle of its body', async () => {
    const port = await serve();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\nbeginning',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect.poll(() => decisions).toMatchObject([{ action: 'pass', status: 0 }]);
    expect(stage.entered).toEqual([]);
    expect(records).toHaveLength(1);
  });

  it('answers pipelined requests in their order', async () => {
    const port = await serve({}, WAITING);
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const post =
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 5\r\n\r\n';
    socket.write(
      `${post}one 1GET /hello?q=<script HTTP/1.1\r\nHost: a\r\n\r\n${post}two 2GET /leak HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    // Status lines of the four answers, and the bodies of the two that passed.
    await vi.waitFor(() => {
      const seen = Buffer.concat(chunks)
        .toString('latin1')
        .match(/HTTP\/1\.1 \d+|one 1|two 2/g);
      expect(seen).toEqual(['HTTP/1.1 200', 'one 1', 'HTTP/1.1 403', 'HTTP/1.1 200', 'two 2', 'HTTP/1.1 502']);
    });
    socket.end();
  });

  it('answers over its limit are refused', async () => {
    expect((await run({ path: '/pieces' }, {}, 'SecResponseBodyLimit 200000')).status).toBe(500);
    expect(decisions).toMatchObject([{ action: 'deny', phase: 4, rule: undefined }]);
  });

  it('answers over their limit pass, inspected up to it, with ProcessPartial', async () => {
    const rules = 'SecResponseBodyLimitAction ProcessPartial\nSecResponseBodyLimit 200000\n';
    const port = await serve({}, `${rules}SecRule RESPONSE_BODY "@contains 199 199" "id:60,phase:4,deny,status:502"`);
    expect((await exchange(port, { path: '/pieces' })).status).toBe(502);
    await app?.close();
    const other = await serve({}, `${rules}SecRule RESPONSE_BODY "@contains 299 299" "id:60,phase:4,deny,status:502"`);
    const { status, body } = await exchange(other, { path: '/pieces' });
    expect([status, body.toString() === PIECES.join('')]).toEqual([200, true]);
  });

  it('passes a large upload through with ProcessPartial, in bounded memory', async () => {
    const port = await serve({}, 'SecRequestBodyLimitAction ProcessPartial\nSecRequestBodyLimit 200000');
    const megabytes = 200;
    const { count, growth } = await uploadMeasured(port, megabytes);
    expect(count).toBe(megabytes * 1_000_000);
    expect(growth).toBeLessThan(120_000_000);
  });

  it('still inspects the beginning of a large upload', async () => {
    const body = Buffer.concat([Buffer.from('a=<script&b='), Buffer.alloc(500_000, 0x61)]);
    const rules = 'SecRequestBodyLimitAction ProcessPartial\nSecRequestBodyLimit 200000';
    expect((await run({ method: 'POST', path: '/count', headers: form, body }, {}, rules)).status).toBe(403);
  });
});

/** Sends an endless-looking body as fast as it is taken; gives what the application counted and how memory grew. */
function uploadMeasured(port: number, megabytes: number): Promise<{ readonly count: number; readonly growth: number }> {
  const piece = Buffer.alloc(1_000_000, 0x61);
  const before = process.memoryUsage.rss();
  let peak = before;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/count', headers: raw });
    outgoing.on('error', reject).on('response', async (incoming) => {
      let text = '';
      for await (const chunk of incoming) text += String(chunk);
      resolve({ count: Number(text), growth: peak - before });
    });
    let sent = 0;
    const feed = (): void => {
      let flows = true;
      while (flows && sent < megabytes) {
        sent++;
        peak = Math.max(peak, process.memoryUsage.rss());
        flows = outgoing.write(piece);
      }
      if (sent < megabytes) outgoing.once('drain', feed);
      else outgoing.end();
    };
    feed();
  });
}
