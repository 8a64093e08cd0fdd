/**
 * Which script a path means. Only a file that exists, below the root also behind symbolic links, with a name that ends as scripts do,
 * is ever named to the application: an uploaded picture with `/x.php` behind its name is not run as a program, whatever the
 * application's own settings say about such paths (`cgi.fix_pathinfo` of PHP).
 */
import { realpath, stat } from 'node:fs/promises';
import type { FastCgiConfig } from '../../config/sections/fastcgi.ts';
import type { Target } from './parameters.ts';

export type Found =
  | ({ readonly type: 'script' } & Target)
  /** A folder whose path lacks the slash at its end. */
  | { readonly type: 'folder' }
  | { readonly type: 'none'; readonly reason: string };

/** How long what was seen of a file is believed, in milliseconds. */
const MEMORY = 1000;
/** Files remembered at most; then all are forgotten. */
const MOST = 4096;

type Kind = 'file' | 'folder' | 'nothing' | 'outside' | 'forbidden';

interface Seen {
  readonly at: number;
  readonly kind: Kind;
  /** Where it really is; below the real root, for files. */
  readonly place: string;
}

export class ScriptFinder {
  readonly #config: FastCgiConfig;
  /** Byte strings. */
  readonly #root: string | undefined;
  readonly #appRoot: string | undefined;
  readonly #seen = new Map<string, Seen>();

  constructor(config: FastCgiConfig) {
    this.#config = config;
    this.#root = config.root && byteString(config.root);
    this.#appRoot = config.appRoot && byteString(config.appRoot);
  }

  /**
   * `path`: decoded once, dot segments resolved, slashes merged. `isClear`: no slash or NUL came out of the decoding; otherwise the
   * path names no file.
   */
  async find(path: string, isClear: boolean): Promise<Found> {
    const { index, scripts, frontController, pathInfo, unsafeSkipScriptCheck } = this.#config;
    const root = this.#root;
    // Without files one program answers everything.
    if (root === undefined) return { type: 'script', scriptName: '', pathInfo: path };
    let reason = 'no such script';
    if (isClear && !path.includes('\0')) {
      for (const end of scriptEnds(path, scripts)) {
        if (end < path.length && !pathInfo) break;
        const { kind, place } = await this.#look(root, path.slice(0, end));
        if (kind === 'file') return this.#script(root, place, path.slice(0, end), path.slice(end));
        if (kind === 'outside') reason = 'a symbolic link leads out of the root';
        if (kind === 'forbidden') reason = 'the user of the gate may not look at it';
      }
      const isFolder = path.endsWith('/');
      for (const file of isFolder || !unsafeSkipScriptCheck ? index : []) {
        const name = isFolder ? path + file : `${path}/${file}`;
        const { kind, place } = await this.#look(root, name);
        if (kind === 'file') return isFolder ? this.#script(root, place, name, '') : { type: 'folder' };
      }
    }
    if (frontController === undefined) return { type: 'none', reason };
    const { kind, place } = await this.#look(root, frontController);
    if (kind === 'file') return this.#script(root, place, frontController, '');
    return { type: 'none', reason: `there is no front controller ${frontController}` };
  }

  async #script(root: string, place: string, name: string, pathInfo: string): Promise<Found> {
    const appRoot = this.#appRoot;
    // What follows a link that is moved to a new version must not mix files of both, so real names are given.
    const documentRoot = appRoot ?? (await this.#look(root, '')).place;
    const filename = appRoot === undefined ? place : appRoot + name;
    return { type: 'script', scriptName: name, pathInfo, filename, documentRoot };
  }

  async #look(root: string, name: string): Promise<Seen> {
    const now = Date.now();
    const known = this.#seen.get(name);
    if (known !== undefined && now - known.at < MEMORY) return known;
    const seen = this.#config.unsafeSkipScriptCheck
      ? { at: now, kind: 'file' as const, place: root + name }
      : await look(root, name, now);
    if (this.#seen.size >= MOST) this.#seen.clear();
    this.#seen.set(name, seen);
    return seen;
  }
}

/** Where in a path a name of a script ends, the first one first. */
function scriptEnds(path: string, suffixes: readonly string[]): readonly number[] {
  const ends: number[] = [];
  for (let slash = path.indexOf('/', 1); ; slash = path.indexOf('/', slash + 1)) {
    const end = slash < 0 ? path.length : slash;
    if (suffixes.some((suffix) => path.endsWith(suffix, end))) ends.push(end);
    if (slash < 0) return ends;
  }
}

/** Names of files are bytes, as paths are here. */
async function look(root: string, name: string, at: number): Promise<Seen> {
  try {
    const [realRoot, real] = await Promise.all([realName(root), realName(Buffer.from(root + name, 'latin1'))]);
    if (real !== realRoot && !real.startsWith(realRoot === '/' ? '/' : `${realRoot}/`))
      return { at, kind: 'outside', place: '' };
    const stats = await stat(Buffer.from(real, 'latin1'));
    return { at, kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'nothing', place: real };
  } catch (cause) {
    const isForbidden = (cause as NodeJS.ErrnoException).code === 'EACCES';
    return { at, kind: isForbidden ? 'forbidden' : 'nothing', place: '' };
  }
}

/** Text of the configuration as the bytes it is on disk. */
function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

async function realName(path: string | Buffer): Promise<string> {
  return (await realpath(path, 'buffer')).toString('latin1');
}
