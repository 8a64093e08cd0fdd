/** Requests that two readers may understand differently never get through, and nothing sent after them does. */
import { describe, expect, it } from 'vitest';
import { statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const HOST = 'Host: example.test\r\n';
const SENTINEL = `GET /sentinel HTTP/1.1\r\n${HOST}\r\n`;

interface Case {
  readonly name: string;
  readonly request: string;
  readonly status?: number;
}

const post = (headers: string, body: string): string => `POST /p HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;

const CASES: readonly Case[] = [
  { name: 'A01 CL then TE', request: post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n') },
  { name: 'A01 TE then CL', request: post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n') },
  { name: 'A02 two equal Content-Length', request: post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab') },
  { name: 'A02 two different Content-Length', request: post('Content-Length: 2\r\nContent-Length: 3\r\n', 'ab') },
  { name: 'A02 Content-Length list', request: post('Content-Length: 2, 2\r\n', 'ab') },
  ...['+2', '-1', '0x2', '2_0', '', '99999999999999999999', '1e1', '2;'].map((length) => ({
    name: `A03 Content-Length "${length}"`,
    request: post(`Content-Length: ${length}\r\n`, 'ab'),
  })),
  ...[
    'gzip, chunked',
    'identity, chunked',
    'identity',
    'xchunked',
    '"chunked"',
    'chunked, chunked',
    '\x0bchunked',
    'chunked;q=1',
  ].map((coding) => ({
    name: `A04 Transfer-Encoding ${JSON.stringify(coding)}`,
    request: post(`Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n'),
  })),
  {
    name: 'A04 two Transfer-Encoding lines',
    request: post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  },
  {
    name: 'A04 Transfer-Encoding in HTTP/1.0',
    request: `POST /p HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  { name: 'A05 space before colon', request: post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n') },
  { name: 'A05 folded header', request: get('/', 'X-A: 1\r\n Transfer-Encoding: chunked\r\n') },
  { name: 'A05 NUL in a header', request: get('/', 'X-A: a\0b\r\n') },
  { name: 'A06 bare LF', request: `GET / HTTP/1.1\n${HOST}\r\n` },
  { name: 'A06 bare LF after a header', request: `GET / HTTP/1.1\r\nHost: example.test\nX-A: 1\r\n\r\n` },
  { name: 'A06 bare CR in a header', request: get('/', 'X-A: a\rX-B: b\r\n') },
  ...['+1', '0x1', ' 1', '1 ', '', 'g', '00000000000000001'.repeat(2)].map((size) => ({
    name: `A08 chunk size "${size}"`,
    request: post('Transfer-Encoding: chunked\r\n', `${size}\r\na\r\n0\r\n\r\n`),
  })),
  { name: 'A08 chunk without CRLF', request: post('Transfer-Encoding: chunked\r\n', '1\r\naX0\r\n\r\n') },
  { name: 'A11 unknown Expect', request: get('/', 'Expect: tea\r\n'), status: 417 },
  { name: 'A13 HTTP/0.9', request: `GET / HTTP/0.9\r\n${HOST}\r\n` },
  { name: 'A13 HTTP/1.2', request: `GET / HTTP/1.2\r\n${HOST}\r\n` },
  { name: 'A13 HTTP/2.0', request: `GET / HTTP/2.0\r\n${HOST}\r\n`, status: 505 },
  { name: 'A13 HTTP/3.0', request: `GET / HTTP/3.0\r\n${HOST}\r\n`, status: 505 },
  { name: 'A13 lower case', request: `GET / http/1.1\r\n${HOST}\r\n` },
  { name: 'A13 other protocol', request: `GET / JUNK/1.0\r\n${HOST}\r\n` },
  { name: 'A14 garbage first', request: `\0\0\r\n${get('/')}` },
  {
    name: 'A15 body with Upgrade',
    request: get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nContent-Length: 3\r\n'),
  },
  { name: 'A22 no Host', request: 'GET / HTTP/1.1\r\n\r\n' },
  { name: 'A22 empty Host', request: 'GET / HTTP/1.1\r\nHost:\r\n\r\n' },
  { name: 'A22 two Host lines', request: get('/', HOST) },
  ...['a, b', 'a/b', 'u@h', 'a b', '[::1', 'a:b', 'a:', 'a:99999', 'localhost%00', '.a', '\xe9'].map((host) => ({
    name: `A22 Host ${JSON.stringify(host)}`,
    request: `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  })),
  { name: 'A22 absolute form of another host', request: get('http://other.test/') },
  { name: 'A22 absolute form with user', request: get('http://u@example.test/') },
  { name: 'A25 backslash in the path', request: get('/a\\..\\b') },
  { name: 'A25 dot segments', request: get('/a/../b') },
  { name: 'A25 encoded dot segments', request: get('/a/%2e%2E/b') },
  { name: 'A25 encoded NUL', request: get('/a%00.html') },
  { name: 'A27 fragment', request: get('/a#b') },
  { name: 'A27 space in the target', request: get('/a b') },
  { name: 'A27 control byte in the target', request: get('/a\x01b') },
  { name: 'A27 long target', request: get(`/${'a'.repeat(8200)}`), status: 414 },
  {
    name: 'A29 many headers',
    request: get('/', Array.from({ length: 100 }, (_, at) => `X-${at}: 1\r\n`).join('')),
    status: 431,
  },
  { name: 'A29 large headers', request: get('/', `X-A: ${'a'.repeat(40_000)}\r\n`), status: 431 },
  { name: 'A30 Connection names a protected header', request: get('/', 'Connection: close, X-Real-IP\r\n') },
  { name: 'A30 Connection names Host', request: get('/', 'Connection: host\r\n') },
  { name: 'A32 TRACE', request: `TRACE / HTTP/1.1\r\n${HOST}\r\n`, status: 405 },
  { name: 'A32 CONNECT', request: `CONNECT example.test:443 HTTP/1.1\r\n${HOST}\r\n` },
  { name: 'A32 method that is not a token', request: `G@T / HTTP/1.1\r\n${HOST}\r\n` },
  ...['Authorization', 'Content-Type', 'Cookie', 'Referer', 'User-Agent'].map((name) => ({
    name: `A33 two ${name}`,
    request: get('/', `${name}: a\r\n${name}: b\r\n`),
  })),
];

describe('malformed requests', () => {
  it.each(CASES)('$name', async ({ request, status }) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const received = await talk(gate.port, request + SENTINEL);
    const [first, ...rest] = statuses(received);
    if (status === undefined) expect([400, 405]).toContain(first);
    else expect(first).toBe(status);
    expect(rest).toEqual([]);
    expect(received).toMatch(/\r\nconnection: close\r\n/i);
    // A body that turns out bad half-way has its head at the upstream already; it must never be a whole request there.
    expect(upstream.seen.filter((one) => one.body !== '' || one.url === '/sentinel')).toEqual([]);
    expect(await gate.accessLog()).toMatch(new RegExp(`" ${first} `));
    expect(await gate.errorLog()).toMatch(/\[(proxy|http):notice\].* SP1\d{3} /);
  });

  it('a request line without a version gets no answer at all', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    expect(await talk(gate.port, `GET / \r\n${HOST}\r\n`)).toBe('');
    expect(await gate.accessLog()).toContain('"GET / " 400');
  });

  it('garbage after a finished request does not disturb its answer', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const received = await talk(gate.port, `${get('/first')}\x16\x03\x01garbage\r\n\r\n`);
    expect(statuses(received)).toEqual([200, 400]);
    expect(upstream.seen.map((one) => one.url)).toEqual(['/first']);
  });
});

describe('odd but unambiguous requests pass', () => {
  it.each([
    ['an absolute form of the same host', get('http://example.test/a?b'), '/a?b'],
    ['an absolute form without a path', get('http://example.test?b'), '/?b'],
    ['one empty line first', `\r\n${get('/a')}`, '/a'],
    ['HTTP/1.0 without Host', 'GET /a HTTP/1.0\r\n\r\n', '/a'],
    ['a colon in the path', get('/x:80'), '/x:80'],
    ['a backslash in the query', get('/a?b=\\c'), '/a?b=\\c'],
    ['encoded slashes stay encoded', get('/a%2Fb'), '/a%2Fb'],
    ['invalid escapes stay', get('/%zz?%'), '/%zz?%'],
    ['double slashes stay', get('//a//b'), '//a//b'],
    ['dots within a segment', get('/..a/b..c/...'), '/..a/b..c/...'],
  ])('%s', async (_name, request, url) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    expect(statuses(await talk(gate.port, request))).toEqual([200]);
    expect(upstream.seen.map((one) => one.url)).toEqual([url]);
  });
});

describe('while rules only detect', () => {
  it('policy refusals pass and are noted; framing errors are refused all the same', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: 'SecRuleEngine DetectionOnly\n' });
    expect(statuses(await talk(gate.port, get('/', 'Content-Type: a/b\r\nContent-Type: c/d\r\n')))).toEqual([200]);
    expect(statuses(await talk(gate.port, get('/a/../b')))).toEqual([200]);
    expect(statuses(await talk(gate.port, get('/', HOST)))).toEqual([400]);
    expect(upstream.seen.map((one) => [one.url, one.headers['content-type']])).toEqual([
      ['/', 'a/b, c/d'],
      ['/b', undefined],
    ]);
    expect(await gate.errorLog()).toContain('would refuse: dot segments in the request path');
  });

  it('rules see requests the parser refused', async () => {
    const upstream = await startUpstream();
    const rules = `SecRuleEngine On
SecRule REQUEST_METHOD "@streq |GET" "id:1,phase:1,pass,log,msg:'bad method'"
SecRule REQUEST_HEADERS:X-A "@contains evil" "id:2,phase:2,deny,status:403,log,msg:'seen'"
`;
    const gate = await startGate(upstream.port, { rules });
    expect(statuses(await talk(gate.port, `|GET / HTTP/1.1\r\n${HOST}X-A: evil\r\n\r\n`))).toEqual([400]);
    const log = await gate.errorLog();
    expect(log).toContain('[id "1"]');
    expect(log).toContain('[id "2"]');
    expect(log).toContain('[hostname "example.test"]');
    expect(upstream.seen).toEqual([]);
  });
});
