import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { withSites } from './deployed.ts';
import { isSiteName, type Site, siteRoute, siteSpec, siteUpstream } from './site.ts';

function configOf(settings: string, more = '') {
  const yaml = `deployments: { d: { folder: /srv/d, ${settings}, runtimes: [
    { marker: index.php, protocol: fastcgi, command: [php, "{socket}"], fastcgi: { front_controller: /index.php } },
    { marker: app.fcgi, protocol: fastcgi, command: ["{root}/app.fcgi"] },
    { marker: app.mjs, command: [node, app.mjs] }] } }\n${more}`;
  const { config, mistakes } = parseConfig(yaml, 'sallyport.yaml', {});
  const deployment = config?.deployments.get('d');
  if (config === undefined || deployment === undefined) throw new Error(JSON.stringify(mistakes));
  return { config, deployment };
}

const SITE: Site = { deployment: 'd', name: 'blog', marker: 'index.php', account: { uid: 7, gid: 8 }, revision: '1' };

it.each([
  ['blog', true],
  ['a', true],
  ['a-1', true],
  ['1', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['', false],
  ['-a', false],
  ['a-', false],
  ['Blog', false],
  ['a.b', false],
  ['a_b', false],
  ['a b', false],
  ['é', false],
])('%j as the name of a site: %s', (name, isName) => {
  expect(isSiteName(name)).toBe(isName);
});

describe('a site', () => {
  it.each([
    ['domain: a.test', ['blog.a.test'], '/', undefined],
    ['prefix: /', [], '/blog', '/'],
    ['prefix: /x/y', [], '/x/y/blog', '/'],
    ['prefix: /x, hosts: b.test', ['b.test'], '/x/blog', '/'],
  ])('with %s has the hosts %j and the path %s', (settings, hosts, path, rewrite) => {
    const route = siteRoute(SITE, configOf(settings).deployment);
    expect({ hosts: route.hosts, path: route.path, rewrite: route.rewrite }).toEqual({ hosts, path, rewrite });
    expect(route).toMatchObject({ upstream: 'd/blog', waf: 'on' });
  });

  it('is for those the deployment says', () => {
    const { deployment } = configOf(
      'domain: a.test, auth: { providers: staff, require: user alice }',
      'auth: { basic: { staff: users } }',
    );
    expect(siteRoute(SITE, deployment).auth).toEqual({
      providers: ['staff'],
      require: [{ is: 'user', names: ['alice'] }],
    });
    expect(siteRoute(SITE, configOf('domain: a.test').deployment)).not.toHaveProperty('auth');
  });

  it('is run in its folder as its owner, and its marker is checked', () => {
    const { deployment } = configOf('domain: a.test');
    expect(siteSpec(SITE, deployment)).toMatchObject({
      name: 'd/blog',
      account: { uid: 7, gid: 8 },
      root: '/srv/d/blog',
      directory: '/srv/d/blog',
      code: ['/srv/d/blog/index.php'],
      command: ['php', '{socket}'],
    });
    expect(siteSpec({ ...SITE, marker: 'main.py' }, deployment)).toBeUndefined();
  });

  it.each([
    ['index.php', '/srv/d/blog', '/index.php'],
    ['app.fcgi', undefined, undefined],
    ['app.mjs', undefined, undefined],
  ])('with %s has the root %s', (marker, root, frontController) => {
    const upstream = siteUpstream({ ...SITE, marker }, configOf('domain: a.test').deployment);
    expect(upstream?.urls[0]?.url).toBe('app:d/blog');
    expect({ root: upstream?.fastcgi.root, front: upstream?.fastcgi.frontController }).toEqual({
      root,
      front: frontController,
    });
  });

  it('comes behind what is configured, the upstream that serves everything included', () => {
    const { config } = configOf('domain: a.test', 'upstreams: { app: "http://a" }');
    const { routes, upstreams } = withSites(config, [SITE, { ...SITE, deployment: 'gone' }]);
    expect(routes.map(({ upstream }) => upstream)).toEqual(['app', 'd/blog']);
    expect([...upstreams.keys()]).toEqual(['app', 'd/blog']);
  });
});
