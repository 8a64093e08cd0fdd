/** Opens the file a path means, if it is one that may be served. */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import type { FastCgiConfig } from '../../config/sections/fastcgi.ts';
import { endingOf, FILE_TYPES } from './types.ts';

export interface OpenedFile {
  readonly handle: FileHandle;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly modified: bigint;
}

/** `refused`: there is something, and it must not be served. */
export type FileFound =
  | ({ readonly is: 'file' } & OpenedFile)
  | { readonly is: 'none' }
  | { readonly is: 'refused'; readonly reason: string };

const NONE: FileFound = { is: 'none' };

/** A device or a pipe must not make anybody wait, nor a terminal be taken over. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

export class FileFinder {
  /** Byte strings. */
  readonly #root: string;
  readonly #types: ReadonlyMap<string, string>;

  constructor(root: string, { fileTypes, scripts }: Pick<FastCgiConfig, 'fileTypes' | 'scripts'>) {
    this.#root = Buffer.from(root, 'utf8').toString('latin1');
    const types = new Map([...Object.entries(FILE_TYPES), ...fileTypes]);
    // The source of a program is nobody's business, whatever the case of its ending.
    for (const script of scripts) types.delete(script.toLowerCase());
    this.#types = types;
  }

  /**
   * `path`: decoded once, dot segments resolved, slashes merged. Whoever gets a file closes its handle. Names that begin with a dot
   * are never served, nor what is behind them, but for `/.well-known/` (RFC 8615).
   */
  async find(path: string): Promise<FileFound> {
    const type = this.#types.get(endingOf(path));
    if (type === undefined || path.includes('\0') || isHidden(path)) return NONE;
    const name = Buffer.from(this.#root + path, 'latin1');
    let handle: FileHandle | undefined;
    try {
      handle = await open(name, FLAGS);
      const stats = await handle.stat({ bigint: true });
      const refusal = stats.isFile() ? await this.#whyOutside(name, stats) : undefined;
      if (!stats.isFile() || refusal !== undefined) {
        await handle.close();
        return refusal === undefined ? NONE : { is: 'refused', reason: refusal };
      }
      return { is: 'file', handle, type, size: Number(stats.size), modified: stats.mtimeNs };
    } catch (cause) {
      await handle?.close();
      const { code } = cause as NodeJS.ErrnoException;
      return code === 'EACCES' || code === 'EPERM'
        ? { is: 'refused', reason: 'the user of the gate may not read it' }
        : NONE;
    }
  }

  /**
   * Links may lead from place to place below the root, and not out of it. What has been opened is compared with what is found there,
   * so that nobody can exchange a folder for a link between the look and the opening.
   */
  async #whyOutside(name: Buffer, opened: { readonly dev: bigint; readonly ino: bigint }): Promise<string | undefined> {
    const [root, real] = await Promise.all([
      realpath(Buffer.from(this.#root, 'latin1'), 'buffer'),
      realpath(name, 'buffer'),
    ]);
    const start = root.toString('latin1');
    if (!real.toString('latin1').startsWith(start === '/' ? '/' : `${start}/`))
      return 'a symbolic link leads out of the root';
    const { dev, ino } = await stat(real, { bigint: true });
    return dev === opened.dev && ino === opened.ino ? undefined : 'it was exchanged while it was opened';
  }
}

function isHidden(path: string): boolean {
  return path.replace(/^\/\.well-known\//, '/').includes('/.');
}
