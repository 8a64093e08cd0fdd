import { describe, expect, it } from 'vitest';
import { loosePath, namesScript, withoutFormat, withoutFrontScript } from './path-readings.ts';

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

describe('a path without its front script', () => {
  it.each([
    ['/index.php/admin', ['/index.php/admin', '/admin']],
    ['/blog/index.php/admin/x', ['/blog/index.php/admin/x', '/blog/admin/x']],
    ['/cgi-bin/wiki.cgi/page', ['/cgi-bin/wiki.cgi/page', '/cgi-bin/page']],
    ['/index.php', ['/index.php']],
    ['/.php/x', ['/.php/x']],
    ['/a.phps/x', ['/a.phps/x']],
  ])('%s: %j', (path, readings) => expect(withoutFrontScript(path)).toEqual(readings));

  it.each([
    ['/index.php', true],
    ['/a/index.php/b', true],
    ['/index', false],
    ['/', false],
  ])('%s names one: %s', (path, names) => expect(namesScript(path)).toBe(names));
});

describe('a path without its format', () => {
  it.each([
    ['/admin.json', ['/admin']],
    ['/a.b/admin.tar.gz', ['/a.b/admin', '/a.b/admin.tar']],
    ['/.json', []],
    ['/admin', []],
    ['/a.b/admin', []],
    ['/.a.b', ['/.a']],
  ])('%s: %j', (path, readings) => expect(withoutFormat(path)).toEqual(readings));
});
