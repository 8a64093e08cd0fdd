/** Two hundred Snort rules: most are converted, each that is fires on what it looks for and on nothing ordinary. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createWaf, type Waf } from '@sallyport/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertSnort, SNORT_ID_BASE } from '../src/import/snort.ts';
import { readSample, type Synthesis, synthesize } from './snort/synthesis.ts';

const SETTINGS = `SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
`;
const read = (name: string): string => readFileSync(fileURLToPath(new URL(`./snort/${name}`, import.meta.url)), 'utf8');
const sources = ['snort2.rules', 'snort3.rules'].map((file) => ({ file, text: read(file) }));
const rules = sources.flatMap(({ text }) => readSample(text));
const { text, lines } = convertSnort(sources);
const refused = new Map(
  lines.filter(({ result }) => result.length === 0).map(({ source, notes }) => [source.trim(), notes.join('; ')]),
);
const converted = rules.filter((rule) => !refused.has(rule.text));

let waf: Waf;
beforeAll(() => {
  waf = createWaf({ rules: [{ file: 'snort.conf', text: SETTINGS + text }] });
});

async function fired(exchange: Synthesis, client: string): Promise<ReadonlySet<number>> {
  const { method, uri, protocol, headers, body, status, reason, answerHeaders, answer } = exchange;
  const end = { clientAddress: client, clientPort: 1, serverAddress: '::1', serverPort: 80 };
  const tx = waf.openTransaction({ id: '1', ...end });
  const form =
    body === '' || headers.some(([name]) => /^content-type$/i.test(name))
      ? []
      : [['Content-Type', 'application/x-www-form-urlencoded'] as const];
  const length = body === '' ? [] : [['Content-Length', String(body.length)] as const];
  await tx.processRequestHeaders({
    method,
    uri,
    protocol,
    headers: [['Host', 'example.test'], ...form, ...length, ...headers],
  });
  if (tx.wantsRequestBody) tx.writeRequestBody(Buffer.from(body, 'latin1'));
  await tx.processRequestBody();
  await tx.processResponseHeaders({
    status,
    reason,
    protocol,
    headers: [['Content-Type', 'text/html'], ...answerHeaders],
  });
  if (tx.wantsResponseBody) tx.writeResponseBody(Buffer.from(answer, 'latin1'));
  await tx.processResponseBody();
  const record = await tx.processLogging();
  return new Set(record.matches.map(({ rule }) => rule.id - SNORT_ID_BASE));
}

describe('the sample', () => {
  it('has two hundred rules in both syntaxes', () => {
    expect(rules.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rules.map(({ sid }) => sid)).size).toBe(rules.length);
  });

  it('is converted, nine of ten rules at least, and the others say why not', () => {
    expect([...refused.values()].filter((reason) => reason === '')).toEqual([]);
    expect(converted.length).toBeGreaterThanOrEqual(0.9 * rules.length);
  });

  it('leaves out what has no counterpart only', () => {
    const left = rules.filter((rule) => refused.has(rule.text)).map((rule) => /msg:"([^"]*)"/.exec(rule.text)?.[1]);
    expect(left.filter((name) => !/^(?:OTHER|DNS|SMTP) /.test(name ?? ''))).toEqual([]);
  });

  it('loads whole', () => {
    expect(waf.ruleCount).toBeGreaterThanOrEqual(converted.length);
  });
});

it.each(converted.map((rule) => ({ sid: rule.sid, name: /msg:"([^"]*)"/.exec(rule.text)?.[1], rule })))(
  'rule $sid ($name) fires on what it looks for',
  async ({ sid, rule }) => {
    const exchange = synthesize(rule);
    // Rules that count want several.
    let found = await fired(exchange, '192.0.2.9');
    for (let times = 0; times < 5 && !found.has(sid); times++) found = await fired(exchange, '192.0.2.9');
    expect([...found], JSON.stringify(exchange)).toContain(sid);
  },
);

it('none fires on a thousand ordinary requests', async () => {
  const words = [
    'home',
    'news',
    'product',
    'cart',
    'user',
    'image',
    'search',
    'about',
    'blog',
    'list',
    'item',
    'summer',
  ];
  const pick = (from: readonly string[], seed: number): string => from[seed % from.length] ?? '';
  const seen = new Set<number>();
  for (let index = 0; index < 1000; index++) {
    const [one, two, three] = [pick(words, index), pick(words, index * 7 + 3), pick(words, index * 13 + 5)];
    const isForm = index % 3 === 0;
    const exchange: Synthesis = {
      method: isForm ? 'POST' : 'GET',
      uri: `/${one}/${two}${index % 4 === 0 ? '.html' : ''}?${three}=${index}&page=${two}`,
      protocol: 'HTTP/1.1',
      headers: [
        ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0'],
        ['Accept', 'text/html,*/*;q=0.8'],
        ['Referer', `https://example.test/${three}`],
        ['Cookie', `session=${index}abc; theme=${one}`],
      ],
      body: isForm ? `name=${one}+${two}&text=The+${three}+is+number+${index}%21&email=a%40example.test` : '',
      status: index % 10 === 0 ? 404 : 200,
      reason: index % 10 === 0 ? 'Not Found' : 'OK',
      answerHeaders: [],
      answer: `<html><title>${one}</title><p>${two} and ${three}, ${index} times.</p></html>`,
    };
    for (const sid of await fired(exchange, `198.51.100.${index % 250}`)) seen.add(sid);
  }
  expect([...seen]).toEqual([]);
});
