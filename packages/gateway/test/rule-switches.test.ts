import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adminOf } from './support/admin.ts';
import { ask } from './support/client.ts';
import { startGate, testConfig } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = `SecRuleEngine On
SecRule ARGS "@contains evil" "id:200004,phase:2,deny,status:406,log"
SecRule ARGS "@contains quiet" "id:7,phase:1,pass,nolog"`;
const ROUTES = 'routes: [{ upstream: app, waf: on }, { upstream: app, path: /upload, waf: on }]';

async function open() {
  const upstream = await startUpstream();
  const options = { rules: RULES, yaml: ROUTES };
  const gate = await startGate(upstream.port, options);
  const status = async (path: string): Promise<number> => (await ask(gate.port, path)).status;
  const reload = (): Promise<void> => gate.gateway.reload(testConfig(gate.folder, upstream.port, options));
  return { gate, status, reload, admin: adminOf(gate) };
}

describe('a rule switched at run time', () => {
  it('passes on one route and is logged, and still refuses on others; both again when switched back', async () => {
    const { gate, status, admin } = await open();
    expect(await status('/upload?a=evil')).toBe(406);
    const done = await admin('PUT', '/rules/200004/switch', { to: 'pass', route: '/upload', by: 'alice' });
    expect(done.status).toBe(200);
    expect(await status('/upload?a=evil')).toBe(200);
    expect(await status('/?a=evil')).toBe(406);
    const log = await gate.errorLog();
    expect(log).toMatch(/rule 200004 switched to pass on \/upload by alice/);
    expect(log.match(/\[id "200004"\]/g)).toHaveLength(3);
    expect(log).toMatch(/Warning\. .*\[id "200004"\]/);

    const { body } = await admin('GET', '/rules/switches');
    expect(body).toMatchObject({ switches: [{ id: 200004, to: 'pass', route: '/upload', by: 'alice' }] });
    expect((await admin('DELETE', '/rules/200004/switch?route=/upload&by=bob')).status).toBe(200);
    expect(await status('/upload?a=evil')).toBe(406);
    expect(await gate.errorLog()).toMatch(/rule 200004 switched back on \/upload by bob/);
  });

  it.each<[string, string, number]>([
    ['off', '/?a=evil', 200],
    ['log', '/?a=evil', 200],
    ['deny', '/?a=evil', 406],
  ])('%s on all routes', async (to, path, expected) => {
    const { status, admin } = await open();
    await admin('PUT', '/rules/200004/switch', { to });
    expect(await status(path)).toBe(expected);
    expect(await status(`/upload${path.slice(1)}`)).toBe(expected);
  });

  it('denies what only passed, and what is said of one route wins', async () => {
    const { status, admin } = await open();
    await admin('PUT', '/rules/7/switch', { to: 'deny' });
    await admin('PUT', '/rules/7/switch', { to: 'off', route: '/upload' });
    expect(await status('/?a=quiet')).toBe(403);
    expect(await status('/upload?a=quiet')).toBe(200);
  });

  it('lasts over a reload, also over one without the rule', async () => {
    const { gate, status, reload, admin } = await open();
    await admin('PUT', '/rules/200004/switch', { to: 'off' });
    await reload();
    expect(await status('/?a=evil')).toBe(200);
    writeFileSync(join(gate.folder, 'rules.conf'), 'SecRuleEngine On\n');
    await gate.gateway.reload({ ...gate.gateway.config, serverHeader: 'x' });
    expect(await gate.errorLog()).toMatch(/rule 200004 is not there any more/);
    await reload();
    expect(await status('/?a=evil')).toBe(200);
  });

  it('ends by itself when its time is over', async () => {
    const { gate, status, admin } = await open();
    await admin('PUT', '/rules/200004/switch', { to: 'off', seconds: 3 });
    expect(await status('/?a=evil')).toBe(200);
    await expect.poll(() => status('/?a=evil')).toBe(406);
    expect(await gate.errorLog()).toMatch(/rule 200004 switched back on all routes: its time is over/);
  });

  it.each<[string, unknown, number, RegExp]>([
    ['/rules/99/switch', { to: 'off' }, 404, /there is no rule 99/],
    [
      '/rules/200004/switch',
      { to: 'off', route: '/nowhere' },
      404,
      /no route with rules is called \/nowhere; there is \/, \/upload/,
    ],
    ['/rules/200004/switch', { to: 'of' }, 400, /"to" is one of off, pass, log, deny/],
    ['/rules/200004/switch', { to: 'off', seconds: -1 }, 400, /"seconds" is a number above 0/],
    ['/rules/x/switch', { to: 'off' }, 400, /"x" is not the number of a rule/],
    ['/rules/200004/switch', 'off', 400, /the body is a JSON object/],
  ])('is refused: %s %j', async (path, body, status, message) => {
    const { admin } = await open();
    const answer = await admin('PUT', path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(message);
    expect((await admin('GET', '/rules/switches')).body).toEqual({ switches: [] });
  });
});
