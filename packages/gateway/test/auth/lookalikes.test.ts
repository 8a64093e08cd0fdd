/** Paths that an application takes for one of a guarded route, and the router for one of another. */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../support/client.ts';
import { startGate } from '../support/gate.ts';
import { passwords } from './passwords.ts';
import { basicHeader, startSite } from './site.ts';

const FILES = { htpasswd: passwords({ alice: 'right' }) };
const ALICE = basicHeader('alice', 'right');

const AUTH = `auth:
  basic: { staff: htpasswd }
  headers: { user: X-User }
`;

const routes = (waf: string): string => `routes:
  - { path: /, upstream: app, waf: ${waf} }
  - { path: /static, upstream: app, waf: ${waf} }
  - { path: /admin, upstream: app, waf: ${waf}, auth: { providers: staff } }
  - { path: /inner, upstream: app, waf: ${waf}, access: [allow 192.0.2.0/24, deny all] }`;

const GUARDED = [
  '/admin',
  '/ADMIN',
  '/Admin/x',
  '/admin;x',
  '/admin;x/y',
  '/admin%3bx',
  '/admin./x',
  '/admin%20/x',
  '//ADMIN',
  '/admin%2Fx',
  '/admin.json',
  '/Admin.a.b;x',
  '/index.php/admin',
  '/index.php/admin.json',
];

describe('A25: a guard cannot be got around by another spelling', () => {
  it.each(GUARDED)('%s wants a login', async (path) => {
    const site = await startSite({ files: FILES, yaml: `${AUTH}${routes('off')}` });
    expect((await ask(site.port, path)).status).toBe(401);
    expect((await ask(site.port, path, { headers: { authorization: ALICE } })).status).toBe(200);
    // What was for the gate stays here, and the application knows who it is.
    expect(site.upstream.seen.map(({ headers }) => [headers['x-user'], headers.authorization])).toEqual([
      ['alice', undefined],
    ]);
  });

  it.each(['/INNER', '/inner;x', '/inner.'])('%s is for the addresses of /inner', async (path) => {
    const site = await startSite({ files: FILES, yaml: `${AUTH}${routes('off')}` });
    expect((await ask(site.port, path)).status).toBe(403);
    expect(site.upstream.seen).toEqual([]);
  });

  it.each(['/static/..;/admin', '/static/%5c../admin', '/%2561dmin', '/static/%252e%252e/admin'])(
    '%s passes rules that only detect, and wants a login',
    async (path) => {
      const site = await startSite({
        files: FILES,
        rules: 'SecRuleEngine DetectionOnly\n',
        yaml: `${AUTH}${routes('on')}`,
      });
      expect((await ask(site.port, path)).status).toBe(401);
      expect(site.upstream.seen).toEqual([]);
    },
  );

  it.each(['/', '/Static/a.css', '/administration', '/x/admin', '/a.b.c', '/x.php/y', '/admins.json'])(
    '%s is open',
    async (path) => {
      const site = await startSite({ files: FILES, yaml: `${AUTH}${routes('off')}` });
      expect((await ask(site.port, path)).status).toBe(200);
    },
  );
});

it('A25: Express tells no case, and answers only who may', async () => {
  const app = express();
  app.get('/admin', (_request, response) => void response.send('secret'));
  const http = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  expect((await ask(port, '/ADMIN/')).body).toBe('secret');
  const gate = await startGate(port, {
    yaml: `auth: {}
routes:
  - { upstream: app, waf: off }
  - { path: /admin, upstream: app, waf: off, auth: { require: all denied } }`,
  });
  expect((await ask(gate.port, '/ADMIN/')).status).toBe(403);
});
