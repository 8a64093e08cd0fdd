import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { logFilesOf } from '../config/log-files.ts';
import type { Examination, Finding } from './examination.ts';

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

export const files: Examination = {
  name: 'files',
  examine(config, file) {
    if (config === undefined) return [];
    const read = [...(file === undefined ? [] : [resolve(file)]), ...secretFiles(config)];
    return [
      ...(file === undefined ? [] : [examine(resolve(file), constants.R_OK, OTHERS_WRITE, 'chmod o-w')]),
      ...openFolders(read),
      ...secretFiles(config).map((path) => examine(path, constants.R_OK, OTHERS_READ | OTHERS_WRITE, 'chmod 640')),
      ...[config.rules, ...config.ruleSets.values()]
        .flatMap(({ files = [] }) => files)
        .filter((path) => !/[*?[]/.test(path))
        .map((path) => examine(path, constants.R_OK, OTHERS_WRITE, 'chmod o-w')),
      ...logFolders(config).map((path) => examine(path, constants.W_OK, OTHERS_WRITE, 'chmod o-w')),
    ];
  },
};

function secretFiles({ listeners, upstreams, auth }: Config): readonly string[] {
  return [
    ...listeners.map((one) => one.tls?.key),
    ...[...upstreams.values()].map((one) => one.tls.key),
    ...[...auth.basic.values()].map((one) => one.file),
    ...[...auth.jwt.values()].map((one) => one.secretFile),
    ...[...auth.uploadToken.values()].flatMap((one) => one.secretFiles),
  ].filter((path) => path !== undefined);
}

/** Folders above what is read in which others may put another file in its place. Those with a sticky bit let nobody do so. */
function openFolders(files: readonly string[]): readonly Finding[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].flatMap((folder): readonly Finding[] => {
    const { mode } = statSync(folder, { throwIfNoEntry: false }) ?? { mode: 0 };
    if ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0) return [];
    const what = `in ${folder} others may exchange what the gate reads (mode ${(mode & 0o7777).toString(8)})`;
    return [{ severity: 'wrong', what, hint: `chmod o-w ${folder}` }];
  });
}

function logFolders(config: Config): readonly string[] {
  return [...new Set(logFilesOf(config).map(({ file }) => dirname(file)))];
}

/** `forbidden`: bits the mode must not have. */
function examine(path: string, access: number, forbidden: number, remedy: string): Finding {
  let stats: Stats;
  try {
    stats = statSync(path);
    accessSync(path, access);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const what = access === constants.W_OK ? 'written' : 'read';
    return { severity: 'wrong', what: `${path} cannot be ${what}: ${code}` };
  }
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  if ((stats.mode & forbidden) === 0) return { severity: 'fine', what: `${path} (mode ${mode})` };
  // A sticky folder lets nobody touch the files of others.
  if (stats.isDirectory() && (stats.mode & 0o1000) !== 0) {
    return { severity: 'weak', what: `${path} is a folder for everybody`, hint: 'give the logs a folder of their own' };
  }
  return { severity: 'wrong', what: `${path} is open to others (mode ${mode})`, hint: `${remedy} ${path}` };
}
