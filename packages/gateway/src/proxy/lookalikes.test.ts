import { describe, expect, it } from 'vitest';
import type { RouteConfig } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { Lookalikes, loosePath } from './lookalikes.ts';
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

/** Path of the guarded route a path may be taken for. */
function lookalikeOf(routes: readonly TestRoute[], path: string): string | undefined {
  const route = createRouter(routes).match('http', 'a', path);
  return route && new Lookalikes(routes).find('http', 'a', path, route)?.config.path;
}

describe('the path of a careless reader', () => {
  it.each([
    ['/', '/'],
    ['/admin', '/admin'],
    ['/admin/', '/admin'],
    ['/ADMIN/x', '/admin/x'],
    ['/admin;x=1/y;z', '/admin/y'],
    ['/a/..;/admin', '/admin'],
    ['/a/.. /admin', '/admin'],
    ['/a\\..\\admin', '/admin'],
    ['/admin. ./x', '/admin/x'],
    ['/admin\n', '/admin'],
    ['/admin\0.css', '/admin'],
    ['/admin?x', '/admin'],
    ['/%61dmin', '/admin'],
    ['/%2561dmin', '/admin'],
    ['/;/admin', '/admin'],
    ['/.well-known', '/.well-known'],
    ['/style.css', '/style.css'],
  ])('%j is %j', (path, loose) => expect(loosePath(path)).toBe(loose));
});

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
  ])('%s: %s', (path, found) => expect(lookalikeOf(routes, path)).toBe(found));

  it('is none where another route has been written down for it', () => {
    const both = [open('/'), guarded('/admin'), open('/Admin')];
    expect(lookalikeOf(both, '/Admin/x')).toBeUndefined();
    expect(lookalikeOf(both, '/ADMIN/x')).toBe('/admin');
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
