import { describe, expect, it } from 'vitest';
import type { ResponseHead } from '../../src/index.ts';
import { type Exchange, run } from '../support/exchange.ts';

describe('links that are signed', () => {
  const rules = `SecHashEngine On
SecHashKey 0123456789abcdef KeyOnly
SecHashMethodRx HashHref /a
SecHashMethodRx HashLocation /a
`;
  const signed = (text: string): string => `${text}?crypt=`;
  const page = (headers: ResponseHead['headers'], responseBody = ''): Exchange => ({
    response: { headers },
    responseBody,
  });

  it('in pages', async () => {
    const { tx } = await run(rules, page([['Content-Type', 'text/html; charset=utf-8']], '<a href="/a"><a href="/b">'));
    const body = Buffer.from(tx.rewrittenResponseBody!).toString();
    expect(body).toContain(`<a href="${signed('/a')}`);
    expect(body).toContain('<a href="/b">');
  });

  it('by the path a relative link leads to', async () => {
    const headers: ResponseHead['headers'] = [['Content-Type', 'text/html']];
    const { tx } = await run(rules, page(headers, '<a href="a/x">'));
    expect(Buffer.from(tx.rewrittenResponseBody!).toString()).toMatch(/^<a href="a\/x\?crypt=[0-9a-f]{40}">$/);
  });

  it('in redirections', async () => {
    const { tx } = await run(rules, page([['Location', '/a']]));
    expect(tx.rewrittenLocation).toMatch(/^\/a\?crypt=[0-9a-f]{40}$/);
    expect((await run(rules, page([['Location', '/b']]))).tx.rewrittenLocation).toBeUndefined();
  });

  it('not in other types, nor when switched off', async () => {
    const other = await run(rules, page([['Content-Type', 'text/plain']], '<a href="/a">'));
    expect(other.tx.rewrittenResponseBody).toBeUndefined();
    const off = `${rules}SecAction "id:1,phase:1,pass,nolog,ctl:hashEngine=Off"`;
    const { tx } = await run(
      off,
      page(
        [
          ['Content-Type', 'text/html'],
          ['Location', '/a'],
        ],
        '<a href="/a">',
      ),
    );
    expect([tx.rewrittenResponseBody, tx.rewrittenLocation]).toEqual([undefined, undefined]);
  });

  it('not in pages that are longer than was read', async () => {
    const partial = `${rules}SecResponseBodyLimit 5\nSecResponseBodyLimitAction ProcessPartial\n`;
    const { tx, record } = await run(partial, page([['Content-Type', 'text/html']], '<a href="/a">'));
    expect(tx.rewrittenResponseBody).toBeUndefined();
    expect(record.messages.at(-1)?.text).toBe(
      'Links are not signed: the response body is longer than the configured limit.',
    );
  });
});
