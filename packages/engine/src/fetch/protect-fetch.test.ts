import { expect, it } from 'vitest';
import type { Decision } from '../adapter/decision.ts';
import { createWaf, type Waf } from '../index.ts';
import { protectFetch } from './index.ts';

function wafWith(rules: string): Waf {
  const base = 'SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n';
  return createWaf({ rules: [{ file: 'a.conf', text: base + rules }] });
}

const post = (body: string | ReadableStream<Uint8Array>): Request =>
  new Request('https://example.test/a?b=c', { method: 'POST', body, duplex: 'half' } as RequestInit);

it('gives the handler the request itself, and what the platform adds to it', async () => {
  const request = post('harmless');
  const handle = protectFetch(wafWith(''), (one: Request, platform: { readonly name: string }) => {
    expect(one).toBe(request);
    return new Response(platform.name);
  });
  expect(await (await handle(request, { name: 'edge' })).text()).toBe('edge');
});

it('gives the platform the response itself', async () => {
  const response = new Response('text', { headers: { 'content-type': 'text/plain' } });
  expect(await protectFetch(wafWith(''), () => response)(post('a'))).toBe(response);
  expect(await response.text()).toBe('text');
});

it('takes the client address from what the platform adds', async () => {
  const handle = protectFetch(
    wafWith('SecRule REMOTE_ADDR "@ipMatch 203.0.113.0/24" "id:1,phase:1,deny"'),
    (_request: Request, _info: { readonly remote: string }) => new Response('in'),
    { clientAddress: (_request, info) => info.remote },
  );
  expect((await handle(post(''), { remote: '203.0.113.7' })).status).toBe(403);
  expect((await handle(post(''), { remote: '198.51.100.7' })).status).toBe(200);
});

it.each([
  ['REQUEST_URI', '/a?b=c'],
  ['REQUEST_HEADERS:Host', 'example.test'],
  ['SERVER_PORT', '443'],
  ['REQUEST_METHOD', 'POST'],
  ['REQUEST_BODY', 'x=1'],
])('shows %s to rules as %s', async (variable, value) => {
  const handle = protectFetch(
    wafWith(`SecRule ${variable} "@streq ${value}" "id:1,phase:2,deny"`),
    () => new Response(),
  );
  const request = post('x=1');
  request.headers.set('content-type', 'application/x-www-form-urlencoded');
  expect((await handle(request)).status).toBe(403);
});

it('streams a request body after the part that rules have read', async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      if (pulled > 100) controller.close();
      else controller.enqueue(new Uint8Array(1000).fill(0x61));
    },
  });
  const partial = 'SecRequestBodyLimitAction ProcessPartial\nSecRequestBodyLimit 3000';
  const handle = protectFetch(wafWith(partial), async (request: Request) => {
    // A piece or two may be under way behind the ones that were wanted.
    expect(pulled).toBeLessThan(6);
    return new Response(String((await request.arrayBuffer()).byteLength));
  });
  expect(await (await handle(post(body))).text()).toBe('100000');
});

it('refuses a request that was read already', async () => {
  const decisions: Decision[] = [];
  const options = { onDecision: (decision: Decision) => void decisions.push(decision) };
  const request = post('a');
  await request.text();
  expect((await protectFetch(wafWith(''), () => new Response('in'), options)(request)).status).toBe(500);
  expect(decisions[0]?.message).toBe('Inspection failed: the request body was read before the firewall saw it');
});

it('hands on what the handler throws, and closes the exchange', async () => {
  const decisions: Decision[] = [];
  const handle = protectFetch(
    wafWith(''),
    () => {
      throw new Error('handler went wrong');
    },
    { onDecision: (decision) => void decisions.push(decision) },
  );
  await expect(handle(post('a'))).rejects.toThrow('handler went wrong');
  expect(decisions).toMatchObject([{ action: 'pass', status: 0 }]);
});

it('cancels the source of an answer that is refused', async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      isCancelled = true;
    },
  });
  const handle = protectFetch(wafWith('SecResponseBodyLimit 5000'), () =>
    Promise.resolve(new Response(body, { headers: { 'content-type': 'text/plain' } })),
  );
  expect((await handle(post('a'))).status).toBe(500);
  expect(isCancelled).toBe(true);
});

it("sends the signed Location in place of the handler's", async () => {
  const rules =
    'SecHashEngine On\nSecHashKey "0123456789abcdef" KeyOnly\nSecHashParam sig\nSecHashMethodRx HashLocation "/account"';
  const handle = protectFetch(
    wafWith(rules),
    () => new Response(null, { status: 303, headers: { location: '/account?id=1' } }),
  );
  const { status, headers } = await handle(post(''));
  expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/account\?id=1&sig=[0-9a-f]{40}$/)]);
});

it.each([204, 304, 205])('answers %i without a body', async (status) => {
  const response = await protectFetch(
    wafWith(`SecAction "id:1,phase:1,deny,status:${status}"`),
    () => new Response('in'),
  )(post(''));
  expect([response.status, response.body]).toEqual([status, null]);
});

it.each([100, 101, 199])('answers 500 for status %i, which is not that of a final answer', async (status) => {
  const handle = protectFetch(wafWith(`SecAction "id:1,phase:1,deny,status:${status}"`), () => new Response('in'));
  expect((await handle(post(''))).status).toBe(500);
});
