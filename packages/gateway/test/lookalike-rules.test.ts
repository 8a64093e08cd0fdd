/** Paths that go by a route of which less is inspected than of the one the application takes them for. */
import { describe, expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startUpstream, type TestUpstream } from './support/upstream.ts';

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecRule ARGS "@contains attack" "id:1,phase:2,deny,status:403"
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain
SecRule RESPONSE_BODY "@contains leaked" "id:2,phase:4,deny,status:403"
`;

async function start(routes: string): Promise<RunningGate & { readonly upstream: TestUpstream }> {
  const upstream = await startUpstream(({ url = '' }, response) => {
    response.setHeader('Content-Type', 'text/plain').end(url.endsWith('leak') ? 'leaked' : 'hello');
  });
  const gate = await startGate(upstream.port, { rules: RULES, yaml: `routes:\n${routes}` });
  return { ...gate, upstream };
}

const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };

describe('A25: rules cannot be got around by another spelling', () => {
  it.each(['/API/x', '/api;x/y', '/api.json', '/index.php/api/x'])('%s goes by the rules of /api', async (path) => {
    const gate = await start('  - { path: /, upstream: app, waf: off }\n  - { path: /api, upstream: app }');
    expect((await ask(gate.port, `${path}?a=attack`)).status).toBe(403);
    expect((await ask(gate.port, path, form, 'a=attack')).status).toBe(403);
    expect(gate.upstream.seen).toEqual([]);
    expect((await ask(gate.port, `${path}?a=x`)).status).toBe(200);
    // Not for those of any other route.
    expect((await ask(gate.port, '/Static/a.css?a=attack')).status).toBe(200);
  });

  it('not out of a folder without rules', async () => {
    const gate = await start('  - { path: /, upstream: app }\n  - { path: /static, upstream: app, waf: off }');
    for (const up of ['..;', '..;x', '%2e%2e;', '.%2e%20', '..%2f', '%252e%252e'])
      expect((await ask(gate.port, `/static/${up}/shop?a=attack`)).status).toBeOneOf([400, 403]);
    expect((await ask(gate.port, '/static/A.css;x?a=attack')).status).toBe(200);
    expect(gate.upstream.seen).toHaveLength(1);
  });

  it.each([
    ['rules that refuse nothing', 'waf: detection'],
    ['bodies no rule sees', 'inspect: { request_body: false }'],
    ['the beginning of bodies', 'inspect: { request_body_limit: 2 }'],
  ])('a route of %s', async (_what, settings) => {
    const gate = await start(`  - { path: /, upstream: app, ${settings} }\n  - { path: /api, upstream: app }`);
    expect((await ask(gate.port, '/file.TXT', form, 'a=attack')).status).toBe(200);
    expect((await ask(gate.port, '/API/x', form, 'a=attack')).status).toBe(403);
  });

  it('sees bodies of answers where only the other route shows them, and of requests where only its own does', async () => {
    const gate = await start(
      '  - { path: /, upstream: app, inspect: { response_body: false } }\n' +
        '  - { path: /api, upstream: app, inspect: { request_body: false } }',
    );
    expect((await ask(gate.port, '/API/leak')).status).toBe(403);
    expect((await ask(gate.port, '/api/leak')).status).toBe(403);
    expect((await ask(gate.port, '/API/x', form, 'a=attack')).status).toBe(403);
    expect((await ask(gate.port, '/leak')).status).toBe(200);
    expect((await ask(gate.port, '/api/x', form, 'a=attack')).status).toBe(200);
  });
});
