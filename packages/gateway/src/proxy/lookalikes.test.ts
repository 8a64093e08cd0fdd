import { describe, expect, it } from 'vitest';
import type { RouteConfig } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { Lookalikes } from './lookalikes.ts';
import { compilePathPattern } from './path-pattern.ts';
import { createRouter } from './route.ts';

interface TestRoute {
  readonly config: RouteConfig;
  readonly pattern: ReturnType<typeof compilePathPattern>;
  readonly access: object | undefined;
  readonly auth: object | undefined;
}

const open = (path: string, more: Partial<RouteConfig> = {}): TestRoute => ({
  config: { ...ROUTE_DEFAULTS, path, ...more },
  pattern: compilePathPattern(more.pattern ?? []),
  access: undefined,
  auth: undefined,
});
const guarded = (path: string, more: Partial<RouteConfig> = {}): TestRoute => ({ ...open(path, more), auth: {} });

/** Path of the first guarded route a path may be taken for. */
function lookalikeOf(routes: readonly TestRoute[], path: string): string | undefined {
  const route = createRouter(routes).match('http', 'a', path);
  return route && new Lookalikes(routes).find('http', 'a', path, route)[0]?.config.path;
}

describe('the guarded route a path may be taken for', () => {
  const routes = [open('/'), open('/static'), guarded('/admin'), guarded('/Area'), guarded('/only', { exact: true })];

  it.each([
    ['/', undefined],
    ['/admins', undefined],
    ['/other/admin', undefined],
    ['/Static/x.css', undefined],
    ['/static/a.css', undefined],
    // It goes by the guarded route itself.
    ['/admin/X', undefined],
    ['/admin;x', '/admin'],
    ['/Admin/x', '/admin'],
    ['/admin./x', '/admin'],
    ['/static/..;/admin', '/admin'],
    ['/area', '/Area'],
    ['/only/', '/only'],
    ['/admin.json', '/admin'],
    ['/admin.a.b', '/admin'],
    ['/Admin.JSON;x', '/admin'],
    ['/.admin', undefined],
    ['/admins.json', undefined],
    ['/static/admin.json', undefined],
    ['/index.php/admin', '/admin'],
    ['/x/..;/index.php/admin.xml', '/admin'],
    ['/index.php', undefined],
    ['/index.phpx/admin', undefined],
  ])('%s: %s', (path, found) => expect(lookalikeOf(routes, path)).toBe(found));

  it('is none where another route has been written down for it', () => {
    const both = [open('/'), guarded('/admin'), open('/Admin')];
    expect(lookalikeOf(both, '/Admin/x')).toBeUndefined();
    expect(lookalikeOf(both, '/ADMIN/x')).toBe('/admin');
  });

  it('is none where a route has been written down for the format, or the script', () => {
    const told = [open('/'), guarded('/admin'), open('/admin.css'), open('/tools.php'), guarded('/x')];
    expect(lookalikeOf(told, '/admin.css')).toBeUndefined();
    expect(lookalikeOf(told, '/admin.json')).toBe('/admin');
    expect(lookalikeOf(told, '/tools.php/x')).toBeUndefined();
    const formats = [open('/'), guarded('/admin'), open('/', { pattern: ['\\.css$'] })];
    expect(lookalikeOf(formats, '/admin.css')).toBeUndefined();
  });

  it('may be several', () => {
    const routes = [open('/'), guarded('/one'), guarded('/app.php/one')];
    const found = new Lookalikes(routes).find('http', 'a', '/App.php/one', routes[0] as TestRoute);
    expect(found.map(({ config }) => config.path)).toEqual(['/app.php/one', '/one']);
  });

  it('may be one with a pattern', () => {
    const patterns = [open('/'), guarded('/', { pattern: ['\\.php$'] })];
    expect(lookalikeOf(patterns, '/x.PHP')).toBe('/');
    expect(lookalikeOf(patterns, '/x.css')).toBeUndefined();
  });

  it('is looked for on the host that was asked', () => {
    const hosts = [open('/'), guarded('/admin', { hosts: ['b'] })];
    expect(lookalikeOf(hosts, '/admin;x')).toBeUndefined();
  });

  it('is none where nothing is guarded', () =>
    expect(lookalikeOf([open('/'), open('/admin')], '/admin;x')).toBeUndefined());
});

describe('a route of which more is inspected', () => {
  const routes = [open('/'), open('/static', { waf: 'off' }), open('/seen', { waf: 'detection' })];

  it.each([
    ['/static/a.css', undefined],
    ['/static/A.css;x', undefined],
    ['/static/..;/shop', '/'],
    ['/seen/..;/shop', '/'],
    // Less of it is inspected than of the one it goes by.
    ['/STATIC/x', undefined],
    ['/static/..;/seen/x', '/seen'],
  ])('%s: %s', (path, found) => expect(lookalikeOf(routes, path)).toBe(found));
});
