import { describe, expect, it } from 'vitest';
import type { RouteConfig } from '../config/config.ts';
import { ROUTE_DEFAULTS } from '../config/sections/route.ts';
import { compilePathPattern, type PathPattern } from './path-pattern.ts';
import { createRouter, rewriteTarget } from './route.ts';

const route = (
  name: string,
  more: Partial<RouteConfig>,
): { readonly config: RouteConfig; readonly pattern: PathPattern | undefined } => ({
  config: { ...ROUTE_DEFAULTS, upstream: name, ...more },
  pattern: compilePathPattern(more.pattern ?? []),
});

describe('which route takes a request', () => {
  const router = createRouter([
    route('any', {}),
    route('any blog', { path: '/blog' }),
    route('site', { hosts: ['site.test'] }),
    route('blog', { hosts: ['site.test'], path: '/blog' }),
    route('deep', { hosts: ['site.test'], path: '/blog/deep/' }),
    route('only', { hosts: ['site.test'], path: '/blog', exact: true }),
    route('only slash', { hosts: ['site.test'], path: '/only/', exact: true }),
    route('below', { hosts: ['*.site.test'] }),
    route('below api', { hosts: ['*.api.site.test'], path: '/v1' }),
  ]);

  it.each([
    ['site.test', '/', 'site'],
    ['site.test', '/blogx', 'site'],
    ['site.test', '/blog', 'only'],
    ['site.test', '/blog/', 'blog'],
    ['site.test', '/blog/x', 'blog'],
    ['site.test', '/blog/deep', 'deep'],
    ['site.test', '/blog/deeper', 'blog'],
    ['site.test', '/only/', 'only slash'],
    ['site.test', '/only', 'site'],
    ['site.test', '/only/x', 'site'],
    ['site.test.', '/blog/x', 'blog'],
    ['www.site.test', '/blog', 'below'],
    ['a.b.site.test', '/', 'below'],
    ['x.api.site.test', '/v1/x', 'below api'],
    ['x.api.site.test', '/v2', 'below'],
    ['other.test', '/blog/x', 'any blog'],
    ['other.test', '/x', 'any'],
    [undefined, '/blog', 'any blog'],
  ])('%s %s: %s', (host, path, expected) => {
    expect(router.match('http', host, path)?.config.upstream).toBe(expected);
  });

  it('the same path may lead elsewhere on a secure connection', () => {
    const both = createRouter([route('plain', { scheme: 'http' }), route('secure', { scheme: 'https' })]);
    expect(both.match('http', 'site.test', '/')?.config.upstream).toBe('plain');
    expect(both.match('https', 'site.test', '/')?.config.upstream).toBe('secure');
  });

  it('none, where no route is for every host', () => {
    const strict = createRouter([route('site', { hosts: ['site.test'] })]);
    expect(strict.match('https', 'other.test', '/')).toBeUndefined();
    expect(strict.match('http', undefined, '/')).toBeUndefined();
  });
});

describe('patterns', () => {
  const router = createRouter([
    route('root', {}),
    route('image', { pattern: ['\\.(png|jpg)$'] }),
    route('static', { path: '/static', overPatterns: true }),
    route('static deep', { path: '/static/deep' }),
    route('second', { pattern: ['^/a/.*\\.png$'] }),
    route('exact', { path: '/logo.png', exact: true }),
    route('user', { path: '/users', pattern: ['(?i)/(edit|remove)/\\d+$', '7'] }),
  ]);

  it.each([
    ['/x', 'root'],
    ['/x.png', 'image'],
    ['/x.PNG', 'root'],
    ['/x.png\n', 'root'],
    ['/a/x.png', 'image'],
    ['/static/x.png', 'static'],
    ['/static/deep/x.png', 'image'],
    ['/static/deep/x', 'static deep'],
    ['/logo.png', 'exact'],
    ['/users/EDIT/7', 'user'],
    ['/users/EDIT/8', 'root'],
    ['/edit/7', 'root'],
  ])('%s: %s', (path, expected) => {
    expect(router.match('http', 'site.test', path)?.config.upstream).toBe(expected);
  });
});

it.each([
  ['^/a/(.*)$', '/b/{1}', '/a/x?y=1', '/a/x', '/b/x?y=1'],
  ['^/a/(.*)\\.(\\w+)$', '/{2}/{1}{3}', '/a/x.y', '/a/x.y', '/y/x'],
  ['^/a(.*)$', '/{1}', '/a//evil.test', '/a/evil.test', '/evil.test'],
  ['^/a/(.*)$', '/b/{1}', '/%61/%C3%A9%20%25', '/a/\xc3\xa9 %', '/b/%C3%A9%20%25'],
  [undefined, '/one', '/any?q', '/any', '/one?q'],
])('pattern %s with rewrite_whole %s: %s becomes %s', (pattern, rewriteWhole, target, path, expected) => {
  expect(rewriteTarget(route('x', { rewriteWhole, ...(pattern && { pattern: [pattern] }) }), target, path)).toBe(
    expected,
  );
});

it.each([
  ['/blog', undefined, '/blog/x?y', '/blog/x?y'],
  ['/blog', '/', '/blog/x?y', '/x?y'],
  ['/blog', '/', '/blog', '/'],
  ['/blog', '/', '/blog?y', '/?y'],
  ['/blog/', '/new/', '/blog/x', '/new/x'],
  ['/blog', '/new', '/blog?y', '/new?y'],
  ['/blog', '/new/', '/blog', '/new/'],
  ['/', '/base', '/x', '/base/x'],
  ['/blog', '/', '/%62log/x', '/%62log/x'],
])('route %s with rewrite %s: %s becomes %s', (path, rewrite, target, expected) => {
  expect(rewriteTarget(route('x', { path, ...(rewrite && { rewrite }) }), target, target)).toBe(expected);
});
