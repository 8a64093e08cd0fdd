/** What the program itself needs of a system, whatever the configuration says. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { ownFile } from '../own-files.ts';
import type { NeededPath } from './needed-path.ts';

/** The package this file is part of. */
const OWN_PACKAGE = ownFile('').replace(/\/$/, '');

export function programPaths(config: Config): readonly NeededPath[] {
  const program = (path: string): NeededPath => ({ path, use: 'read', why: 'the program' });
  return [
    { path: process.execPath, use: 'run', why: 'the program' },
    ...[...sharedLibraries(), OWN_PACKAGE, ...dependencies()].map(program),
    ...systemFiles(config),
  ];
}

/** Names by which the kernel looks for the loader, by processor. */
const LOADERS = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];

/** Those this process has loaded, as it is the same program, and the links by which the loader finds them. */
function sharedLibraries(): readonly string[] {
  let maps: string;
  try {
    maps = readFileSync('/proc/self/maps', 'latin1');
  } catch {
    return [];
  }
  const loaded = [...maps.matchAll(/ (\/\S*(?:\.so(?:\.\d+)*|\/ld-[^/\s]*))$/gm)].map(([, path]) => path as string);
  const libraries = [...new Set(loaded)];
  return [...LOADERS.filter((path) => existsSync(path)), ...libraries.flatMap((path) => [path, ...linksTo(path)])];
}

/** Links beside a library: `libstdc++.so.6` to `libstdc++.so.6.0.30`. */
function linksTo(library: string): readonly string[] {
  const folder = dirname(library);
  const name = basename(library).replace(/\.so\b.*$/, '.so');
  return readdirSync(folder)
    .filter((other) => other.startsWith(name) && other !== basename(library))
    .map((other) => join(folder, other))
    .filter((path) => existsSync(path) && realpathSync(path) === library);
}

/** Folders of the packages that are always needed; where one is a link, what it leads to as well. */
function dependencies(): readonly string[] {
  const { dependencies: names = {} } = JSON.parse(readFileSync(join(OWN_PACKAGE, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(names).flatMap((name) => {
    const folder = packageFolder(name);
    return folder === undefined ? [] : [...new Set([folder, realpathSync(folder)])];
  });
}

/** As Node looks for it: in `node_modules` beside this package, or in a folder above. */
function packageFolder(name: string): string | undefined {
  for (let folder = OWN_PACKAGE; ; folder = dirname(folder)) {
    const wanted = join(folder, 'node_modules', name);
    if (existsSync(wanted)) return wanted;
    if (folder === '/') return undefined;
  }
}

/** As far as they are here: a system that does without some goes on doing so. */
function systemFiles({ workers, upstreams }: Config): readonly NeededPath[] {
  const needsNames = [...upstreams.values()].some(({ urls }) => urls.some(({ url }) => !/\/\/[\d.]+(:|$)/.test(url)));
  const files = [
    '/dev/null',
    '/dev/urandom',
    '/etc/localtime',
    ...(needsNames ? ['/etc/hosts', '/etc/resolv.conf', '/etc/nsswitch.conf'] : []),
    ...(workers.user === undefined ? [] : ['/etc/passwd', '/etc/group']),
  ];
  const programs = [
    ...(workers.count === 0 || workers.confine === 'off' ? [] : ['/usr/bin/setpriv']),
    ...(workers.affinity.length > 0 ? ['/usr/bin/taskset'] : []),
    ...(workers.user === undefined ? [] : ['/usr/bin/id', '/usr/bin/getent']),
  ];
  return [
    ...files
      .filter((path) => existsSync(path))
      .flatMap((path) => [...new Set([path, realpathSync(path)])])
      .map((path): NeededPath => ({ path, use: 'read', why: 'the system' })),
    ...programs.filter((path) => existsSync(path)).map((path): NeededPath => ({ path, use: 'run', why: 'the system' })),
  ];
}
