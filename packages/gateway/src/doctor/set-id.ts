/** Files in folders of the gate that run as somebody else: whoever may write there could become that one. */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { logFilesOf } from '../config/log-files.ts';
import type { Examination, Finding } from './examination.ts';

const SET_ID = 0o6000;
/** More than a gate puts into its folders. */
const MOST_ENTRIES = 20_000;
const DEEPEST = 8;

export const setId: Examination = {
  name: 'set-id files',
  examine(config) {
    if (config === undefined) return [];
    const folders = foldersOf(config);
    return folders.length === 0 ? [] : setIdFindings(folders);
  },
};

function foldersOf(config: Config): readonly string[] {
  const named = [
    ...logFilesOf(config).map(({ file }) => dirname(file)),
    config.acme.storage,
    config.tmpDir,
    config.runDir,
    config.stateDir,
    ...[...config.applications.values()].map(({ root }) => root),
  ];
  return [...new Set(named.filter((folder) => folder !== undefined))];
}

/** Looks through the folders, without following links. */
export function setIdFindings(folders: readonly string[]): readonly Finding[] {
  const found: Finding[] = [];
  let left = MOST_ENTRIES;
  const look = (folder: string, depth: number): void => {
    for (const entry of entriesOf(folder)) {
      if (left-- <= 0) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) look(path, depth + 1);
      if (!entry.isFile()) continue;
      const mode = modeOf(path);
      if ((mode & SET_ID) === 0) continue;
      found.push({
        severity: 'wrong',
        what: `${path} runs as another user or group (mode ${(mode & 0o7777).toString(8)})`,
        hint: `chmod ug-s ${path}`,
      });
    }
  };
  for (const folder of folders) look(folder, 0);
  if (left < 0)
    found.push({ severity: 'weak', what: `more than ${MOST_ENTRIES} files; not all of them were looked at` });
  return found.length > 0 ? found : [{ severity: 'fine', what: `none in ${folders.join(', ')}` }];
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Whether a folder is there and may be read, is looked at elsewhere.
    return [];
  }
}

function modeOf(path: string): number {
  try {
    return lstatSync(path).mode;
  } catch {
    return 0;
  }
}
