/** Another server that is asked who somebody is. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { writeAndStandStill } from '../support/stand-still.ts';
import { closedPort, startUpstream, type TestUpstream } from '../support/upstream.ts';
import { basicHeader, type Site, startSite } from './site.ts';

/** Knows users by a cookie; the path says what else it does. */
function startPortal(): Promise<TestUpstream> {
  return startUpstream((_, response, { headers, url }) => {
    const user = /user=(\w+)/.exec(headers.cookie ?? '')?.[1];
    if (url === '/twice') response.setHeader('X-User', ['a', 'b']);
    else if (url === '/bad') response.setHeader('X-User', 'a\tb');
    else if (url === '/slow') return;
    else if (url === '/login') response.writeHead(302, { location: 'https://login.test/' });
    else if (user === undefined) response.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="portal"' });
    else if (user === 'banned') response.writeHead(403);
    else if (url !== '/nameless') response.setHeader('X-User', user).setHeader('X-Groups', 'staff, all');
    response.end('whatever');
  });
}

function startForwardSite(url: string, more = 'timeout: 1 s'): Promise<Site> {
  return startSite({
    yaml: `auth:
  forward: { portal: { url: "${url}", ${more} } }
  headers: { user: X-User, groups: X-Groups }
routes: [{ upstream: app, waf: off, auth: { providers: portal, require: group staff } }]
floods: { allow: [], logins: { per_client: 2 } }`,
  });
}

describe('a server that is asked', () => {
  it('has answered in time when the gate could only not read it', async () => {
    let held: ServerResponse | undefined;
    const portal = await startUpstream((_, response) => {
      held = response.setHeader('X-User', 'alice').setHeader('X-Groups', 'staff');
    });
    const site = await startForwardSite(`http://127.0.0.1:${portal.port}/`);
    const answer = ask(site.port, '/', { headers: { cookie: 'user=alice' } });
    await expect.poll(() => held, { interval: 5 }).toBeDefined();
    await writeAndStandStill(() => held?.end('ok'), 1500);
    expect((await answer).status).toBe(200);
  });

  it('lets in and refuses, and is told what is wanted', async () => {
    const portal = await startPortal();
    const site = await startForwardSite(`http://127.0.0.1:${portal.port}/check?a=b`);
    const answer = await ask(site.port, '/in?x=1', {
      method: 'POST',
      headers: {
        host: 'site.test',
        cookie: 'user=alice',
        'X-Forwarded-Uri': '/public',
        'X-User': 'root',
        'X-Other': 'x',
      },
    });
    expect(answer.status).toBe(200);
    const [question] = portal.seen;
    expect(question).toMatchObject({ method: 'GET', url: '/check?a=b' });
    expect(question?.headers).toMatchObject({
      cookie: 'user=alice',
      'x-forwarded-method': 'POST',
      'x-forwarded-uri': '/in?x=1',
      'x-forwarded-host': 'site.test',
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '127.0.0.1',
    });
    for (const name of ['x-user', 'x-other', 'content-length']) expect(question?.headers).not.toHaveProperty(name);
    expect(site.upstream.seen[0]?.headers).toMatchObject({
      'x-user': 'alice',
      'x-groups': 'staff,all',
      cookie: 'user=alice',
    });

    const anonymous = await ask(site.port, '/');
    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, 'Bearer realm="portal"']);
    expect((await ask(site.port, '/', { headers: { cookie: 'user=banned' } })).status).toBe(403);
    expect(site.upstream.seen).toHaveLength(1);
  });

  it.each([
    ['/twice', /no usable X-User/],
    ['/bad', /no usable X-User/],
    ['/nameless', /no usable X-User/],
    ['/login', /it answers 302/],
    ['/slow', /aborted due to timeout/],
  ])('and says nothing clear at %s: nobody is let in', async (path, why) => {
    const portal = await startPortal();
    const site = await startForwardSite(`http://127.0.0.1:${portal.port}${path}`);
    expect((await ask(site.port, '/', { headers: { cookie: 'user=alice' } })).status).toBe(503);
    expect(await site.errorLog()).toMatch(why);
    expect(site.upstream.seen).toHaveLength(0);
  });

  it('names user and groups in headers of its own', async () => {
    const portal = await startUpstream((_, response) =>
      response.setHeader('Remote-User', 'alice').setHeader('Remote-Groups', 'staff').setHeader('X-User', 'eve').end(),
    );
    const more = 'timeout: 1 s, user_header: Remote-User, groups_header: Remote-Groups';
    const site = await startForwardSite(`http://127.0.0.1:${portal.port}/`, more);
    expect((await ask(site.port, '/')).status).toBe(200);
    expect(site.upstream.seen[0]?.headers).toMatchObject({ 'x-user': 'alice', 'x-groups': 'staff' });
  });

  it('and is away: nobody is let in', async () => {
    const site = await startForwardSite(`http://127.0.0.1:${await closedPort()}/`);
    expect((await ask(site.port, '/')).status).toBe(503);
    expect(await site.errorLog()).toMatch(/SP1094 .*portal at http:.*ECONNREFUSED/);
  });

  it('counts passwords it refuses as failed logins, and nobody without', async () => {
    const portal = await startPortal();
    const site = await startForwardSite(`http://127.0.0.1:${portal.port}/`);
    for (let at = 0; at < 5; at++) expect((await ask(site.port, '/')).status).toBe(401);
    const authorization = basicHeader('alice', 'guess');
    for (let at = 0; at < 3; at++) expect((await ask(site.port, '/', { headers: { authorization } })).status).toBe(401);
    expect((await ask(site.port, '/')).status).toBe(429);
  });
});
