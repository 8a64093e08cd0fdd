import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget, withoutDotSegments } from './target.ts';

describe('targets', () => {
  it.each([
    ['/', '/', '/', false],
    ['/a/b?c=d?e', '/a/b', '/a/b?c=d?e', false],
    ['/a//b', '/a/b', '/a//b', false],
    ['/a/./b', '/a/b', '/a/./b', true],
    ['/a/../b', '/b', '/a/../b', true],
    ['/../../b', '/b', '/../../b', true],
    ['/a/..', '/', '/a/..', true],
    ['/a/b/..', '/a/', '/a/b/..', true],
    ['/a/%2e%2E/b', '/b', '/a/%2e%2E/b', true],
    ['/a%2f..%2fb', '/b', '/a%2f..%2fb', true],
    ['/%61dmin', '/admin', '/%61dmin', false],
    ['/%zz', '/%zz', '/%zz', false],
    ['/%%61%4', '/%a%4', '/%%61%4', false],
    ['/%252e%252e/', '/%2e%2e/', '/%252e%252e/', false],
    ['/a%/..', '/', '/a%/..', true],
    ['/...%2e', '/....', '/...%2e', false],
    ['/a.b/..c', '/a.b/..c', '/a.b/..c', false],
    ['/a?/../b', '/a', '/a?/../b', false],
    ['http://h', '/', '/', false],
    ['HTTPS://h:1/a?b', '/a', '/a?b', false],
    ['http://h?b', '/', '/?b', false],
  ])('%s is the path %s', (raw, path, pathAndQuery, hasDotSegments) => {
    expect(parseTarget(raw, 'GET')).toMatchObject({ path, pathAndQuery, hasDotSegments });
  });

  it.each([
    '',
    'a',
    '*',
    'a:80',
    '/a#b',
    '/a\\b',
    '/a b',
    '/a\tb',
    '/a\0',
    '/\x7f',
    'http://',
    'http:///a',
    'ftp://h/',
    'http://u@h/',
    'http://h\\a/',
  ])('refuses %j', (raw) => {
    expect(parseTarget(raw, 'GET')).toBeUndefined();
  });

  it('a backslash in the query is data', () => {
    expect(parseTarget('/a?b=\\c', 'GET')?.pathAndQuery).toBe('/a?b=\\c');
  });

  it('special forms belong to their methods', () => {
    expect(parseTarget('*', 'OPTIONS')?.form).toBe('asterisk');
    expect(parseTarget('h:443', 'CONNECT')?.form).toBe('authority');
    expect(parseTarget('h', 'CONNECT')).toBeUndefined();
  });

  it('an encoded NUL is seen', () => {
    expect(parseTarget('/a%00b', 'GET')?.doubt).toBe('nul');
    expect(parseTarget('/a?%00', 'GET')?.doubt).toBeUndefined();
  });
});

describe('doubts about a path', () => {
  it.each([
    ['/a%5cb', 'backslash'],
    ['/%252e', 'double encoding'],
    ['/100%25', undefined],
    ['/100%2525', 'double encoding'],
    ['/%c0%af', 'overlong UTF-8'],
    ['/%C1%81', 'overlong UTF-8'],
    ['/%e0%80%af', 'overlong UTF-8'],
    ['/%f0%80%80%af', 'overlong UTF-8'],
    ['/%c3%a9', undefined],
    ['/%e2%82%ac', undefined],
    ['/%f0%9f%98%80', undefined],
    ['/%c0%20', undefined],
    ['/?%5c%252e%c0%af', undefined],
  ])('%s: %s', (raw, doubt) => expect(parseTarget(raw, 'GET')?.doubt).toBe(doubt));

  it.each(['/a/..;/b', '/..;x=1/', '/a/.;/b', '/%2e%2e%3b/b', '/a%5c..%5cb'])('%s can climb', (raw) =>
    expect(parseTarget(raw, 'GET')?.hasDotSegments).toBe(true),
  );
  it.each(['/a;..', '/a;x=1/b', '/..a;/b'])('%s cannot', (raw) =>
    expect(parseTarget(raw, 'GET')?.hasDotSegments).toBe(false),
  );
});

describe('properties', () => {
  const paths = fc
    .array(fc.constantFrom('.', '..', '%2e', '%2E', 'a', '', '%2f', '%252e', ';', '...'), { maxLength: 8 })
    .map((parts) => `/${parts.join('/')}`);

  it('without dot segments nothing is left that resolves', () => {
    fc.assert(
      fc.property(paths, fc.constantFrom('', '?q=/../x'), (path, query) => {
        const cleaned = withoutDotSegments(path + query);
        expect(cleaned.endsWith(query)).toBe(true);
        for (const segment of cleaned.slice(0, cleaned.length - query.length).split('/')) {
          expect(['.', '..']).not.toContain(segment.replace(/%2e/gi, '.'));
        }
        expect(withoutDotSegments(cleaned)).toBe(cleaned);
      }),
    );
  });

  it('the routing path never leaves the root and has no empty segments', () => {
    fc.assert(
      fc.property(paths, (raw) => {
        const path = parseTarget(raw, 'GET')?.path ?? '';
        expect(path).toMatch(/^\//);
        expect(path).not.toContain('//');
        expect(path.split('/')).not.toContain('..');
      }),
    );
  });
});
