import { describe, expect, it } from 'vitest';
import { type Exchange, run } from '../support/exchange.ts';

describe('bodies that rules rewrite', () => {
  const form: Exchange = {
    method: 'POST',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'a=evil',
  };
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');

  it('are handed out for the server to send', async () => {
    const { tx } = await run(
      'SecStreamInBodyInspection On\nSecStreamOutBodyInspection On\nSecRule STREAM_INPUT_BODY "@rsub s/evil/good/" "id:1,phase:2,pass"\nSecRule STREAM_OUTPUT_BODY "@rsub s/\\d+/#/" "id:2,phase:4,pass"',
      { ...form, response: { headers: [['Content-Type', 'text/html']] }, responseBody: 'a1b22\xff' },
    );
    expect(text(tx.rewrittenRequestBody)).toBe('a=good');
    expect(text(tx.rewrittenResponseBody)).toBe('a#b#\xff');
  });

  it('are left alone when no rule changed them', async () => {
    const { tx } = await run('SecStreamInBodyInspection On\nSecStreamOutBodyInspection On', form);
    expect([tx.rewrittenRequestBody, tx.rewrittenResponseBody, tx.injection, tx.rewrittenLocation]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('are left alone when they were longer than was read', async () => {
    const { tx, fired } = await run(
      'SecRequestBodyLimit 3\nSecRequestBodyLimitAction ProcessPartial\nSecStreamInBodyInspection On\nSecRule STREAM_INPUT_BODY "@rsub s/a/b/" "id:1,phase:2,pass"',
      form,
    );
    expect(fired).toEqual([]);
    expect(tx.rewrittenRequestBody).toBeUndefined();
  });

  it('have nothing to rewrite unless asked for', async () => {
    const { fired } = await run('SecRule STREAM_INPUT_BODY "@rsub s/evil/good/" "id:1,phase:2,pass"', form);
    expect(fired).toEqual([]);
  });

  it('get text around them', async () => {
    const rules = `SecAction "id:1,phase:1,pass,nolog,prepend:'<!-- %{ARGS.a} -->',append:'<!-- end -->'"\n`;
    const page: Exchange = { uri: '/?a=1' };
    expect((await run(`SecContentInjection On\n${rules}`, page)).tx.injection).toEqual({
      prepend: '<!-- 1 -->',
      append: '<!-- end -->',
    });
    expect((await run(rules, page)).tx.injection).toBeUndefined();
  });
});
