/** What routes make of a user: rules of SecLang, the application, logs, WebSocket, reloads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, talk } from '../support/client.ts';
import { testConfig } from '../support/gate.ts';
import { AUDIENCE, ISSUER, makeIssuer } from './issuer.ts';
import { passwords } from './passwords.ts';
import { basicHeader, type Site, startSite } from './site.ts';

const ALICE = basicHeader('alice', 'right');
const BOB = basicHeader('bob', 'right');
const FILES = { htpasswd: passwords({ alice: 'right', bob: 'right' }), groups: 'staff: alice\nall: alice bob\n' };

const AUTH = `auth:
  basic: { staff: htpasswd }
  group_file: groups
  headers: { user: X-User, groups: X-Groups, provider: X-Provider }
`;

async function status(site: Site, path: string, authorization?: string, method = 'GET'): Promise<number> {
  return (await ask(site.port, path, { method, headers: authorization === undefined ? {} : { authorization } })).status;
}

describe('a route with rules', () => {
  it('asks for a login only where one would help', async () => {
    const site = await startSite({
      files: FILES,
      yaml: `${AUTH}
routes:
  - { path: /open, upstream: app, waf: off }
  - { path: /local, upstream: app, waf: off, auth: { require: local } }
  - { path: /never, upstream: app, waf: off, auth: { require: all denied } }
  - { path: /staff, upstream: app, waf: off, auth: { providers: staff, require: group staff } }
  - { path: /either, upstream: app, waf: off, auth: { providers: staff, require: [method OPTIONS, user bob] } }
  - { path: /both, upstream: app, waf: off, auth: { providers: staff, require: [all: [ip 127.0.0.9, valid-user]] } }
  - { path: /answer, answer: 204, auth: { providers: staff } }
  - { path: /away, redirect: /open, auth: { providers: staff } }`,
    });
    const table: readonly (readonly [string, string | undefined, number, string?])[] = [
      ['/open', undefined, 200],
      ['/local', undefined, 200],
      ['/never', ALICE, 403],
      ['/staff', undefined, 401],
      ['/staff', ALICE, 200],
      ['/staff', BOB, 403],
      ['/either', undefined, 401],
      ['/either', undefined, 200, 'OPTIONS'],
      ['/either', BOB, 200],
      ['/either', ALICE, 403],
      ['/both', undefined, 403],
      ['/both', ALICE, 403],
      ['/answer', undefined, 401],
      ['/answer', ALICE, 204],
      ['/away', undefined, 401],
      ['/away', ALICE, 302],
    ];
    const found: unknown[] = [];
    for (const [path, who, , method] of table) found.push([path, who, await status(site, path, who, method), method]);
    expect(found).toEqual(table.map(([path, who, expected, method]) => [path, who, expected, method]));
  });

  it('A79 tells the application who it is, in headers nobody else can send, and no password', async () => {
    const site = await startSite({
      files: {
        ...FILES,
        htpasswd: passwords({ 'jörg %': 'right', alice: 'right' }),
        groups: 'a,b: alice\nstaff: alice',
      },
      yaml: `${AUTH}
http: { underscore_headers: pass }
routes: [{ path: /in, upstream: app, waf: off, auth: { providers: staff } }, { upstream: app, waf: off }]`,
    });
    const claims = { 'X-User': 'root', 'x-groups': 'wheel', X_Provider: 'me', 'X-Provider': 'me' };
    await ask(site.port, '/in', { headers: { ...claims, authorization: ALICE, cookie: 'a=b' } });
    await ask(site.port, '/in', { headers: { authorization: basicHeader('jörg %', 'right') } });
    await ask(site.port, '/', { headers: { ...claims, authorization: ALICE } });
    const told = site.upstream.seen.map(({ headers }) =>
      [
        headers['x-user'],
        headers['x-groups'],
        headers['x-provider'],
        headers['x_provider'],
        headers['authorization'],
      ].map(String),
    );
    expect(told).toEqual([
      ['alice', 'a%2Cb,staff', 'staff', 'undefined', 'undefined'],
      ['j%C3%B6rg%20%25', '', 'staff', 'undefined', 'undefined'],
      // Where the gate asks nobody, credentials are for the application.
      ['undefined', 'undefined', 'undefined', 'undefined', ALICE],
    ]);
  });

  it('sends passwords on where that is said', async () => {
    const site = await startSite({
      files: FILES,
      yaml: 'auth: { basic: { staff: { file: htpasswd, pass_credentials: true } } }\nroutes: [{ upstream: app, waf: off, auth: { providers: staff } }]',
    });
    expect(await status(site, '/', ALICE)).toBe(200);
    expect(site.upstream.seen[0]?.headers['authorization']).toBe(ALICE);
  });

  it('rules of SecLang see the user, not what somebody claims to be', async () => {
    const site = await startSite({
      files: FILES,
      rules: `SecRuleEngine On
SecRule REMOTE_USER "@streq bob" "id:1,phase:1,deny,status:451"
SecRule AUTH_TYPE "!@streq Basic" "id:2,phase:1,deny,status:452"
`,
      yaml: `${AUTH}
routes: [{ upstream: app, auth: { providers: staff } }]`,
    });
    expect([await status(site, '/', ALICE), await status(site, '/', BOB), await status(site, '/')]).toEqual([
      200, 451, 401,
    ]);
  });

  it('A79 no log of the rules shows what a client proves itself with', async () => {
    const issuer = makeIssuer('one');
    const site = await startSite({
      files: { ...FILES, 'keys.json': JSON.stringify({ keys: [issuer.jwk] }) },
      rules: `SecRuleEngine On
SecAuditEngine On
SecAuditLogParts ABCFHZ
SecRule REQUEST_HEADERS|REQUEST_COOKIES|REQUEST_HEADERS:Authorization "@rx ." "id:1,phase:1,pass,log,auditlog,msg:'%{MATCHED_VAR}',logdata:'%{MATCHED_VAR}'"
`,
      yaml: `auth:
  basic: { staff: { file: htpasswd, pass_credentials: true } }
  jwt: { app: { keys: keys.json, algorithms: ES256, cookie: session, issuer: "${ISSUER}", audience: ${AUDIENCE} } }
routes: [{ path: /in, upstream: app, auth: { providers: staff } }, { path: /app, upstream: app, auth: { providers: app } }]`,
    });
    const token = issuer.token();
    expect(await status(site, '/in', ALICE)).toBe(200);
    expect((await ask(site.port, '/app', { headers: { cookie: `a=canary; session=${token}` } })).status).toBe(200);
    await expect.poll(() => site.auditLog()).toContain('canary');
    const logs = `${await site.auditLog()}${await site.errorLog()}${await site.accessLog()}`;
    expect(logs).toMatch(/authorization: \*{8}/i);
    expect(logs).not.toContain(ALICE.slice(6));
    for (const part of token.split('.')) expect(logs).not.toContain(part);
  });

  it('a WebSocket is asked too, before the application is', async () => {
    const site = await startSite({
      files: FILES,
      yaml: `${AUTH}
routes: [{ upstream: app, waf: off, auth: { providers: staff } }]`,
    });
    const handshake = (more: string): string =>
      `GET /ws HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;
    expect(await talk(site.port, handshake(''))).toMatch(/^HTTP\/1\.1 401 .*WWW-Authenticate: Basic /s);
    expect(site.upstream.seen).toHaveLength(0);
    // This application answers with a page; what matters is that it was asked.
    await talk(site.port, handshake(`Authorization: ${ALICE}\r\n`));
    await expect.poll(() => site.upstream.seen.length).toBe(1);
  });

  it('a connection goes on behind a 401, and so do the requests behind it', async () => {
    const site = await startSite({
      files: FILES,
      yaml: `${AUTH}
routes: [{ upstream: app, waf: off, auth: { providers: staff } }]`,
    });
    const one = 'GET / HTTP/1.1\r\nHost: a.test\r\n';
    // To compare a password takes a while, and longer on a busy machine.
    const second = `${one}Connection: close\r\nAuthorization: ${ALICE}\r\n\r\n`;
    const received = await talk(site.port, `${one}\r\n${second}`, 20_000);
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
  });

  it('says in the logs and the metrics who was let in, and who not', async () => {
    const site = await startSite({
      files: FILES,
      yaml: `${AUTH}
logs: { error: error.log, access: [{ file: access.log, format: '%u %>s %{decided_by}x %{reason}x' }] }
routes: [{ upstream: app, waf: off, auth: { providers: staff, require: group staff } }]`,
    });
    for (const who of [undefined, basicHeader('alice', 'wrong'), BOB, ALICE]) await status(site, '/', who);
    const families = site.gateway.metrics();
    const counted = families.find(({ name }) => name === 'sallyport_auth_total')?.samples;
    expect(counted?.map(({ labels, value }) => [...labels, value])).toEqual([
      ['staff', 'missing', 1],
      ['staff', 'wrong', 1],
      ['staff', 'forbidden', 1],
      ['staff', 'known', 1],
    ]);
    expect(await site.accessLog()).toBe(
      '- 401 auth SP1090\n- 401 auth SP1091\nbob 403 auth SP1092\nalice 200 upstream app\n',
    );
    expect(await site.errorLog()).toMatch(/SP1092 access denied: "bob", known by staff/);
  });
});

describe('a reload', () => {
  it('that cannot read the users changes nothing; one that can takes effect', async () => {
    const yaml = `${AUTH}
routes: [{ upstream: app, waf: off, auth: { providers: staff } }]`;
    const site = await startSite({ files: FILES, yaml });
    expect(await status(site, '/', ALICE)).toBe(200);
    const broken = testConfig(site.folder, site.upstream.port, { yaml: yaml.replace('htpasswd', 'nowhere') });
    await expect(site.gateway.reload(broken)).rejects.toThrow('ENOENT');
    expect(await status(site, '/', ALICE)).toBe(200);
    writeFileSync(join(site.folder, 'others'), passwords({ carol: 'right' }));
    const { listeners } = site.gateway.config;
    const other = testConfig(site.folder, site.upstream.port, { yaml: yaml.replace('htpasswd', 'others') });
    await site.gateway.reload({ ...other, listeners });
    expect([await status(site, '/', ALICE), await status(site, '/', basicHeader('carol', 'right'))]).toEqual([
      401, 200,
    ]);
  });
});

describe('a doubtful head', () => {
  it('opens nothing, also where rules only detect', async () => {
    const site = await startSite({
      files: FILES,
      rules: 'SecRuleEngine DetectionOnly\n',
      yaml: `${AUTH}
routes: [{ path: /in, upstream: app, auth: { providers: staff } }, { path: /deny, upstream: app, access: [deny all] }, { upstream: app }]`,
    });
    const asked = async (path: string, more = ''): Promise<number> =>
      Number(
        (await talk(site.port, `GET ${path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${more}\r\n`)).slice(
          9,
          12,
        ),
      );
    // Two of a header that may occur once is refused by policy, which detection waives.
    const doubtful = 'Referer: a\r\nReferer: b\r\n';
    expect(await asked('/', doubtful)).toBe(200);
    expect(await asked('/in', doubtful)).toBe(401);
    expect(await asked('/out/../in', doubtful)).toBe(401);
    expect(await asked('/%69n')).toBe(401);
    expect(await asked('//in')).toBe(401);
    expect(await asked('/deny', doubtful)).toBe(403);
  });
});
