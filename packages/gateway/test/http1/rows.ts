/** Requests that servers disagree about, by attack, with what the gate does. Each is followed by a sentinel on its connection. */

export interface Row {
  readonly name: string;
  readonly request: string;
  /** Of the first answer. */
  readonly status: number;
  /** What the upstream gets of it; nothing when absent. The connection then stays, and the sentinel is answered. */
  readonly passes?: string;
  /** It passes, but the connection ends behind it. */
  readonly closes?: true;
  /** It is refused, and the sentinel in the same way. */
  readonly stays?: true;
  /** YAML for the gate. */
  readonly yaml?: string;
}

export const HOST = 'Host: example.test\r\n';
export const SENTINEL = `GET /s HTTP/1.1\r\n${HOST}\r\n`;
/** As the upstream gets it. */
export const SENTINEL_PASSED = 'GET /s HTTP/1.1\r\nhost: example.test\r\n\r\n';

const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;
const post = (headers: string, body: string): string => `POST /p HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body);

const gotten = (target: string, headers = ''): string =>
  `GET ${target} HTTP/1.1\r\nhost: example.test\r\n${headers}\r\n`;
const posted = (body: string): string =>
  `POST /p HTTP/1.1\r\nhost: example.test\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const postedInChunks = (...chunks: string[]): string =>
  `POST /p HTTP/1.1\r\nhost: example.test\r\ntransfer-encoding: chunked\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}0\r\n\r\n`;

const refused = (name: string, request: string, status = 400, yaml?: string): Row => ({
  name,
  request,
  status,
  ...(yaml !== undefined && { yaml }),
});
const passed = (name: string, request: string, passes: string, yaml?: string): Row => ({
  name,
  request,
  status: 200,
  passes,
  ...(yaml !== undefined && { yaml }),
});

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);

export const ROWS: readonly Row[] = [
  refused('A01 CL then TE', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')),
  refused('A01 TE then CL', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n')),
  refused(
    'A01 CL that ends before the chunks do',
    post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '1\r\na\r\n0\r\n\r\n'),
  ),

  refused('A02 two equal Content-Length', post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab')),
  refused('A02 two different Content-Length', post('Content-Length: 2\r\nContent-Length: 3\r\n', 'ab')),
  refused('A02 two Content-Length in different case', post('content-length: 2\r\nCONTENT-LENGTH: 2\r\n', 'ab')),
  refused('A02 Content-Length list', post('Content-Length: 2, 2\r\n', 'ab')),

  ...['+2', '-1', '0x2', '2_0', '', '99999999999999999999', '9007199254740993', '1e1', '2;', '2 2', '"2"'].map(
    (length) => refused(`A03 Content-Length ${quote(length)}`, post(`Content-Length: ${length}\r\n`, 'ab')),
  ),
  passed('A03 Content-Length with zeros in front is written anew', post('Content-Length: 002\r\n', 'ab'), posted('ab')),
  passed('A03 Content-Length behind a tab is written anew', post('Content-Length:\t2 \r\n', 'ab'), posted('ab')),

  ...[
    'gzip, chunked',
    'identity, chunked',
    'identity',
    'xchunked',
    '"chunked"',
    'chunked, chunked',
    '\x0bchunked',
    'chunked;q=1',
    'chunked, identity',
    ', chunked',
    '',
  ].map((coding) =>
    refused(`A04 Transfer-Encoding ${quote(coding)}`, post(`Transfer-Encoding: ${coding}\r\n`, '0\r\n\r\n')),
  ),
  refused(
    'A04 two Transfer-Encoding lines',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  ),
  refused(
    'A04 Transfer-Encoding in HTTP/1.0',
    `POST /p HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  passed(
    'A04 Transfer-Encoding CHUNKED',
    post('Transfer-Encoding: CHUNKED\r\n', '1\r\na\r\n0\r\n\r\n'),
    postedInChunks('a'),
  ),

  refused('A05 space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')),
  refused('A05 tab before the colon', post('Content-Length\t: 2\r\n', 'ab')),
  refused('A05 folded header', get('/', 'X-A: 1\r\n Transfer-Encoding: chunked\r\n')),
  refused('A05 header folded with a tab', get('/', 'X-A: 1\r\n\tb\r\n')),
  refused('A05 first header begins with a space', `GET / HTTP/1.1\r\n ${HOST}\r\n`),
  refused('A05 NUL in a value', get('/', 'X-A: a\0b\r\n')),
  refused('A05 NUL in a name', get('/', 'X-\0A: b\r\n')),
  refused('A05 no colon', get('/', 'X-A\r\n')),
  refused('A05 empty name', get('/', ': b\r\n')),

  refused('A06 bare LF behind the request line', `GET / HTTP/1.1\n${HOST}\r\n`),
  refused('A06 bare LF behind a header', `GET / HTTP/1.1\r\nHost: example.test\nX-A: 1\r\n\r\n`),
  refused('A06 bare LF ends the head', `GET / HTTP/1.1\r\nHost: example.test\n\n`),
  refused('A06 bare CR in a value', get('/', 'X-A: a\rX-B: b\r\n')),
  refused('A06 bare CR behind the request line', `GET / HTTP/1.1\r${HOST}\r\n`),
  refused('A06 CR LF CR and something else', `GET / HTTP/1.1\r\n${HOST}\r\rX`),

  refused('A07 chunk extension', chunked('1;a=b\r\na\r\n0\r\n\r\n')),
  refused('A07 chunk extension without a value', chunked('1;\r\na\r\n0\r\n\r\n')),
  refused('A07 extension of the last chunk', chunked('1\r\na\r\n0;x\r\n\r\n')),
  refused('A07 LF in a chunk extension', chunked('1;a\nb\r\na\r\n0\r\n\r\n')),
  refused('A07 CR in a chunk extension', chunked('1;a\rb\r\na\r\n0\r\n\r\n')),
  refused('A07 large chunk extension', chunked(`1;${'a'.repeat(20_000)}\r\na\r\n0\r\n\r\n`)),

  ...[
    '+1',
    '-1',
    '0x1',
    ' 1',
    '1 ',
    '\t1',
    '',
    'g',
    '1g',
    '00000000000000001',
    '000000001',
    'fffffffffffffffff',
    '1_0',
  ].map((size) => refused(`A08 chunk size ${quote(size)}`, chunked(`${size}\r\na\r\n0\r\n\r\n`))),
  refused('A08 chunk without CR LF behind it', chunked('1\r\naX0\r\n\r\n')),
  refused('A08 chunk longer than it says', chunked('1\r\nab\r\n0\r\n\r\n')),
  refused('A08 LF alone behind a chunk size', chunked('1\na\r\n0\r\n\r\n')),
  refused('A08 LF alone behind a chunk', chunked('1\r\na\n0\r\n\r\n')),
  refused('A08 last chunk without its line end', chunked('0\r\nX')),
  passed('A08 chunk size of eight digits', chunked('00000001\r\na\r\n0\r\n\r\n'), postedInChunks('a')),
  passed('A08 capital digits', chunked('A\r\n0123456789\r\n0\r\n\r\n'), postedInChunks('0123456789')),

  ...['Host: evil.test', 'Authorization: x', 'X-A: b'].map((trailer) =>
    passed(`A09 trailer ${trailer} ends here`, chunked(`1\r\na\r\n0\r\n${trailer}\r\n\r\n`), postedInChunks('a')),
  ),
  refused('A09 trailer Content-Length', chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n')),
  refused('A09 trailer that is no header', chunked('0\r\nX A\r\n\r\n')),

  ...['GET', 'HEAD', 'DELETE', 'OPTIONS'].map((method) =>
    refused(`A10 ${method} with a body`, `${method} /p HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`),
  ),
  refused('A10 GET with chunks', `GET /p HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`),
  refused(
    'A10 GET whose body is a request',
    `GET /p HTTP/1.1\r\n${HOST}Content-Length: ${SENTINEL.length}\r\n\r\n${SENTINEL}`,
  ),
  passed('A10 GET with an empty body', get('/', 'Content-Length: 0\r\n'), gotten('/')),
  passed(
    'A10 POST without a length has no body',
    post('', ''),
    'POST /p HTTP/1.1\r\nhost: example.test\r\ncontent-length: 0\r\n\r\n',
  ),
  passed(
    'A10 DELETE with a body where the route allows it',
    `DELETE /p HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`,
    'DELETE /p HTTP/1.1\r\nhost: example.test\r\ncontent-length: 2\r\n\r\nab',
    'routes: [{ upstream: app, waf: off, body_methods: [POST, DELETE] }]',
  ),

  refused('A11 unknown Expect', get('/', 'Expect: tea\r\n'), 417),
  refused('A11 Expect list', post('Expect: 100-continue, tea\r\nContent-Length: 2\r\n', 'ab'), 417),
  passed('A11 Expect ends here', post('Expect: 100-continue\r\nContent-Length: 2\r\n', 'ab'), posted('ab')),

  refused('A13 HTTP/0.9', `GET / HTTP/0.9\r\n${HOST}\r\n`),
  refused('A13 HTTP/1.2', `GET / HTTP/1.2\r\n${HOST}\r\n`, 505),
  refused('A13 HTTP/2.0', `GET / HTTP/2.0\r\n${HOST}\r\n`, 505),
  refused('A13 HTTP/3.0', `GET / HTTP/3.0\r\n${HOST}\r\n`, 505),
  refused('A13 HTTP/1', `GET / HTTP/1\r\n${HOST}\r\n`),
  refused('A13 lower case', `GET / http/1.1\r\n${HOST}\r\n`),
  refused('A13 other protocol', `GET / JUNK/1.0\r\n${HOST}\r\n`),
  refused('A13 the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),

  refused('A14 garbage first', `\0\0\r\n${get('/')}`),
  refused('A14 two blank lines first', `\r\n\r\n${get('/a')}`),
  refused('A14 two CR first', `\r\r\n${get('/a')}`),
  refused('A14 LF first', `\n${get('/a')}`),
  refused('A14 space first', ` ${get('/a')}`),
  passed('A14 one blank line first', `\r\n${get('/a')}`, gotten('/a')),

  refused(
    'A15 body with Upgrade',
    get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nContent-Length: 3\r\n'),
  ),
  refused('A15 WebSocket without a key', get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')),
  refused(
    'A15 WebSocket where the route does not allow it',
    get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n'),
    403,
    'routes: [{ upstream: app, waf: off, websocket: false }]',
  ),
  // What came in one piece with it is not answered: the client cannot know yet which protocol is spoken.
  ...[
    ['h2c is', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n'] as const,
    ['unknown protocols are', 'Connection: Upgrade\r\nUpgrade: foo/2\r\n'] as const,
  ].map(([what, headers]) => ({
    ...passed(`A15 ${what} not spoken`, get('/', headers), gotten('/')),
    closes: true as const,
  })),

  refused('A22 no Host', 'GET / HTTP/1.1\r\n\r\n'),
  refused('A22 empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'),
  refused('A22 two Host lines', get('/', HOST)),
  ...[
    'a, b',
    'a/b',
    'u@h',
    'a b',
    '[::1',
    'a:b',
    'a:',
    'a:99999',
    'localhost%00',
    '.a',
    '\xe9',
    '::1',
    'a?b',
    'a#b',
  ].map((host) => refused(`A22 Host ${quote(host)}`, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)),
  refused('A22 absolute form of another host', get('http://other.test/')),
  refused('A22 absolute form of another port', get('http://example.test:81/')),
  refused('A22 absolute form with user', get('http://u@example.test/')),
  refused('A22 absolute form without host', get('http:///a')),
  {
    ...refused(
      'A22 host that nobody serves',
      get('/a'),
      421,
      'routes: [{ hosts: [other.test], upstream: app, waf: off }]',
    ),
    stays: true,
  },
  passed('A22 absolute form of the same host', get('http://EXAMPLE.test/a?b'), gotten('/a?b')),
  passed(
    'A22 an IP address as host',
    'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n',
  ),

  passed('A23 an encoded question mark stays in the path', get('/a%3Fb?c'), gotten('/a%3Fb?c')),
  passed('A24 two slashes first are no host', get('//admin/x'), gotten('//admin/x')),
  passed('A24 at sign and colon in the path', get('/x:80@y'), gotten('/x:80@y')),

  ...[
    '/a/../b',
    '/a/%2e%2E/b',
    '/a%2f..%2fb',
    '/..;/b',
    '/a/..;x=1/b',
    '/%2e%2e%3bx/b',
    '/a%5c..%5cb',
    '/./a',
    '/a/..',
    '/..%2f..%2f',
  ].map((path) => refused(`A25 dot segments in ${path}`, get(path))),
  refused('A25 backslash', get('/a\\b')),
  refused('A25 encoded backslash', get('/a%5cb')),
  refused('A25 encoded NUL', get('/a%00.html')),
  refused('A25 NUL that decodes twice', get('/a%2500')),
  refused('A25 dot segments that decode twice', get('/%252e%252e/a')),
  ...['/%c0%af', '/%c0%ae%c0%ae/', '/%e0%80%af', '/%f0%80%80%af'].map((path) =>
    refused(`A25 overlong UTF-8 ${path}`, get(path)),
  ),
  passed('A25 an encoded slash stays as it is', get('/a%2Fb'), gotten('/a%2Fb')),
  passed('A25 invalid escapes stay as they are', get('/%zz?%'), gotten('/%zz?%')),
  passed('A25 parameters stay as they are', get('/a;x=1/b'), gotten('/a;x=1/b')),
  passed('A25 an escape of a letter stays as it is', get('/%61'), gotten('/%61')),
  passed('A25 queries are data', get('/a?b=\\c&d=../..&e=%252e%00'), gotten('/a?b=\\c&d=../..&e=%252e%00')),

  refused('A27 fragment', get('/a#b')),
  refused('A27 space in the target', get('/a b')),
  refused('A27 two spaces', `GET  /a HTTP/1.1\r\n${HOST}\r\n`),
  refused('A27 space behind the version', `GET /a HTTP/1.1 \r\n${HOST}\r\n`),
  refused('A27 two spaces before the version', `GET /a  HTTP/1.1\r\n${HOST}\r\n`),
  refused('A27 tab as separator', `GET\t/a HTTP/1.1\r\n${HOST}\r\n`),
  refused('A27 control byte in the target', get('/a\x01b')),
  refused('A27 asterisk with GET', get('*')),
  refused('A27 long target', get(`/${'a'.repeat(8200)}`), 414),

  passed(
    'A28 names in any case',
    get('/', '__PROTO__: a\r\nconstructor: b\r\nAccept: c\r\n'),
    gotten('/', 'constructor: b\r\nAccept: c\r\n'),
  ),
  passed('A28 underscores end here', get('/', 'Content_Length: 5\r\nX_Forwarded_For: 1.2.3.4\r\n'), gotten('/')),
  refused(
    'A28 underscores are refused where asked for',
    get('/', 'X_A: 5\r\n'),
    400,
    'http: { underscore_headers: refuse }',
  ),

  refused('A29 101 headers', get('/', Array.from({ length: 100 }, (_, at) => `X-${at}: 1\r\n`).join('')), 431),
  refused(
    'A29 the attack in header 1100',
    get('/', `${Array.from({ length: 1100 }, (_, at) => `X-${at}: 1\r\n`).join('')}Transfer-Encoding: x\r\n`),
    431,
  ),
  refused('A29 large header', get('/', `X-A: ${'a'.repeat(40_000)}\r\n`), 431),

  refused('A30 Connection names X-Real-IP', get('/', 'Connection: close, X-Real-IP\r\n')),
  refused('A30 Connection names Host', get('/', 'Connection: host\r\n')),
  refused('A30 Connection names X-Forwarded-For', get('/', 'Connection: X-Forwarded-For\r\n')),
  passed(
    'A30 other named headers end here',
    get('/', 'Connection: X-A\r\nX-A: 1\r\nX-B: 2\r\n'),
    gotten('/', 'X-B: 2\r\n'),
  ),
  passed(
    'A30 hop-by-hop headers end here',
    get('/', 'TE: trailers\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTrailer: y\r\n'),
    gotten('/'),
  ),

  passed(
    'A31 what strangers say of themselves ends here',
    get(
      '/',
      'X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Prefix: /x\r\nForwarded: for=x\r\nTrue-Client-IP: 2\r\nX-Original-URL: /admin\r\nX-Rewrite-URL: /admin\r\n',
    ),
    gotten('/'),
  ),
  refused('A31 PROXY protocol', `PROXY TCP4 1.1.1.1 2.2.2.2 3 4\r\n${get('/')}`),

  refused('A32 TRACE', `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 405),
  refused('A32 CONNECT', `CONNECT example.test:443 HTTP/1.1\r\n${HOST}\r\n`, 405),
  refused('A32 a method nobody listed', `PURGE / HTTP/1.1\r\n${HOST}\r\n`, 405),
  refused('A32 a method nobody knows', `FOO / HTTP/1.1\r\n${HOST}\r\n`),
  refused('A32 a method in lower case', `get / HTTP/1.1\r\n${HOST}\r\n`),
  refused('A32 a method that is not a token', `G@T / HTTP/1.1\r\n${HOST}\r\n`),
  passed(
    'A32 method overrides end here',
    get('/', 'X-HTTP-Method-Override: DELETE\r\nX-Method-Override: PUT\r\nX-HTTP-Method: PUT\r\n'),
    gotten('/'),
  ),

  ...[
    'Authorization',
    'Content-Disposition',
    'Content-Encoding',
    'Content-Location',
    'Content-Range',
    'Content-Type',
    'Cookie',
    'Date',
    'From',
    'Host',
    'If-Modified-Since',
    'If-Range',
    'If-Unmodified-Since',
    'Max-Forwards',
    'Origin',
    'Proxy-Authorization',
    'Range',
    'Referer',
    'Sec-WebSocket-Key',
    'User-Agent',
  ].map((name) => refused(`A33 two ${name}`, get('/', `${name}: a\r\n${name.toLowerCase()}: a\r\n`))),
  passed(
    'A33 lists are joined',
    get('/', 'Accept: a\r\nX-A: 1\r\naccept: b\r\n'),
    gotten('/', 'Accept: a, b\r\nX-A: 1\r\n'),
  ),
];

const LENIENT = 'http: { profile: lenient-http }';
const lenient = (row: Row): Row => ({ ...row, yaml: LENIENT });

/** Under `lenient-http`: what passes then, and that nothing else does. */
export const LENIENT_ROWS: readonly Row[] = [
  ...(
    [
      ['CL then TE', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '1\r\na\r\n0\r\n\r\n')],
      ['TE then CL', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '1\r\na\r\n0\r\n\r\n')],
    ] as const
  ).map(([name, request]) => ({ ...lenient(passed(name, request, postedInChunks('a'))), closes: true as const })),
  lenient(passed('chunk extensions', chunked('1;a=b\r\na\r\n0;c\r\n\r\n'), postedInChunks('a'))),
  lenient(passed('a length in the trailer', chunked('1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n'), postedInChunks('a'))),
  lenient(passed('chunk sizes of 16 digits', chunked('0000000000000001\r\na\r\n0\r\n\r\n'), postedInChunks('a'))),
  ...ROWS.filter((row) => row.yaml === undefined && !isLetThrough(row)).map(lenient),
];

function isLetThrough({ name }: Row): boolean {
  return (
    name.startsWith('A01 ') ||
    ['A07 chunk extension', 'A07 chunk extension without a value', 'A07 extension of the last chunk'].includes(name) ||
    name === 'A08 chunk size "000000001"' ||
    name === 'A09 trailer Content-Length'
  );
}
