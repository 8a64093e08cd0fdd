/** The folder the workers share: counters of rules that name no place of their own. It begins empty with each gate. */
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRunDirectory, othersPass, runDirectory } from '../admin/run-directory.ts';
import type { Config } from '../config/config.ts';
import type { Account } from './accounts.ts';

export class SharedDirectory {
  readonly path: string;
  /** The folder it is in, which nobody but the gate can write. */
  readonly base: string;
  /** Where workers keep compiled code for the next ones; undefined when that would not last or not be safe. */
  readonly codeCache: string | undefined;
  readonly #temporary: string | undefined;

  /**
   * Makes it in the run directory, or where there is none in the system's temporary folder. `isTakingOver`: an earlier supervisor
   * hands the gate over, and what its workers have counted is kept. Throws with one line.
   */
  constructor(config: Config, account: Account | undefined, isTakingOver: boolean) {
    const folder = runDirectory(config);
    if (folder === undefined) this.#temporary = mkdtempSync(join(tmpdir(), 'sallyport-'));
    const base = folder ?? (this.#temporary as string);
    this.base = base;
    makeRunDirectory(base, othersPass(config));
    this.path = join(base, 'shared');
    if (!isTakingOver) rmSync(this.path, { recursive: true, force: true });
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    if (account !== undefined) chownSync(this.path, account.uid, account.gid);
    // Workers with a user of their own could leave their successors code that is not ours.
    this.codeCache = folder === undefined || account !== undefined ? undefined : join(base, 'code');
  }

  /** What was counted goes; compiled code stays for the next start. */
  remove(): void {
    rmSync(this.#temporary ?? this.path, { recursive: true, force: true });
  }
}
