/** What rules decide, carried out over real connections. */
import { describe, expect, it } from 'vitest';
import { ask, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

describe('refusals', () => {
  it('are a page for people and problem details for programs, with the reference of the log', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecAuditEngine RelevantOnly\nSecAuditLogRelevantStatus "^4"\nSecRule ARGS "@contains evil" "id:1,phase:2,deny,status:403,log,msg:'no evil'"\n`,
    });
    const html = await ask(gate.port, '/?a=evil', { headers: { Accept: 'text/html,application/json;q=0.9' } });
    expect(html.status).toBe(403);
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    const id = String(html.headers['x-request-id']);
    expect(html.body).toContain(id);
    expect(html.body).not.toContain('evil');

    const json = await ask(gate.port, '/?a=evil', { headers: { Accept: 'application/json' } });
    expect(json.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(json.body)).toMatchObject({
      status: 403,
      title: 'Forbidden',
      reference: json.headers['x-request-id'],
    });
    const script = await ask(gate.port, '/?a=evil', { headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    expect(script.headers['content-type']).toBe('application/problem+json');

    const log = await gate.errorLog();
    expect(log).toContain(`[unique_id "${id}"]`);
    expect(log).toContain('[id "1"] [msg "no evil"]');
    expect(await gate.auditLog()).toContain(id);
    expect(await gate.accessLog()).toContain('"GET /?a=evil HTTP/1.1" 403 ');
    expect(upstream.seen).toEqual([]);
  });

  it('audit entries hide what is secret by its name', async () => {
    const upstream = await startUpstream();
    const rules =
      'SecRuleEngine On\nSecRequestBodyAccess On\nSecAuditEngine On\nSecAuditLogParts ABCFHZ\nSecAuditLogFormat JSON\n';
    const ask3 = async (yaml: string): Promise<string> => {
      const gate = await startGate(upstream.port, { rules, yaml });
      const headers = {
        Authorization: 'Basic c2VjcmV0',
        'X-Key': 'k3y',
        'Content-Type': 'application/x-www-form-urlencoded',
      };
      await ask(gate.port, '/?Password=hunter2', { method: 'POST', headers }, 'a=1&passwd=hunter3&pin=4711');
      return gate.auditLog();
    };
    const usual = await ask3('');
    for (const secret of ['c2VjcmV0', 'hunter2', 'hunter3']) expect(usual).not.toContain(secret);
    expect(usual).toContain('k3y');
    expect(usual).toContain('4711');
    const other = await ask3(
      'logs: { audit: audit.log, error: error.log, mask: { parameters: PIN, request_headers: [x-key] } }',
    );
    for (const secret of ['k3y', '4711']) expect(other).not.toContain(secret);
    for (const shown of ['c2VjcmV0', 'hunter2', 'hunter3']) expect(other).toContain(shown);
  });

  it.each([
    ['redirect', `"id:1,phase:1,redirect:'https://example.test/why?x=%{ARGS.a}'"`, 302],
    ['deny with an unusual status', '"id:1,phase:1,deny,status:418"', 418],
  ])('%s', async (_name, actions, status) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: `SecRuleEngine On\nSecRule ARGS:a "@rx ." ${actions}\n` });
    const answer = await ask(gate.port, '/?a=1');
    expect(answer.status).toBe(status);
    if (status === 302) expect(answer.headers.location).toBe('https://example.test/why?x=1');
    expect(upstream.seen).toEqual([]);
  });

  it('a redirect built from request data cannot add headers', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecRule ARGS:a "@rx ." "id:1,phase:1,redirect:'/x?%{ARGS.a}'"\n`,
    });
    const received = await talk(gate.port, 'GET /?a=1%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(statuses(received)).toEqual([500]);
    expect(received.toLowerCase()).not.toContain('set-cookie');
  });

  it('drop closes without a word', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: `SecRuleEngine On\nSecAction "id:1,phase:1,drop,log"\n` });
    expect(await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
    expect(await gate.errorLog()).toContain('[id "1"]');
    expect(await gate.accessLog()).toContain('"GET / HTTP/1.1"');
  });

  it('proxy sends the request elsewhere, if the configuration allows it', async () => {
    const upstream = await startUpstream();
    const honeypot = await startUpstream((_request, response) => response.end('honey'));
    const rules = `SecRuleEngine On\nSecRule ARGS:a "@rx ." "id:1,phase:2,proxy:'http://127.0.0.1:${honeypot.port}'"\n`;
    const allowed = await startGate(upstream.port, {
      rules,
      yaml: `rules: { files: rules.conf, proxy_targets: "http://127.0.0.1:${honeypot.port}" }`,
    });
    expect((await ask(allowed.port, '/p?a=1', { method: 'POST' }, 'body')).body).toBe('honey');
    expect(honeypot.seen[0]).toMatchObject({ url: '/p?a=1', body: 'body' });
    const forbidden = await startGate(upstream.port, { rules });
    expect((await ask(forbidden.port, '/?a=1')).status).toBe(502);
    expect(await forbidden.errorLog()).toContain('SP2010');
    expect(upstream.seen).toEqual([]);
  });
});

describe('answers', () => {
  const rules = (action: string): string => `SecRuleEngine On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain
SecResponseBodyLimit 1000
SecResponseBodyLimitAction ${action}
SecRule RESPONSE_HEADERS:X-Bad "@rx ." "id:1,phase:3,deny,status:501"
SecRule RESPONSE_BODY "@contains some rude word" "id:2,phase:4,deny,status:502,log"
SecRule RESPONSE_STATUS "@streq 418" "id:3,phase:4,deny,status:503"
`;
  const answer =
    (headers: Record<string, string>, chunks: readonly string[], status = 200): Parameters<typeof startUpstream>[0] =>
    (_request, response) => {
      response.writeHead(status, headers);
      const next = (at: number): void => {
        if (at === chunks.length) response.end();
        else response.write(chunks[at], () => setTimeout(next, 5, at + 1));
      };
      next(0);
    };
  const text = { 'Content-Type': 'text/plain' };

  it.each([
    ['a bad header', { ...text, 'X-Bad': '1' }, ['x'], 501],
    ['a bad word across chunks', text, ['it is some ru', 'de word'], 502],
    ['the same in a type nobody wants', { 'Content-Type': 'image/png' }, ['some rude word'], 200],
    ['a good one', text, ['nice', ' words'], 200],
    ['an empty one', text, [], 200],
  ])('%s', async (_name, headers, chunks, status) => {
    const upstream = await startUpstream(answer(headers, chunks));
    const gate = await startGate(upstream.port, { rules: rules('Reject') });
    const got = await ask(gate.port, '/');
    expect(got.status).toBe(status);
    if (status === 200) expect(got.body).toBe(chunks.join(''));
    else expect(got.headers['x-bad']).toBeUndefined();
    expect((await ask(gate.port, '/', { method: 'HEAD' })).status).toBe(status === 502 ? 200 : status);
  });

  it('phase 4 also judges answers whose body nobody wants', async () => {
    const upstream = await startUpstream(answer({ 'Content-Type': 'image/png' }, ['x'], 418));
    const gate = await startGate(upstream.port, { rules: rules('Reject') });
    expect((await ask(gate.port, '/')).status).toBe(503);
  });

  it.each(['Reject', 'ProcessPartial'])('over the limit: %s', async (action) => {
    const chunks = ['x'.repeat(600), 'y'.repeat(600), 'z'.repeat(200_000), 'some rude word'];
    const upstream = await startUpstream(answer(text, chunks));
    const gate = await startGate(upstream.port, { rules: rules(action) });
    const got = await ask(gate.port, '/');
    if (action === 'Reject') expect(got.status).toBe(500);
    else expect(got.body === chunks.join('')).toBe(true);
  });

  it('over the limit while rules only detect: passed whole', async () => {
    const upstream = await startUpstream(answer(text, ['x'.repeat(5000)]));
    const gate = await startGate(upstream.port, {
      rules: rules('Reject').replace('Engine On', 'Engine DetectionOnly'),
    });
    expect((await ask(gate.port, '/')).body.length).toBe(5000);
  });

  it('come uncompressed where rules want to read them', async () => {
    const upstream = await startUpstream(answer(text, ['x']));
    const gate = await startGate(upstream.port, {
      rules: rules('Reject'),
      yaml: 'routes: [{ upstream: app }, { path: /off, upstream: app, waf: off }, { path: /unread, upstream: app, inspect: { response_body: false } }]',
    });
    for (const path of ['/', '/off', '/unread']) await ask(gate.port, path, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(upstream.seen.map((one) => one.headers['accept-encoding'])).toEqual(['identity', 'gzip', 'gzip']);
  });
});

describe('modes', () => {
  const rules = `SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:2,deny,log"\n`;

  it('a route may only detect, or have no rules', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules,
      yaml: 'routes: [{ upstream: app }, { path: /d, upstream: app, waf: detection }, { path: /off, upstream: app, waf: off }]',
    });
    const status = async (path: string): Promise<number> => (await ask(gate.port, `${path}?a=evil`)).status;
    expect(await status('/')).toBe(403);
    expect(await status('/d')).toBe(200);
    expect(await status('/off')).toBe(200);
    expect((await gate.errorLog()).match(/\[id "1"\]/g)).toHaveLength(2);
  });

  it('rules.engine outranks the files', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules, yaml: 'rules: { files: rules.conf, engine: DetectionOnly }' });
    expect((await ask(gate.port, '/?a=evil')).status).toBe(200);
    expect(await gate.errorLog()).toContain('Warning.');
  });

  it('requests without a route are seen by the rules all the same', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules, yaml: 'routes: [{ hosts: a.test, upstream: app }]' });
    expect((await ask(gate.port, '/?a=evil')).status).toBe(421);
    expect((await ask(gate.port, '/?a=evil', { headers: { host: 'a.test' } })).status).toBe(403);
  });

  it('the log has everything before the client has the whole answer', async () => {
    const upstream = await startUpstream((_request, response) =>
      response.writeHead(200, { 'Content-Length': 200_000 }).end('x'.repeat(200_000)),
    );
    const gate = await startGate(upstream.port, {
      rules: `SecRuleEngine On\nSecAction "id:5,phase:5,pass,log,msg:'last phase'"\n`,
    });
    for (let at = 1; at <= 10; at++) {
      await ask(gate.port, '/');
      expect((await gate.errorLog()).match(/last phase/g)).toHaveLength(at);
    }
  });
});

describe('rules.json_names', () => {
  const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule ARGS:json.items.array_0.text "@contains evil" "id:2,phase:2,deny,status:418"
`;
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  const body = '{"items":[{"text":"evil"}]}';

  it.each([
    ['', 200],
    [', json_names: modsecurity2', 200],
    [', json_names: modsecurity3', 418],
  ])('%s', async (key, status) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: RULES, yaml: `rules: { files: [rules.conf]${key} }` });
    expect((await ask(gate.port, '/', post, body)).status).toBe(status);
  });
});
