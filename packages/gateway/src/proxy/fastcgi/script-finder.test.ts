import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastCgiConfig } from '../../config/sections/fastcgi.ts';
import { UPSTREAM_DEFAULTS } from '../../config/sections/upstream.ts';
import { ScriptFinder } from './script-finder.ts';

let base = '';
let root = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'scripts-')));
  chmodSync(base, 0o755);
  root = join(base, 'www');
  for (const file of [
    'index.php',
    'front.php',
    'blog/index.php',
    'photos/cat.jpg',
    'photos/cat.php.jpg',
    'odd.php/inner.php',
    'a b.php',
    'gr\xfc\xdfe.php',
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(Buffer.from(join(root, file), 'latin1'), '');
  }
  writeFileSync(join(base, 'secret.php'), '');
  mkdirSync(join(base, 'www2'));
  writeFileSync(join(base, 'www2', 'x.php'), '');
  symlinkSync('../secret.php', join(root, 'out.php'));
  symlinkSync('../www2', join(root, 'beside'));
  symlinkSync('front.php', join(root, 'alias.php'));
  symlinkSync('www', join(base, 'current'));
});
afterAll(() => rmSync(base, { recursive: true }));

async function find(path: string, settings: Partial<FastCgiConfig> = {}, isClear = true): Promise<string> {
  const config = { ...UPSTREAM_DEFAULTS.fastcgi, root, ...settings };
  const found = await new ScriptFinder(config).find(path, isClear);
  if (found.type === 'folder') return 'folder';
  if (found.type === 'none') return `none: ${found.reason}`;
  const file = found.filename?.replace(root, '~') ?? '-';
  return `${file} ${found.scriptName}|${found.pathInfo}`;
}

const FRONT = { frontController: '/front.php' };

describe('a path', () => {
  it.each<[string, string, Partial<FastCgiConfig>?]>([
    ['/index.php', '~/index.php /index.php|'],
    ['/', '~/index.php /index.php|'],
    ['/blog/', '~/blog/index.php /blog/index.php|'],
    ['/blog', 'folder'],
    ['/index.php/news/7', '~/index.php /index.php|/news/7'],
    ['/index.php/', '~/index.php /index.php|/'],
    ['/index.php/news/7', 'none: no such script', { pathInfo: false }],
    ['/a b.php', '~/a b.php /a b.php|'],
    ['/gr\xfc\xdfe.php', '~/gr\xfc\xdfe.php /gr\xfc\xdfe.php|'],
    ['/odd.php/inner.php', '~/odd.php/inner.php /odd.php/inner.php|'],
    ['/alias.php', '~/front.php /alias.php|'],
    ['/missing.php', 'none: no such script'],
    ['/photos/cat.jpg', 'none: no such script'],
    ['/photos/cat.jpg/x.php', 'none: no such script'],
    ['/photos/cat.php.jpg', 'none: no such script'],
    ['/photos/cat.jpg/.php', 'none: no such script'],
    ['/index.PHP', 'none: no such script'],
    ['/index.php\0.jpg', 'none: no such script'],
    ['/out.php', 'none: a symbolic link leads out of the root'],
    ['/beside/x.php', 'none: a symbolic link leads out of the root'],
    ['/../secret.php', 'none: a symbolic link leads out of the root'],
    ['/photos/cat.jpg/x.php', '~/front.php /front.php|', FRONT],
    ['/nothing/here', '~/front.php /front.php|', FRONT],
    ['/out.php', '~/front.php /front.php|', FRONT],
    ['/blog/', '~/blog/index.php /blog/index.php|', FRONT],
    ['/x', 'none: there is no front controller /no.php', { frontController: '/no.php' }],
    ['/index.php', '/app/index.php /index.php|', { appRoot: '/app' }],
    ['/any.php/x', '~/any.php /any.php|/x', { unsafeSkipScriptCheck: true }],
    ['/any', 'none: no such script', { unsafeSkipScriptCheck: true }],
    ['/any/', '~/any/index.php /any/index.php|', { unsafeSkipScriptCheck: true }],
  ])('%j means %s', async (path, expected, settings) => {
    expect(await find(path, settings)).toBe(expected);
  });

  it('with an encoded slash names no file', async () => {
    expect(await find('/index.php', {}, false)).toBe('none: no such script');
    expect(await find('/index.php', FRONT, false)).toBe('~/front.php /front.php|');
  });

  it('is for the one program where there is no root', async () => {
    expect(await find('/any/thing', { root: '' as never })).toContain('none');
    const { root: _, ...settings } = { ...UPSTREAM_DEFAULTS.fastcgi };
    expect(await new ScriptFinder(settings).find('/any/thing', true)).toEqual({
      type: 'script',
      scriptName: '',
      pathInfo: '/any/thing',
    });
  });

  it('means a file below the folder that a link stands for now', async () => {
    const config = { ...UPSTREAM_DEFAULTS.fastcgi, root: join(base, 'current') };
    expect(await new ScriptFinder(config).find('/index.php', true)).toMatchObject({
      filename: join(root, 'index.php'),
      documentRoot: root,
    });
  });
});
