/** The files of the old configuration, as they are here: in place, or below the folder they were copied to. */
import { accessSync, constants, globSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';

/** The name the old server knows a file by that is given as it is here. */
export function oldName(file: string, root: string | undefined): string {
  const whole = resolve(file);
  if (root === undefined) return whole;
  const below = relative(resolve(root), whole);
  return below.startsWith('..') ? whole : `/${below}`;
}

/** Files that are read at most, those counted that are read again: where files include each other, their number may double with each. */
const MOST_READ = 10_000;

export class OldFiles {
  readonly #root: string | undefined;
  #read = 0;
  /** What relative names in the configuration are relative to, as the old server sees it. */
  readonly base: string;

  constructor(root: string | undefined, base: string) {
    this.#root = root === undefined ? undefined : resolve(root);
    this.base = base;
  }

  /** The name the old server knows a file by. */
  nameOf(written: string): string {
    return isAbsolute(written) ? written : join(this.base, written);
  }

  /** Where that file is now. */
  placeOf(written: string): string {
    const name = this.nameOf(written);
    if (this.#root === undefined || name.startsWith(`${this.#root}/`)) return name;
    // Whatever a name says, it leads to nowhere outside of the copy.
    return join(this.#root, resolve('/', name));
  }

  /** Names of the files a pattern stands for, sorted; of a folder, all files in it. */
  list(pattern: string): readonly string[] {
    const place = this.placeOf(pattern);
    if (isFolder(place)) return this.list(`${pattern.replace(/\/+$/, '')}/*`);
    if (!/[*?[]/.test(pattern)) return isFile(place) ? [this.#oldName(place)] : [];
    return globSync(place)
      .filter(isFile)
      .sort()
      .map((found) => this.#oldName(found));
  }

  isFolder(written: string): boolean {
    return isFolder(this.placeOf(written));
  }

  /** Throws when it cannot be read, or too many have been. */
  read(name: string): string {
    if (++this.#read > MOST_READ) throw new Error(`more than ${MOST_READ} files would be read`);
    return readFileSync(this.placeOf(name), 'latin1');
  }

  canRead(name: string): boolean {
    try {
      accessSync(this.placeOf(name), constants.R_OK);
      return isFile(this.placeOf(name));
    } catch {
      return false;
    }
  }

  #oldName(place: string): string {
    if (this.#root === undefined) return place;
    const name = relative(this.#root, place);
    return name.startsWith('..') ? place : `/${name}`;
  }
}

function isFile(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}
