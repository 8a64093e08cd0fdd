/** Users and groups of the system, by name or number. */
import { spawnSync } from 'node:child_process';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The numbers of a user, and of a group other than the user's own. Asks `id` and `getent`, which know every source of accounts the
 * system has. Throws with one line when there is no such account.
 */
export function findAccount(user: string, group: string | undefined): Account {
  const uid = ask('id', ['-u', '--', user]);
  if (uid === undefined) throw new Error(`workers.user: there is no user "${user}"`);
  if (group === undefined) {
    const gid = ask('id', ['-g', '--', user]);
    if (gid === undefined) throw new Error(`workers.user: the user "${user}" has no group`);
    return { uid, gid };
  }
  const gid = /^\d+$/.test(group) ? Number(group) : ask('getent', ['group', group]);
  if (gid === undefined) throw new Error(`workers.group: there is no group "${group}"`);
  return { uid, gid };
}

/** The number a program prints, or that stands third in a line of fields. */
function ask(program: string, words: readonly string[]): number | undefined {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const fields = stdout.trim().split(':');
  const number = Number(fields[2] ?? fields[0]);
  return Number.isInteger(number) ? number : undefined;
}
