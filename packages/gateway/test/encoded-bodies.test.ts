/** Bodies in which rules would find nothing: compressed ones, in either direction, and answers in pieces. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html
SecResponseBodyLimit 100000
SecResponseBodyLimitAction Reject
SecRule ARGS "@contains evil" "id:1,phase:2,deny,status:403,log"
SecRule RESPONSE_BODY "@contains secret" "id:2,phase:4,deny,status:403,log"
`;

describe('A52: a request body', () => {
  const send = (gate: RunningGate, body: Buffer, coding: string, path = '/'): Promise<{ readonly status: number }> =>
    ask(
      gate.port,
      path,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Encoding': coding },
      },
      body,
    );

  it.each([
    ['gzip', gzipSync('a=evil')],
    ['GZIP', gzipSync('a=evil')],
    ['br', brotliCompressSync('a=evil')],
    ['identity, gzip', gzipSync('a=evil')],
    ['x-whatever', Buffer.from('a=evil')],
  ])('in the coding %s is refused where rules are to read it', async (coding, body) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES });
    expect((await send(gate, body, coding)).status).toBe(415);
    expect(upstream.seen).toEqual([]);
    expect(await gate.errorLog()).toContain('SP1038');
  });

  it('passes as it is where nobody reads it, or it says nothing of a coding', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: RULES,
      yaml: `routes:
  - { upstream: app }
  - { path: /off, upstream: app, waf: off }
  - { path: /unread, upstream: app, inspect: { request_body: false } }
  - { path: /passed, upstream: app, inspect: { encoded_bodies: pass } }
  - { path: /detect, upstream: app, waf: detection }`,
    });
    const body = gzipSync('a=evil');
    for (const path of ['/off', '/unread', '/passed', '/detect'])
      expect((await send(gate, body, 'gzip', path)).status).toBe(200);
    expect((await send(gate, Buffer.from('a=good'), 'identity')).status).toBe(200);
    expect((await send(gate, Buffer.from('a=evil'), 'identity')).status).toBe(403);
    expect(upstream.seen.slice(0, 4).every((one) => one.body === body.toString('latin1'))).toBe(true);
    expect(await gate.errorLog()).toContain('would refuse: a request body in a coding that rules cannot read: gzip');
  });
});

interface Page {
  readonly coding: string;
  readonly body: Buffer;
  readonly type?: string;
}

async function gateBefore({ coding, body, type = 'text/html' }: Page, rules = RULES): Promise<RunningGate> {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': coding, 'Content-Length': body.length });
    response.end(body);
  });
  return startGate(upstream.port, { rules });
}

describe('A53: an answer that comes compressed, though it was asked not to', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('%s: rules read what stands in it', async (coding, compress) => {
    const refused = await gateBefore({ coding, body: compress('a secret page') });
    expect((await ask(refused.port, '/')).status).toBe(403);
    const body = compress('a page for everybody');
    const passed = await gateBefore({ coding, body });
    const answer = await ask(passed.port, '/');
    expect([answer.status, answer.headers['content-encoding'], answer.body]).toEqual([
      200,
      coding,
      body.toString('latin1'),
    ]);
  });

  it('is no larger than answers may be', async () => {
    const gate = await gateBefore({ coding: 'gzip', body: gzipSync(Buffer.alloc(4_000_000)) });
    expect((await ask(gate.port, '/')).status).toBe(500);
    const partial = await gateBefore(
      { coding: 'gzip', body: gzipSync(Buffer.alloc(4_000_000)) },
      RULES.replace('Action Reject', 'Action ProcessPartial'),
    );
    expect((await ask(partial.port, '/')).status).toBe(200);
  });

  it('is no answer when it is not what it says', async () => {
    const page = { coding: 'gzip', body: Buffer.from('a secret page') };
    const gate = await gateBefore(page);
    expect((await ask(gate.port, '/')).status).toBe(502);
    const detecting = await gateBefore(page, RULES.replace('Engine On', 'Engine DetectionOnly'));
    expect((await ask(detecting.port, '/')).status).toBe(200);
  });

  it('in a coding nobody knows passes, and the log says so', async () => {
    const gate = await gateBefore({ coding: 'x-none', body: Buffer.from('?') });
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect(await gate.errorLog()).toContain('rules cannot read the coding "x-none" of the answer');
  });

  it('goes out as rules have written it, uncompressed then', async () => {
    const rules = `${RULES.replace(/SecRule RESPONSE_BODY.*\n/, '')}SecStreamOutBodyInspection On
SecRule STREAM_OUTPUT_BODY "@rsub s/secret/***/" "id:3,phase:4,pass,nolog"\n`;
    const gate = await gateBefore({ coding: 'gzip', body: gzipSync('a secret page') }, rules);
    const answer = await ask(gate.port, '/');
    expect(answer.body).toBe('a *** page');
    expect(answer.headers).toMatchObject({ 'content-length': '10' });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });
});

describe('A53: a part of an answer', () => {
  const PAGE = 'this is the secret';
  const start = async (type: string | undefined, rules = RULES): Promise<[RunningGate, () => readonly unknown[]]> => {
    const upstream = await startUpstream((request, response) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      const headers = type === undefined ? {} : { 'Content-Type': type };
      if (range === null) {
        response.writeHead(200, headers).end(PAGE);
        return;
      }
      const [from, to] = [Number(range[1]), Number(range[2])];
      response.writeHead(206, { ...headers, 'Content-Range': `bytes ${from}-${to}/${PAGE.length}` });
      response.end(PAGE.slice(from, to + 1));
    });
    return [await startGate(upstream.port, { rules }), () => upstream.seen.map(({ headers }) => headers.range)];
  };
  const part = { headers: { Range: 'bytes=12-14', 'If-Range': '"1"' } };

  it.each(['text/html', 'Text/HTML; charset=utf-8', 'multipart/byteranges; boundary=x'])(
    'of type %s is not enough for the rules',
    async (type) => {
      const [gate, ranges] = await start(type);
      expect((await ask(gate.port, '/', part)).status).toBe(type.startsWith('multipart') ? 200 : 403);
      expect(ranges()).toEqual(['bytes=12-14', undefined]);
    },
  );

  it('passes where rules read no such type, or no answers', async () => {
    for (const [type, rules] of [
      ['video/mp4', RULES],
      ['text/html', RULES.replace('ResponseBodyAccess On', 'ResponseBodyAccess Off')],
    ] as const) {
      const [gate, ranges] = await start(type, rules);
      const { status, body } = await ask(gate.port, '/', part);
      expect([status, body, ranges()]).toEqual([206, 'sec', ['bytes=12-14']]);
    }
  });

  it('is taken when there is nothing else', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(206, { 'Content-Type': 'text/html', 'Content-Range': 'bytes 0-1/9' }).end('ab');
    });
    const gate = await startGate(upstream.port, { rules: RULES });
    expect((await ask(gate.port, '/', part)).body).toBe('ab');
    expect(upstream.seen).toHaveLength(2);
  });
});
