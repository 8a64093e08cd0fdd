import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { configPaths } from './config-paths.ts';
import { inside, missingIn } from './jail.ts';
import { programPaths } from './program-paths.ts';

it('every path of a configuration, by the types of its keys', () => {
  const { config, mistakes } = parseConfig(
    `listeners: [{ port: 443, tls: { certificate: c.pem, key: /keys/k.pem, certificates: [{ certificate: d.pem, key: e.pem }] } }]
upstreams:
  app: { urls: "unix:/run/app.sock:/x" }
  php: { urls: "fastcgi:unix:/run/php.sock", fastcgi: { root: /srv/www, app_root: /jail/www } }
  far: { urls: "https://far.test", tls: { ca: ca.pem } }
routes: [{ path: /blog, upstream: app, tag: blog, auth: { providers: staff } }, { upstream: php, path: /php }, { upstream: far, path: /far }]
auth: { basic: { staff: { file: users } } }
rules: { files: [a.conf, "b/*.conf"] }
logs: { access: [a.log, { program: [/usr/bin/tee, /x] }], errors_by_tag: { blog: blog.log }, slow_requests: { threshold: 1 s, file: slow.json } }
state_dir: state`,
    '/etc/gate/sallyport.yaml',
    {},
  );
  expect(mistakes).toEqual([]);
  const found = config === undefined ? [] : configPaths(config).map(({ path, use, why }) => `${use} ${path} ${why}`);
  expect(found.toSorted()).toEqual(
    [
      'read /etc/gate/c.pem listeners[0].tls.certificate',
      'read /keys/k.pem listeners[0].tls.key',
      'read /etc/gate/d.pem listeners[0].tls.certificates[0].certificate',
      'read /etc/gate/e.pem listeners[0].tls.certificates[0].key',
      'read /etc/gate/ca.pem upstreams.far.tls.ca',
      'read /srv/www upstreams.php.fastcgi.root',
      'read /etc/gate/users auth.basic.staff.file',
      'read /etc/gate/a.conf rules.files',
      'read /etc/gate/b/*.conf rules.files',
      'write /etc/gate/a.log logs.access[0].file',
      'write /etc/gate/blog.log logs.errors_by_tag.blog',
      'write /etc/gate/slow.json logs.slow_requests.file',
      'write /etc/gate/state state_dir',
      'connect /run/app.sock upstreams.app.urls',
      'connect /run/php.sock upstreams.php.urls',
      'run /usr/bin/tee logs.access[1].program',
    ].toSorted(),
  );
});

it('the program, its libraries and its packages', () => {
  const { config } = parseConfig('upstreams: { app: "http://127.0.0.1:1" }', '/x/sallyport.yaml', {});
  const paths = config === undefined ? [] : programPaths(config).map(({ path }) => path);
  expect(paths).toContain(process.execPath);
  expect(paths.some((path) => path.endsWith('/node_modules/undici'))).toBe(true);
  expect(paths.some((path) => path.endsWith('/packages/engine'))).toBe(true);
  if (process.platform === 'linux') expect(paths.some((path) => /\/libc\.(so|musl)/.test(path))).toBe(true);
});

it('links are followed as from within a jail', () => {
  const jail = mkdtempSync(join(tmpdir(), 'jail-'));
  onTestFinished(() => rmSync(jail, { recursive: true }));
  mkdirSync(join(jail, 'usr/lib'), { recursive: true });
  mkdirSync(join(jail, 'logs'));
  writeFileSync(join(jail, 'usr/lib/a'), '');
  symlinkSync('usr/lib', join(jail, 'lib'));
  symlinkSync('/lib', join(jail, 'absolute'));
  symlinkSync('/etc/passwd', join(jail, 'outside'));
  symlinkSync('loop', join(jail, 'loop'));
  symlinkSync('../../../../usr', join(jail, 'up'));
  expect(inside(jail, '/absolute/a')).toBe(join(jail, 'usr/lib/a'));
  expect(inside(jail, '/up/lib/a')).toBe(join(jail, 'usr/lib/a'));
  expect(inside(jail, '/outside')).toBe(join(jail, 'etc/passwd'));
  expect(inside(jail, '/loop/x')).toContain(jail);
  const needed = ['/absolute/a', '/outside', '/loop', '/none'].map(
    (path) => ({ path, use: 'read', why: 'x' }) as const,
  );
  expect(missingIn(jail, [...needed, { path: '/logs/new.log', use: 'write', why: 'y' }])).toEqual([
    `/outside is not in ${jail}: x`,
    `/loop is not in ${jail}: x`,
    `/none is not in ${jail}: x`,
  ]);
  expect(missingIn(jail, [{ path: '/usr/lib/a/new.log', use: 'write', why: 'y' }])).toEqual([
    `/usr/lib/a is no folder in ${jail}: y`,
  ]);
});
