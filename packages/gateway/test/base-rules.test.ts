/** The base rules on bodies that two parsers may read differently. In process: framing has nothing to do with it. */
import { fileURLToPath } from 'node:url';
import { createWaf, type Interruption } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { describe, expect, it } from 'vitest';

const waf = createWaf({ rules: [fileURLToPath(new URL('../rules/base.conf', import.meta.url))], files: nodeFiles });

async function verdictOn(contentType: string, body: string): Promise<Interruption | undefined> {
  const end = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const tx = waf.openTransaction({ id: 'a', ...end });
  const headers = [
    ['Host', 'a'],
    ['Content-Type', contentType],
    ['Content-Length', String(body.length)],
  ] as const;
  const early = await tx.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  return early ?? tx.writeRequestBody(Buffer.from(body, 'latin1')) ?? (await tx.processRequestBody());
}

const FORM = 'multipart/form-data; boundary=b';
const part = (headers: string, content = 'v'): string => `--b\r\n${headers}\r\n\r\n${content}\r\n`;
const field = (more = '', content = 'v'): string =>
  part(`Content-Disposition: form-data; name="a"${more === '' ? '' : `\r\n${more}`}`, content);
const whole = (...parts: readonly string[]): string => `${parts.join('')}--b--\r\n`;

it('what memory holds of a body is left to the configuration', () => {
  expect(waf.settings.requestBodyInMemoryLimit).toBeUndefined();
});

describe('refused', () => {
  it.each<[what: string, type: string, body: string, rule: number]>([
    ['a duplicate name', FORM, whole(part('Content-Disposition: form-data; name="a"; name="b"')), 200_002],
    [
      'a duplicate file name',
      FORM,
      whole(part('Content-Disposition: form-data; name="a"; filename="x"; filename="y"')),
      200_002,
    ],
    ['filename*', FORM, whole(part('Content-Disposition: form-data; name="a"; filename*=utf-8\'\'x')), 200_002],
    ['Content-Disposition twice', FORM, whole(field('Content-Disposition: form-data; name="b"')), 200_002],
    ['a part in UTF-7', FORM, whole(field('Content-Type: text/plain; charset=utf-7')), 22_000_011],
    ['a second part in UTF-16', FORM, whole(field(), field('content-type:text/plain;charset="UTF-16"')), 22_000_011],
    [
      'a charset that only begins like UTF-8',
      FORM,
      whole(field('Content-Type: text/plain; charset=utf-8x')),
      22_000_011,
    ],
    ['a part in base64', FORM, whole(field('Content-Transfer-Encoding: base64')), 22_000_012],
    ['a part with any transfer encoding', FORM, whole(field(), field('content-transfer-encoding: 8bit')), 22_000_012],
    ['_charset_', FORM, whole(part('Content-Disposition: form-data; name="_charset_"', 'utf-7')), 22_000_013],
    ['_charset_ of a plain form', 'application/x-www-form-urlencoded', 'a=1&_charset_=utf-16', 22_000_013],
    ['another multipart type', 'multipart/mixed; boundary=b', whole(field()), 22_000_010],
    ['a type that only begins like a form', 'multipart/form-dataX; boundary=b', whole(field()), 22_000_010],
    ['a JSON key twice', 'application/json', '{"a":1,"b":{"c":1},"a":2}', 22_000_014],
    ['a JSON key twice, one escaped', 'application/json', '[{"user":1,"us\\u0065r":2}]', 22_000_014],
  ])('%s', async (_what, type, body, rule) => {
    expect(await verdictOn(type, body)).toMatchObject({ status: 400, rule: { id: rule } });
  });

  it('more parts than may be, with 413', async () => {
    expect(await verdictOn(FORM, whole(...Array.from({ length: 200 }, () => field())))).toBeUndefined();
    const verdict = await verdictOn(FORM, whole(...Array.from({ length: 201 }, () => field())));
    expect(verdict).toMatchObject({ status: 413 });
    expect(verdict?.message).toContain('more parts than the configured limit (200)');
  });
});

it.each<[what: string, type: string, body: string]>([
  [
    'an upload',
    FORM,
    whole(part('Content-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain')),
  ],
  [
    'parts in UTF-8',
    FORM,
    whole(field('Content-Type: text/plain; charset=UTF-8'), field('Content-Type: text/plain; charset="utf-8"; x=y')),
  ],
  ['a form that says it is UTF-8', FORM, whole(part('Content-Disposition: form-data; name="_charset_"', 'UTF-8'))],
  ['JSON with one key in several objects', 'application/json', '[{"a":1},{"a":2,"b":{"a":3}}]'],
])('%s passes', async (_what, type, body) => {
  expect(await verdictOn(type, body)).toBeUndefined();
});
