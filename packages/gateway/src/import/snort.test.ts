import { createWaf } from '@sallyport/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertSnort } from './snort.ts';

interface Exchange {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly client?: string;
  readonly status?: number;
  readonly answerHeaders?: readonly (readonly [string, string])[];
  readonly answer?: string;
}

type Waf = ReturnType<typeof createWaf>;

const SETTINGS = `SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
`;

function load(snort: string): Waf {
  const { text } = convertSnort([{ file: 'test.rules', text: snort }]);
  return createWaf({ rules: [{ file: 'test.conf', text: SETTINGS + text }] });
}

/** Sids that an exchange raises. */
async function fired(waf: Waf, exchange: Exchange): Promise<number[]> {
  const { method = 'GET', uri = '/', headers = [], body = '', client = '192.0.2.1' } = exchange;
  const { status = 200, answerHeaders = [], answer = '' } = exchange;
  const tx = waf.openTransaction({
    id: '1',
    clientAddress: client,
    clientPort: 1,
    serverAddress: '::1',
    serverPort: 80,
  });
  const form = [['Content-Type', 'application/x-www-form-urlencoded'] as const];
  const all = [['Host', 'example.test'] as const, ...(body === '' ? [] : form), ...headers];
  await tx.processRequestHeaders({ method, uri, protocol: 'HTTP/1.1', headers: all });
  if (tx.wantsRequestBody) tx.writeRequestBody(Buffer.from(body, 'latin1'));
  await tx.processRequestBody();
  const html = [['Content-Type', 'text/html'] as const, ...answerHeaders];
  await tx.processResponseHeaders({ status, reason: 'Reason', protocol: 'HTTP/1.1', headers: html });
  if (tx.wantsResponseBody) tx.writeResponseBody(Buffer.from(answer, 'latin1'));
  await tx.processResponseBody();
  const record = await tx.processLogging();
  return [...new Set(record.matches.map(({ rule }) => rule.id - 30_000_000))];
}

const request = 'alert tcp $EXTERNAL_NET any -> $HTTP_SERVERS $HTTP_PORTS';
const response = 'alert tcp $HTTP_SERVERS $HTTP_PORTS -> $EXTERNAL_NET any';
const rule = (options: string, header = request): string => `${header} (msg:"test"; ${options} sid:1; rev:1;)`;

/** Options, an exchange that has what they look for, exchanges that have not. */
const behaviours: readonly (readonly [options: string, hit: Exchange, ...misses: Exchange[]])[] = [
  ['uricontent:"/phf";', { uri: '/cgi-bin/phf?x' }, { uri: '/PHF' }],
  ['uricontent:"/phf"; nocase;', { uri: '/PHF' }, { uri: '/ph' }],
  ['content:"/a b"; http_uri;', { uri: '/a%20b' }, { uri: '/a' }],
  ['content:"/etc/passwd"; http_uri;', { uri: '/x/..//etc/./passwd' }, { uri: '/etc' }],
  ['content:"../.."; http_uri;', { uri: '/a?f=../../x' }, { uri: '/a?f=../x' }],
  ['content:"a+b"; http_uri;', { uri: '/?a+b' }, { uri: '/?a' }],
  ['content:"%2e"; http_raw_uri;', { uri: '/%2e' }, { uri: '/.' }],
  [
    'http_uri; content:"/x",offset 0,depth 2; content:"id=",distance 1,within 6;',
    { uri: '/x?abid=' },
    { uri: '/x?abcdid=' },
    { uri: '/y/x?abid=' },
  ],
  ['http_uri:path; content:"secret";', { uri: '/secret?x' }, { uri: '/x?secret' }],
  ['http_raw_uri:query; content:"secret";', { uri: '/x?secret' }, { uri: '/secret?x' }],
  [
    'content:"POST"; http_method; content:"x="; http_client_body;',
    { method: 'POST', body: 'x=1' },
    { method: 'POST', body: 'y=1' },
    { uri: '/?x=1' },
  ],
  ['content:!"GET"; http_method;', { method: 'PUT' }, {}],
  ['content:"POST "; depth:5;', { method: 'POST' }, { uri: '/POST%20' }],
  ['content:"GET "; depth:4; content:"/cgi"; distance:0; within:4;', { uri: '/cgi' }, { uri: '/x/cgi' }],
  [
    'content:"sqlmap"; http_header; nocase;',
    { headers: [['User-Agent', 'SQLMap/1']] },
    { headers: [['Cookie', 'sqlmap']] },
  ],
  [
    'content:"User-Agent|3A 20|sqlmap"; http_header;',
    { headers: [['user-agent', 'sqlmap/1']] },
    { headers: [['user-agent', 'a sqlmap']] },
    { headers: [['X', 'sqlmap']] },
  ],
  [
    'content:"User-Agent|3a| x|0d 0a|"; http_header;',
    { headers: [['User-Agent', 'x']] },
    { headers: [['User-Agent', 'xy']] },
  ],
  ['content:"X-Evil|3a|"; http_header;', { headers: [['X-Evil', '1']] }, { headers: [['X-Good', '1']] }],
  ['content:!"Referer|3a|"; http_header;', {}, { headers: [['Referer', 'x']] }],
  [
    'content:!"evil"; http_header;',
    { headers: [['A', 'b']] },
    {
      headers: [
        ['A', 'evil'],
        ['B', 'c'],
      ],
    },
  ],
  ['content:!"ok"; http_cookie;', {}, { headers: [['Cookie', 'ok=1']] }],
  ['content:"id="; http_cookie;', { headers: [['Cookie', 'id=1']] }, { headers: [['X', 'id=']] }],
  [
    'content:"Host|3a| "; content:!"|0a|"; within:300;',
    { headers: [['Host', 'a'.repeat(300)]] },
    { headers: [['Host', 'a'.repeat(200)]] },
  ],
  [
    'content:"Host|3a|"; http_header; content:"bad"; distance:0; http_header;',
    { headers: [['Host', 'x.bad']] },
    { headers: [['X', 'bad']] },
  ],
  [
    'http_header:field referer; content:"x",offset 1;',
    { headers: [['Referer', 'ax']] },
    { headers: [['Referer', 'xa']] },
  ],
  ['http_param:"cmd"; content:"ls";', { uri: '/?cmd=ls' }, { uri: '/?c=ls' }],
  [
    'http.user_agent; content:"curl"; startswith;',
    { headers: [['User-Agent', 'curl/8']] },
    { headers: [['User-Agent', 'libcurl']] },
  ],
  ['http.uri; content:".php"; endswith;', { uri: '/a.php' }, { uri: '/a.php?x' }],
  ['pcre:"/id=\\d+$/U";', { uri: '/?id=12' }, { uri: '/?id=x' }],
  ['pcre:"/UNION.+SELECT/Ui";', { uri: '/?union%20select' }, { uri: '/?union' }],
  ['pcre:"/a.b/U";', { uri: '/axb' }, { uri: '/a%0ab' }],
  ['pcre:"/a.b/Us";', { uri: '/a%0ab' }, { uri: '/ab' }],
  ['pcre:"m#^/x/#U";', { uri: '/x/' }, { uri: '/y/x/' }],
  ['pcre:!"/^\\/x/U";', { uri: '/y' }, { uri: '/x' }],
  [
    'pcre:"/^User-Agent\\x3a\\s+bot/Hmi";',
    { headers: [['User-Agent', 'Bot']] },
    { headers: [['User-Agent', 'a bot']] },
  ],
  [
    'content:"a="; http_client_body; pcre:"/^\\d{3}/PR";',
    { method: 'POST', body: 'a=123' },
    { method: 'POST', body: 'a=12' },
  ],
  ['content:"/x"; http_uri; isdataat:5,relative;', { uri: '/x12345' }, { uri: '/x1234' }],
  ['content:"/x"; http_uri; isdataat:!1,relative;', { uri: '/x' }, { uri: '/x1' }],
  ['content:"/"; http_uri; urilen:>5;', { uri: '/12345' }, { uri: '/1234' }],
  ['content:"/"; http_uri; urilen:3<>4;', { uri: '/12' }, { uri: '/1' }, { uri: '/1234' }],
  [
    'content:"()|20|{"; content:"x"; distance:0; nocase;',
    { headers: [['A', '() { X']] },
    { headers: [['A', '() { y']] },
  ],
  ['content:"|00 ff|x"; http_client_body;', { method: 'POST', body: 'a=\x00\xffx' }, { method: 'POST', body: 'a=x' }],
];

const responses: typeof behaviours = [
  ['content:"500"; http_stat_code;', { status: 500 }, { status: 200 }],
  ['flow:to_client; content:"Reason"; http_stat_msg;', { status: 404 }],
  [
    'flow:to_client,established; file_data; content:"ODBC"; content:"err"; distance:1; within:8; nocase;',
    { answer: 'ODBC: ERR' },
    { answer: 'ODBCerr' },
  ],
  [
    'flow:from_server; content:"X-Powered-By|3a| PHP"; http_header;',
    { answerHeaders: [['X-Powered-By', 'PHP/5']] },
    { headers: [['X-Powered-By', 'PHP/5']] },
  ],
  [
    'flow:to_client; content:"track="; http_cookie;',
    { answerHeaders: [['Set-Cookie', 'track=1']] },
    { headers: [['Cookie', 'track=1']] },
  ],
  ['content:"root|3a|x"; ', { answer: 'root:x:0' }, { answer: 'root' }],
];

describe('converted rules', () => {
  const all = [
    ...behaviours.map((behaviour) => [request, behaviour] as const),
    ...responses.map((behaviour) => [response, behaviour] as const),
  ];
  it.each(all.map(([header, [options, hit, ...misses]]) => ({ header, options, hit, misses })))(
    '$options',
    async ({ header, options, hit, misses }) => {
      const waf = load(rule(options, header));
      expect(await fired(waf, hit)).toEqual([1]);
      for (const miss of misses) expect(await fired(waf, miss)).toEqual([]);
    },
  );

  // Sixteen bytes at a time: the rules of all of them together would make every request slow.
  it.each(Array.from({ length: 16 }, (_, row) => row * 16))(
    'find the 16 bytes from %i on, in every way they are written',
    async (start) => {
      const row = Array.from({ length: 16 }, (_, column) => start + column);
      const codes = row.filter((code) => code !== 0x0a && code !== 0x0d);
      const contents = codes.flatMap((code) => {
        const hex = `|${code.toString(16).padStart(2, '0')}|`;
        const char = String.fromCharCode(code);
        const isPlain = code >= 0x20 && code < 0x7f && char !== '|';
        const plain = isPlain ? char.replace(/[\\";:]/, '\\$&') : hex;
        return [hex, plain, `a${hex}`, `${hex}b`].map((content, way) => ({ content, sid: code * 4 + way + 1 }));
      });
      const waf = load(
        contents
          .map(({ content, sid }) => rule(`content:"${content}"; http_cookie;`).replace('sid:1;', `sid:${sid};`))
          .join('\n'),
      );
      expect(waf.ruleCount).toBe(contents.length);
      for (const code of codes) {
        const char = String.fromCharCode(code);
        const other = char === '.' ? '-' : '.';
        const own = (sids: readonly number[]): number[] => sids.filter((sid) => sid > code * 4 && sid <= code * 4 + 4);
        const cookie = (byte: string): Exchange => ({ headers: [['Cookie', `~${byte}~a${byte}~${byte}b~`]] });
        expect(own(await fired(waf, cookie(char))), `byte ${code}`).toEqual([1, 2, 3, 4].map((way) => code * 4 + way));
        // The frame of the value itself holds three of the bytes.
        if (!'~ab'.includes(char)) expect(own(await fired(waf, cookie(other))), `byte ${code}`).toEqual([]);
      }
    },
  );

  it.each([
    '.',
    '^',
    '$',
    '*',
    '+',
    '?',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '\\\\',
    '/',
    '-',
    '#',
    '%{x}',
    '@rx',
    "'",
    '\\"',
    '(((',
    '[a-',
    'a{1',
  ])('take %s as it is, alone, caseless and with positions', async (text) => {
    const bytes = text.replace(/\\(.)/g, '$1');
    for (const modifiers of ['', ' nocase;', ' offset:1;', ' depth:40;']) {
      const waf = load(rule(`content:"${text}"; http_cookie;${modifiers}`));
      expect(await fired(waf, { headers: [['Cookie', `q${bytes}q`]] })).toEqual([1]);
      expect(await fired(waf, { headers: [['Cookie', 'qq']] })).toEqual([]);
    }
  });
});

describe('positions', () => {
  const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 10 && code !== 13);
  const bytes = fc.array(byte, { minLength: 1, maxLength: 6 });
  const part = fc.record({ bytes, distance: fc.nat(9), slack: fc.option(fc.nat(9)), nocase: fc.boolean() });
  const hexOf = (codes: readonly number[]): string => codes.map((code) => code.toString(16).padStart(2, '0')).join(' ');
  const textOf = (codes: readonly number[]): string => String.fromCharCode(...codes);

  it('hold for a value put together from the contents, at both ends of their windows, and not beyond', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(part, { minLength: 1, maxLength: 3 }), async (first, parts) => {
        const later = parts.map(({ bytes: codes, distance, slack, nocase }) => {
          const within = slack === null ? '' : ` within:${codes.length + slack};`;
          return `content:"|${hexOf(codes)}|"; http_cookie; distance:${distance};${within}${nocase ? ' nocase;' : ''}`;
        });
        const waf = load(rule(`content:"|${hexOf(first)}|"; http_cookie; depth:${first.length}; ${later.join(' ')}`));
        // A byte that no content has, so that nothing is found by chance.
        const used = new Set([first, ...parts.map((one) => one.bytes)].flat().flatMap((code) => [code, code ^ 0x20]));
        const filler = String.fromCharCode([...Array(200).keys()].find((code) => code > 0x20 && !used.has(code)) ?? 0);
        const value = (extra: (slack: number) => number): string =>
          textOf(first) +
          parts.map((one) => filler.repeat(one.distance + extra(one.slack ?? 20)) + textOf(one.bytes)).join('');
        const seen = (text: string): Promise<number[]> => fired(waf, { headers: [['Cookie', text]] });
        expect(await seen(value(() => 0))).toEqual([1]);
        expect(await seen(value((slack) => slack))).toEqual([1]);
        expect(await seen(filler + value(() => 0))).toEqual([]);
        if (parts.some(({ slack }) => slack !== null)) expect(await seen(value((slack) => slack + 1))).toEqual([]);
        if (parts.some(({ distance }) => distance > 0))
          expect(await seen(textOf(first) + parts.map((one) => textOf(one.bytes)).join(''))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('metadata', () => {
  it('becomes id, rev, msg, severity and tags', () => {
    const text = `drop tcp any any -> any 80 (msg:"it's \\"bad\\"\\; 100%{x}"; content:"x"; http_uri; reference:cve,2014-6271; reference:url,a.test/b; classtype:attempted-recon; sid:886; rev:11; metadata:policy x;)`;
    const { text: rules } = convertSnort([{ file: 'a', text }], 1000);
    const flat = rules.replace(/\\\n\s*/g, '');
    expect(flat).toBe(
      `SecRule REQUEST_URI "@contains x" "id:1886,phase:1,deny,msg:'it\\'s \\"bad\\"; 100% {x}',rev:'11',severity:ERROR,tag:'classtype/attempted-recon',tag:'reference/cve/2014-6271',tag:'reference/url/a.test/b',t:none,t:urlDecodeUni,t:normalizePath"\n`,
    );
  });

  it.each([
    ['priority:1;', 'CRITICAL'],
    ['classtype:web-application-attack;', 'CRITICAL'],
    ['classtype:web-application-attack; priority:3;', 'WARNING'],
    ['classtype:nothing-known;', 'WARNING'],
    ['priority:9;', 'NOTICE'],
  ])('%s is %s', (options, severity) => {
    expect(convertSnort([{ file: 'a', text: rule(`uricontent:"x"; ${options}`) }]).text).toContain(
      `severity:${severity}`,
    );
  });

  it.each([
    ['alert', 'block'],
    ['log', 'pass,log'],
    ['drop', 'deny'],
    ['sdrop', 'deny'],
    ['reject', 'deny'],
    ['block', 'deny'],
  ])('%s does %s', (action, verdict) => {
    const text = rule('uricontent:"x";', request.replace('alert', action));
    expect(convertSnort([{ file: 'a', text }]).text.replace(/\\\n\s*/g, '')).toContain(`phase:1,${verdict},msg`);
  });
});

describe('addresses and state', () => {
  it.each([
    ['10.0.0.0/8', '10.1.1.1', '192.0.2.1'],
    ['[10.0.0.1, 2001:db8::/32]', '2001:db8::7', '10.0.0.2'],
    ['!10.0.0.1', '10.0.0.2', '10.0.0.1'],
  ])('from %s', async (source, inside, outside) => {
    const waf = load(rule('uricontent:"/x";', `alert tcp ${source} any -> $HTTP_SERVERS 80`));
    expect(await fired(waf, { uri: '/x', client: inside })).toEqual([1]);
    expect(await fired(waf, { uri: '/x', client: outside })).toEqual([]);
  });

  it('flowbits remember a client', async () => {
    const set = rule('uricontent:"/a"; flowbits:set,seen.it; flowbits:noalert;');
    const waf = load(`${set}\n${rule('uricontent:"/b"; flowbits:isset,seen.it;').replace('sid:1;', 'sid:2;')}`);
    expect(await fired(waf, { uri: '/b' })).toEqual([]);
    expect(await fired(waf, { uri: '/a' })).toEqual([]);
    expect(await fired(waf, { uri: '/b' })).toEqual([2]);
    expect(await fired(waf, { uri: '/b', client: '192.0.2.7' })).toEqual([]);
  });

  it.each([
    ['detection_filter:track by_src, count 2, seconds 60;', [[], [], [1], [1]]],
    ['threshold:type threshold, track by_src, count 2, seconds 60;', [[], [1], [1]]],
    ['threshold:type limit, track by_dst, count 1, seconds 60;', [[1], [1]]],
  ])('%s', async (options, expected) => {
    const waf = load(rule(`uricontent:"/x"; ${options}`));
    for (const ids of expected) expect(await fired(waf, { uri: '/x' })).toEqual(ids);
  });
});

describe('what cannot be converted', () => {
  it.each([
    [rule('content:"x"; byte_test:4,>,1,0;'), 'the option byte_test has no counterpart'],
    [rule('content:"x"; dsize:>100;'), 'the option dsize has no counterpart'],
    [rule('content:"|zz|";'), 'is not text in quotes with hex between bars'],
    [rule('content:"";'), 'is not text in quotes'],
    [rule('pcre:"/(x/U";'), 'missing closing parenthesis'],
    [rule('pcre:"/x/Uz";'), 'the flag z of pcre is not supported'],
    [rule('pcre:"x";'), 'the pcre has no delimiters'],
    [rule('nocase; content:"x";'), 'nocase stands behind no content'],
    [rule('content:"abc"; http_uri; depth:2;'), 'longer than the space'],
    [rule('content:"a"; http_uri; content:"b"; http_uri; distance:-3;'), 'looks back'],
    [rule('content:"a"; http_header; offset:3;'), 'among all headers'],
    [rule('content:"a|0d 0a|b"; http_header;'), 'over several header lines'],
    [rule('content:"|0d 0a 0d 0a|";'), 'a line end between headers'],
    [rule('content:"a"; http_stat_code; flow:to_server;'), 'a request has no status'],
    [rule('flow:established;'), 'it looks for nothing in HTTP'],
    [rule('content:"x";', 'alert udp any any -> any 53'), 'it is not about HTTP'],
    [rule('content:"x";', 'alert tcp any any -> any 25'), 'it is not about HTTP'],
    [rule('content:"x";', 'pass tcp any any -> any 80'), 'a pass rule turns off or changes others'],
    [
      rule('content:"x";', 'alert tcp [10.0.0.0/8,!10.1.1.1] any -> any 80'),
      'mixes numbers with variables or exceptions',
    ],
    [rule('uricontent:"x"; threshold:type both, track by_dst, count 1, seconds 1;'), 'not kept by_src'],
    ['alert tcp any any -> any 80 content:"x"; sid:1;', 'the options do not stand between ( and )'],
    ['alert tcp any any -> any (content:"x"; sid:1;)', 'the header is not'],
    ['alert tcp any any -> any 80 (msg:"x; sid:1;)', 'a quote is never closed'],
    ['alert tcp any any -> any 80 (uricontent:"x"; sid:1)', 'does not end in ;'],
    ['alert tcp any any -> any 80 (uricontent:"x";)', 'it has no sid'],
    ['alert tcp any any -> any 80 (uricontent:"x"; sid:x;)', 'is not a number'],
    ['sometimes tcp any any -> any 80 (uricontent:"x"; sid:1;)', 'is not the action of a rule'],
  ])('%s', (text, reason) => {
    const { text: rules, lines } = convertSnort([{ file: 'a.rules', text }]);
    expect(rules).toBe('');
    expect(lines).toEqual([
      {
        file: 'a.rules',
        line: 1,
        source: text,
        outcome: 'left out',
        result: [],
        notes: [expect.stringContaining(reason)],
      },
    ]);
  });

  it('is listed, and the rest works', async () => {
    const text = [
      '# a comment',
      rule('uricontent:"/one";'),
      rule('pcre:"/(/U";'),
      '',
      rule('uricontent:"/two";').replace('sid:1;', 'sid:2;'),
      rule('uricontent:"/three";'),
      'alert nonsense',
      'alert tcp any any -> any 80 (uricontent:"/four"; \\',
      '  sid:4;)',
    ].join('\n');
    const { lines } = convertSnort([{ file: 'a.rules', text }]);
    expect(lines.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'translated'],
      [3, 'left out'],
      [5, 'translated'],
      [6, 'left out'],
      [7, 'left out'],
      [8, 'translated'],
    ]);
    expect(lines[3]?.notes).toEqual(['the sid 1 is taken or too large']);
    const waf = load(text);
    expect(await fired(waf, { uri: '/one/two/four' })).toEqual([1, 2, 4]);
  });
});

describe('any text', () => {
  const token = fc.constantFrom(
    ...'alert tcp http any -> $HTTP_PORTS 80 ( ) ; : , ! " \\ | 41 content pcre: http_uri; http_header: uricontent:"a" sid:1; '.split(
      ' ',
    ),
    ...[
      'content:"a";',
      'pcre:"/a/U";',
      'distance:1;',
      'within:-2;',
      'isdataat:3,relative;',
      'urilen:<9;',
      '\n',
      '%{',
      "'",
    ],
    ...['flowbits:set,x;', 'depth:3;', 'content:!"|0a|";', 'http_cookie;', 'pcre:"/(?<a>b)\\1/R";', 'nocase;'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.array(token).map((tokens) => tokens.join(' ')),
  );

  it('is converted or listed, and what is written loads', () => {
    const wrapped = text.map((options) => `${request} (${options} sid:7;)`);
    fc.assert(
      fc.property(fc.oneof(text, wrapped), (snort) => {
        const { lines } = convertSnort([{ file: 'any', text: snort }]);
        expect(load(snort).ruleCount).toBeGreaterThanOrEqual(
          lines.filter(({ outcome }) => outcome === 'translated').length,
        );
      }),
      { numRuns: 300 },
    );
  });
});
