/** Requests made to keep the engine busy, each in the size that the default limits let through and in any multiple of it. */
import { Sampler } from '../../conformance/regex/pumps.ts';
import { Seeded } from '../../conformance/regex/seeded.ts';
import { rulePatterns } from '../../conformance/regex/sources.ts';
import { compileRegex, type RegexNode } from '../../packages/engine/src/regex/index.ts';
import { CORE_RULE_SET } from './core-rule-set.ts';
import type { WireRequest } from './traffic.ts';

export interface HostileRequest {
  readonly name: string;
  /** With `scale` 2 twice as long. */
  create(scale: number): WireRequest;
}

/**
 * Bodies are parsed as what they are, and twice as much of everything must not be over a limit, or nothing would be learned
 * of how the cost grows.
 */
export const HOSTILE_SETTINGS = `SecRule REQUEST_HEADERS:Content-Type "^text/xml" "id:2,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:3,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRequestBodyNoFilesLimit 4194304
SecRequestBodyLimit 16777216
SecArgumentsLimit 100000
SecRequestBodyJsonDepthLimit 100000`;

const KB = 1024;
/** Texts that a rule can begin to match at every few bytes. */
const PIECES: readonly string[] = [
  'a',
  ' ',
  '\n',
  "'",
  '<',
  '../',
  ';cat ',
  '%25',
  '\\u003c',
  '&#x3c;',
  '/*',
  '0x41',
  'a=1 or ',
  '$(',
  '<a b=',
];
/** Pumps tried of one pattern. */
const PUMPS = 3;

function request(method: string, headers: readonly (readonly [string, string])[], body?: string): WireRequest {
  const always: [string, string][] = [
    ['Host', 'www.example.com'],
    ['User-Agent', 'bench'],
    ['Accept', '*/*'],
  ];
  return {
    head: { method, uri: '/', protocol: 'HTTP/1.1', headers: [...always, ...headers] },
    body: body === undefined ? undefined : Buffer.from(body, 'latin1'),
  };
}

const post = (type: string, body: string): WireRequest =>
  request(
    'POST',
    [
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
    ],
    body,
  );
const form = (body: string): WireRequest => post('application/x-www-form-urlencoded', body);
const json = (body: string): WireRequest => post('application/json', body);
const xml = (body: string): WireRequest => post('text/xml', body);
const escaped = (text: string): string =>
  Array.from(text, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const filled = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
/** Whole pieces only. */
const repeated = (piece: string, length: number): string => piece.repeat(Math.floor(length / piece.length));
const numbered = (count: number, write: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, n) => write(n));

/** A text that goes round in a loop of a pattern and does not match in the end, for every pattern of the rule set. */
export function pumpRequests(): readonly HostileRequest[] {
  const random = new Seeded(1);
  const sampler = new Sampler(random);
  return crsPatterns().flatMap(({ pattern, tree }) => {
    const found = sampler.pumps(tree);
    const pumps = found.length === 0 ? [{ prefix: '', body: 'a' }] : found;
    const step = Math.max(1, Math.floor(pumps.length / PUMPS));
    return pumps
      .filter((_, index) => index % step === 0)
      .slice(0, PUMPS)
      .map(({ prefix, body }) => ({
        name: `pump of ${pattern.slice(0, 60)}`,
        create: (scale: number) => form(`q=${escaped(prefix + filled(body, scale * 16 * KB))}%00`),
      }));
  });
}

/** What is listed by hand. */
export function hostileRequests(): readonly HostileRequest[] {
  const attack = fragments(256 * KB);
  const attackAt = (n: number, length: number): string => escaped(attack.slice(n * length, n * length + length));
  return [
    ...PIECES.map((piece) => ({
      name: `64 KB argument of ${JSON.stringify(piece)}`,
      create: (scale: number) => form(`q=${escaped(filled(piece, scale * 64 * KB))}`),
    })),
    {
      name: '64 KB argument of attack fragments',
      create: (scale) => form(`q=${escaped(attack.slice(0, scale * 64 * KB))}`),
    },
    {
      name: '1,000 arguments',
      create: (scale) => form(numbered(scale * 1000, (n) => `name${n}=value+${n}`).join('&')),
    },
    {
      name: '1,000 arguments of attack fragments',
      create: (scale) => form(numbered(scale * 1000, (n) => `n${n}=${attackAt(n, 60)}`).join('&')),
    },
    { name: '128 KB of form, nothing but separators', create: (scale) => form(filled('&=', scale * 128 * KB)) },
    {
      name: '128 KB of JSON, wide',
      create: (scale) => json(`[${repeated('"word <b> and more",', scale * 128 * KB)}1]`),
    },
    { name: '128 KB of JSON, one key', create: (scale) => json(`{${repeated('"k":"v",', scale * 128 * KB)}"k":1}`) },
    {
      name: '128 KB of JSON, many keys',
      create: (scale) => json(`{${numbered(scale * 9000, (n) => `"key${n}":${n}`).join(',')}}`),
    },
    {
      name: '128 KB of JSON, deep, one value',
      create: (scale) =>
        json(`${'{"a":'.repeat(scale * 400)}"${filled('x', scale * 126 * KB)}"${'}'.repeat(scale * 400)}`),
    },
    {
      name: '128 KB of JSON, brackets',
      create: (scale) =>
        json(repeated(`${'['.repeat(400)}${']'.repeat(400)},`, scale * 128 * KB).replace(/^.*$/s, '[$&1]')),
    },
    {
      name: '800 KB of JSON',
      create: (scale) => json(`[${repeated('{"name":"Ann O\'Brien","note":"select one"},', scale * 800 * KB)}1]`),
    },
    {
      name: '800 KB of JSON, no value twice',
      create: (scale) =>
        json(`[${numbered(scale * 17_000, (n) => `{"name":"Ann O'Brien ${n}","note":"select ${n}"}`).join(',')}]`),
    },
    {
      name: '1 MB multipart of 200 parts',
      create: (scale) => multipart(scale * 200, (n) => `filename="a${n}.txt"`, filled('file content\r\n', 5_000)),
    },
    {
      name: '128 KB multipart, boundary begun over and over',
      create: (scale) => multipart(1, () => 'filename="a.txt"', filled('\r\n--xy', scale * 128 * KB)),
    },
    { name: '128 KB of XML, wide', create: (scale) => xml(`<a>${repeated('<b c="d">e</b>', scale * 128 * KB)}</a>`) },
    {
      name: '128 KB of XML, entities',
      create: (scale) => xml(`<a>${repeated('&lt;&#x41;&amp;', scale * 128 * KB)}</a>`),
    },
    {
      name: '100 headers of attack fragments',
      create: (scale) =>
        request(
          'GET',
          Array.from({ length: scale * 100 }, (_, n) => [`X-Header-${n}`, attack.slice(n * 200, n * 200 + 200)]),
        ),
    },
    {
      name: '8 KB of cookies',
      create: (scale) => request('GET', [['Cookie', numbered(scale * 700, (n) => `c${n}='x${n}`).join('; ')]]),
    },
    {
      name: '8 KB of cookies, nothing but separators',
      create: (scale) => request('GET', [['Cookie', filled('; =', scale * 8 * KB)]]),
    },
  ];
}

function multipart(parts: number, attributes: (n: number) => string, content: string): WireRequest {
  const all = numbered(
    parts,
    (n) => `--xyz\r\nContent-Disposition: form-data; name="f${n}"; ${attributes(n)}\r\n\r\n${content}\r\n`,
  );
  return post('multipart/form-data; boundary=xyz', `${all.join('')}--xyz--\r\n`);
}

/** Cut-off matches of all patterns, one behind the other. */
function fragments(length: number): string {
  const random = new Seeded(1);
  const sampler = new Sampler(random);
  const patterns = crsPatterns();
  let text = '';
  while (text.length < length) {
    const sample = sampler.sample(random.pick(patterns).tree);
    text += sample.slice(0, random.below(sample.length + 1));
  }
  return text.slice(0, length);
}

function crsPatterns(): readonly { readonly pattern: string; readonly tree: RegexNode }[] {
  return (rulePatterns(`${CORE_RULE_SET}/rules`) ?? []).map((pattern) => ({
    pattern,
    tree: compileRegex(pattern, { dotAll: true, dollarEndOnly: true }).tree,
  }));
}
