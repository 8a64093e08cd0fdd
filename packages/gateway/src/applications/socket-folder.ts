/**
 * Where applications listen. Each has a folder of its own, which nobody else can enter, and makes its socket there. When it listens,
 * the socket gets a second name in a folder that only the gate can write, and only that name is ever given to the workers: what the
 * application does with its own folder later, a link to the socket of somebody else for example, leads nobody astray.
 */
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Account } from '../process/accounts.ts';

/** The longest path a socket can have on Linux. */
const SOCKET_PATH_BYTES = 107;
const OTHERS_PASS = 0o001;

export class SocketFolder {
  readonly #path: string;
  readonly #gate: Account;
  #last = 0;

  /** `base`: folder of the gate that only it can write. `gate`: whom the workers run as. */
  constructor(base: string, gate: Account) {
    this.#gate = gate;
    // Applications pass through to their own folders.
    chmodSync(base, 0o711);
    this.#path = mkdtempSync(join(base, 'apps-'));
    chmodSync(this.#path, 0o711);
  }

  /** A number no socket has had: an application that comes again must not take the names of one that still finishes. */
  nextNumber(): number {
    return ++this.#last;
  }

  /** Where an application makes its socket number `at`. Makes its folder. Throws when the path is too long for a socket. */
  prepare(name: string, account: Account, at: number): string {
    const folder = join(this.#path, folderName(name));
    const path = join(folder, `${at}.sock`);
    if (Buffer.byteLength(path) > SOCKET_PATH_BYTES)
      throw new Error(`application ${name}: ${path} is too long for a socket; a shorter run_dir helps`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The folder above belongs to the gate, so this one cannot have been exchanged.
    if (process.getuid?.() === 0) chownSync(folder, account.uid, account.gid);
    rmSync(path, { force: true });
    return path;
  }

  /** The second name of a socket that is listened on. Throws when what is there is no socket of the application. */
  publish(path: string, name: string, account: Account, at: number): string {
    const published = join(this.#path, `${folderName(name)}.${at}`);
    rmSync(published, { force: true });
    linkSync(path, published);
    const stats = lstatSync(published);
    if (!stats.isSocket() || stats.uid !== account.uid) {
      rmSync(published);
      throw new Error(`application ${name}: ${path} is no socket of user ${account.uid}`);
    }
    if (process.getuid?.() === 0) chownSync(published, account.uid, this.#gate.gid);
    chmodSync(published, 0o660);
    return published;
  }

  /** Takes both names of a socket away. */
  withdraw(path: string, published: string | undefined): void {
    if (published !== undefined) rmSync(published, { force: true });
    rmSync(path, { force: true });
  }

  /** Takes the folder of an application away, unless the application has left something in it. */
  release(name: string): void {
    removeEmpty(join(this.#path, folderName(name)));
  }

  /** Takes all away that is empty. Nothing in a folder of somebody else is followed or searched. */
  remove(): void {
    for (const name of readdirSync(this.#path)) removeEmpty(join(this.#path, name));
    removeEmpty(this.#path);
  }
}

/** Throws with one line when other users cannot reach what is in `base`: an application could not make its socket there. */
export function checkPassable(base: string): void {
  for (let folder = dirname(base); ; folder = dirname(folder)) {
    const { mode } = statSync(folder);
    if ((mode & OTHERS_PASS) === 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      throw new Error(
        `run_dir: applications of other users cannot pass through ${folder} (mode ${shown}); chmod o+x it`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

/** Names of applications in folders have a slash in front of their own. */
function folderName(name: string): string {
  return name.replaceAll('/', '+');
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'ENOTDIR') throw cause;
  }
}
