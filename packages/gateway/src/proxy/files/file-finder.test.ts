import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileFinder } from './file-finder.ts';

let base = '';
let root = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'files-')));
  root = join(base, 'www');
  for (const file of [
    'a.css',
    'IMG.JPG',
    'gr\xfc\xdfe.png',
    'index.php',
    'index.PHP',
    'cat.php.jpg',
    'wp-config.php.bak',
    'dump.sql',
    'readme',
    '.htaccess',
    '.css',
    '.git/x.js',
    'a/.hidden/b.css',
    '.well-known/security.txt',
    '.well-known/.x/b.txt',
    'shots/a.png',
  ]) {
    const name = Buffer.from(join(root, file), 'latin1');
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(name, 'content');
  }
  writeFileSync(join(base, 'secret.css'), '');
  mkdirSync(join(base, 'www2'));
  writeFileSync(join(base, 'www2', 'x.css'), '');
  mkdirSync(join(root, 'folder.css'));
  symlinkSync('../secret.css', join(root, 'out.css'));
  symlinkSync('../www2', join(root, 'beside'));
  symlinkSync('a.css', join(root, 'alias.css'));
  symlinkSync('index.php', join(root, 'source.txt'));
  symlinkSync('nothing', join(root, 'broken.css'));
  symlinkSync('www', join(base, 'current'));
  execFileSync('mkfifo', [join(root, 'pipe.css')]);
});
afterAll(() => rmSync(base, { recursive: true }));

async function find(path: string, folder = root): Promise<string> {
  const finder = new FileFinder(folder, { fileTypes: new Map([['.gpx', 'application/gpx+xml']]), scripts: ['.php'] });
  const found = await finder.find(path);
  if (found.is !== 'file') return found.is === 'none' ? 'none' : found.reason;
  await found.handle.close();
  return `${found.type} ${found.size}`;
}

describe('a path', () => {
  it.each([
    ['/a.css', 'text/css 7'],
    ['/IMG.JPG', 'image/jpeg 7'],
    ['/gr\xfc\xdfe.png', 'image/png 7'],
    ['/cat.php.jpg', 'image/jpeg 7'],
    ['/alias.css', 'text/css 7'],
    ['/.well-known/security.txt', 'text/plain; charset=utf-8 7'],
    ['/missing.css', 'none'],
    ['/broken.css', 'none'],
    ['/folder.css', 'none'],
    ['/pipe.css', 'none'],
    ['/a.css/', 'none'],
    ['/a.css/x.css', 'none'],
    ['/a.css\0.png', 'none'],
    ['/', 'none'],
    ['/index.php', 'none'],
    ['/index.PHP', 'none'],
    ['/wp-config.php.bak', 'none'],
    ['/dump.sql', 'none'],
    ['/readme', 'none'],
    ['/.htaccess', 'none'],
    ['/.css', 'none'],
    ['/.git/x.js', 'none'],
    ['/a/.hidden/b.css', 'none'],
    ['/.well-known/.x/b.txt', 'none'],
    ['/../secret.css', 'none'],
    ['/out.css', 'a symbolic link leads out of the root'],
    ['/beside/x.css', 'a symbolic link leads out of the root'],
  ])('%j means %s', async (path, expected) => {
    expect(await find(path)).toBe(expected);
  });

  it('means a file below the folder that a link stands for', async () => {
    expect(await find('/shots/a.png', join(base, 'current'))).toBe('image/png 7');
  });

  it.runIf(process.getuid?.() !== 0)('means nothing the gate may not read', async () => {
    chmodSync(join(root, 'a.css'), 0);
    expect(await find('/a.css')).toBe('the user of the gate may not read it');
    chmodSync(join(root, 'a.css'), 0o644);
  });
});

it('a script is never served as a file, even where somebody has called it one', async () => {
  const finder = new FileFinder(root, { fileTypes: new Map([['.php', 'text/plain']]), scripts: ['.php'] });
  expect(await finder.find('/index.php')).toEqual({ is: 'none' });
  expect(await finder.find('/index.PHP')).toEqual({ is: 'none' });
});
