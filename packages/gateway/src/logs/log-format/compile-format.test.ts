import { describe, expect, it } from 'vitest';
import { type SampleParts, sampleExchange } from '../../../test/support/logged-exchange.ts';
import { compileFormat } from './compile-format.ts';
import { DIRECTIVES } from './directives.ts';
import { NICKNAMES } from './nicknames.ts';
import { FormatError } from './parse-format.ts';

const line = (format: string, parts: SampleParts = {}): string => compileFormat(format).write(sampleExchange(parts));

describe('compileFormat', () => {
  it.each<[string, string, SampleParts?]>([
    ['plain %% text', 'plain % text'],
    ['%a %{c}a %A', '198.51.100.7 192.0.2.1 192.0.2.80', { client: { address: '198.51.100.7', port: 0 } }],
    ['%h %{c}h %l %u', '192.0.2.1 192.0.2.1 - -'],
    ['%b %B', '- 0', { responseBytes: 0 }],
    ['%{Session}C|%{none}C', 'a=b|-', { sentHeaders: { cookie: 'x=1; session= a=b ; y=2' } }],
    ['%D %T %{s}T %{ms}T %{us}T', '14120 0 0 14 14120'],
    ['%{UNIQUE_ID}e %{flag}e %{none}e', 'awDb 1 -', { variables: { flag: '1' } }],
    ['%f %R', 'proxy:http://127.0.0.1:3000/ proxy-server'],
    ['%f %R', '- -', { forwardedTo: undefined }],
    ['%H %m %U%q', 'HTTP/1.1 POST /a b?c=%20', { method: 'POST', path: '/a b', query: 'c=%20' }],
    ['[%q]', '[]'],
    ['[%q]', '[?]', { query: '' }],
    ['%{X-One}i %{x-none}i', 'v\\"\\\\ -', { sentHeaders: { 'x-one': 'v"\\' } }],
    ['%k %X %I %O %S', '2 + 321 654 975'],
    ['%k %X', '1 -', { connectionStatus: '-' }],
    ['%L %{c}L', 'awDb -', { hasErrorLines: true }],
    ['%L', '-'],
    ['%{Content-Type}o %{x}o', 'text/html -', { answerHeaders: [['content-type', 'text/html ; charset=utf-8']] }],
    [
      '%{Set-Cookie}o',
      'a=1; b, c=2',
      {
        answerHeaders: [
          ['set-cookie', 'a=1; b'],
          ['set-cookie', 'c=2'],
        ],
      },
    ],
    ['%p %{canonical}p %{local}p %{remote}p', '443 443 443 43290'],
    ['%P %{pid}P %{tid}P', `${process.pid} ${process.pid} ${process.pid}`],
    ['%{hextid}P', process.pid.toString(16)],
    ['%r', '-', { requestLine: '' }],
    ['%s %>s %<s', '404 404 404', { status: 404 }],
    ['%{sec}t %{msec}t %{usec}t', '1763640000 1763640000123 1763640000123456', { startedAt: 1763640000123.456 }],
    ['%{msec_frac}t %{usec_frac}t', '007 007089', { startedAt: 1763640000007.089 }],
    ['%{end:usec_frac}t', '014120', { startedAt: 1763640000000 }],
    ['%v %V', 'www.example a.example', { serverName: 'www.example', hostname: 'a.example' }],
    ['%V', 'www.example', { serverName: 'www.example', hostname: '' }],
    ['%{decided_by}x %{reason}x %{rule}x %{app}x', 'upstream app - app'],
    ['%{stage:head}x %{stage:body}x %{stage:rules}x', '100 432 958'],
    ['%{stage:upstream}x %{stage:answer}x %{stage:send}x %{stage:waf}x', '11510 115 1005 -'],
    ['%^FB %{X}^ti %{X}^to', '13115 - -'],
    ['%404{Referer}i', '-', { sentHeaders: { referer: 'r' } }],
    ['%200,404{Referer}i', 'r', { sentHeaders: { referer: 'r' } }],
    ['%!200,304,302{Referer}i', '-', { sentHeaders: { referer: 'r' } }],
    ['%!404,500{Referer}i', 'r', { sentHeaders: { referer: 'r' } }],
    ['%{Referer}!404>i', 'r', { sentHeaders: { referer: 'r' } }],
    ['\\"%s\\" \\\\ \\x', '\\"200\\" \\ \\x'],
    ['%u', 'a\\x20b', { user: 'a b' }],
    ['%u', '""', { user: '' }],
    // The line of ModSecurity 1.x for its three notes.
    [
      '\\"%r\\" %>s - %<{mod_security-time1}n %<{mod_security-time2}n %<{mod_security-time3}n %D',
      '\\"GET / HTTP/1.1\\" 200 - 532 1490 13115 14120',
    ],
  ])('%s', (format, expected, parts) => {
    expect(line(format, parts)).toBe(expected);
  });

  it('writes a tab and line ends where the format has them', () => {
    expect(line('a\\tb\\nc\\rd')).toBe('a\tb\nc\rd');
  });

  it.each<[string, number, string]>([
    ['%h %', 4, '"%" ends before it says what to write'],
    ['%{Referer', 2, 'this "{" is never closed'],
    ['%h %y', 4, 'there is no directive "%y"'],
    ['%^xx', 1, 'there is no directive "%^xx"'],
    ['%h %i', 4, '%i: it needs the name of a header in braces'],
    ['%{x}h', 1, '%h: "x" is not one of c'],
    ['%{min}T', 1, '%T: "min" is not one of s, ms, us'],
    [
      '%{mod_security-time4}n',
      1,
      '%n: "mod_security-time4" is not one of mod_security-time1, mod_security-time2, mod_security-time3',
    ],
    ['%{stage:tls}x', 1, '%x: "tls" is not a stage; there are head, body, rules, upstream, answer, send and waf'],
    ['%200,>', 1, '"%200,>" ends before it says what to write'],
  ])('refuses %s', (format, column, message) => {
    let error: unknown;
    try {
      compileFormat(format);
    } catch (cause) {
      error = cause;
    }
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ column, message });
  });

  it.each(Object.keys(NICKNAMES))('knows the nickname %s', (name) => {
    expect(line(name)).not.toContain(name);
  });

  it.each<[string, boolean, boolean]>([
    ['combined', false, false],
    ['%k', true, true],
    ['%D', true, false],
    ['%O', true, true],
    ['%{end:sec}t', true, false],
    ['%{begin:sec}t %^FB', false, false],
  ])('knows what %s needs', (format, end, connection) => {
    expect(compileFormat(format).needs).toEqual({ end, connection });
  });

  it('writes no byte of a request that could end a line or a field in quotes', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const header = (): string => bytes;
    const exchange = sampleExchange({
      id: bytes,
      client: { address: bytes, port: 1 },
      peer: { address: bytes, port: 1 },
      requestLine: bytes,
      method: bytes,
      path: bytes,
      query: bytes,
      protocol: bytes,
      hostname: bytes,
      serverName: bytes,
      user: bytes,
      forwardedTo: bytes,
      upstream: bytes,
      hasErrorLines: true,
      decidedBy: { stage: 'waf', reason: bytes },
      requestHeader: (name) => (name === 'cookie' ? `a=${bytes.replace(';', '')}` : bytes),
      responseHeader: header,
      responseHeaders: () => [bytes],
      requestTrailer: header,
      responseTrailer: header,
      environment: header,
    });
    const needsArgument = {
      C: 'a',
      e: 'a',
      i: 'a',
      o: 'a',
      n: 'mod_security-time1',
      '^ti': 'a',
      '^to': 'a',
      x: 'reason',
    };
    for (const name of Object.keys(DIRECTIVES)) {
      const argument = Object.entries(needsArgument).find(([one]) => one === name)?.[1];
      const text = compileFormat(argument === undefined ? `%${name}` : `%{${argument}}${name}`).write(exchange);
      expect(text, name).toMatch(/^(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\\"bnrtv]|\\x[0-9a-f]{2})*$/);
    }
  });
});
