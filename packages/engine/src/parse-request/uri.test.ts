import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basename, parseRequestTarget, resolvePath } from './uri.ts';

describe('parseRequestTarget', () => {
  it.each([
    ['/', '/', undefined, undefined],
    ['/a?b=c', '/a', 'b=c', undefined],
    ['/a?', '/a', '', undefined],
    ['/a?b?c', '/a', 'b?c', undefined],
    ['/a#b?c', '/a#b', 'c', undefined],
    ['*', '*', undefined, undefined],
    ['', '', undefined, undefined],
    ['?q', '', 'q', undefined],
    ['http://host/a?b', '/a', 'b', 'host'],
    ['http://host', '/', undefined, 'host'],
    ['http://host?q=1', '/', 'q=1', 'host'],
    ['HTTP://user@host:80//a', '//a', undefined, 'host:80'],
    ['/redirect?to=http://host/', '/redirect', 'to=http://host/', undefined],
    ['/http://host/', '/http://host/', undefined, undefined],
    ['://host/a', '://host/a', undefined, undefined],
    ['a b://host/x', 'a b://host/x', undefined, undefined],
    ['host:443', 'host:443', undefined, undefined],
  ])('takes %j apart', (target, rawPath, query, authority) => {
    expect(parseRequestTarget(target)).toEqual({ authority, rawPath, query, path: resolvePath(rawPath) });
  });
});

describe('resolvePath', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a%20b+c', '/a b+c'],
    ['/%61%2541', '/a%41'],
    ['/a%', '/a%'],
    ['/a%4', '/a%4'],
    ['/a%zz', '/a%zz'],
    ['/a%00b', '/a\0b'],
    ['//a///b', '/a/b'],
    ['/./a/./b/.', '/a/b/'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/..', '/'],
    ['/..', '/'],
    ['/../../etc/passwd', '/etc/passwd'],
    ['/a/%2e%2e/b', '/b'],
    ['/a%2f..%2fb', '/b'],
    ['/a//../b', '/b'],
    ['/.a/..b/c.', '/.a/..b/c.'],
    ['/a/.../b', '/a/.../b'],
    ['/a\\..\\b', '/a\\..\\b'],
    ['/a/', '/a/'],
    ['//', '/'],
    ['*', '*'],
    ['a/../b', 'a/../b'],
    ['', ''],
  ])('makes %j into %j', (raw, expected) => {
    expect(resolvePath(raw)).toBe(expected);
  });

  it('leaves nothing to resolve in a path without escapes', () => {
    const path = fc
      .array(fc.constantFrom('.', '..', '', 'a', 'b.c', '...'))
      .map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(path, (raw) => {
        const resolved = resolvePath(raw);
        expect(resolvePath(resolved)).toBe(resolved);
        expect(resolved.split('/').slice(1, -1)).not.toContain('..');
        expect(resolved).not.toContain('//');
      }),
    );
  });
});

describe('basename', () => {
  it.each([
    ['/a/b.php', 'b.php'],
    ['/a/', ''],
    ['/a\\b', 'b'],
    ['/a\\b/c', 'c'],
    ['*', '*'],
  ])('of %j is %j', (path, expected) => {
    expect(basename(path)).toBe(expected);
  });
});
