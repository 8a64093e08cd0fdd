/** Users and groups of the system, by name or number. Asks `id` and `getent`, which know every source of accounts the system has. */
import { spawnSync } from 'node:child_process';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The account of the workers. Throws with one line when there is no such user or group. */
export function findAccount(user: string, group: string | undefined): Account {
  const found = lookUpUser(user);
  if (found === undefined) throw new Error(`workers.user: there is no user "${user}"`);
  const gid = group === undefined ? found.gid : lookUpGroup(group);
  if (gid !== undefined) return { uid: found.uid, gid };
  throw new Error(
    group === undefined
      ? `workers.user: the user "${user}" has no group`
      : `workers.group: there is no group "${group}"`,
  );
}

/** The numbers of a user and of the user's own group, which a bare number does not have. Undefined when there is none. */
export function lookUpUser(user: string): { readonly uid: number; readonly gid: number | undefined } | undefined {
  const uid = ask('id', ['-u', '--', user]) ?? (isNumber(user) ? Number(user) : undefined);
  return uid === undefined ? undefined : { uid, gid: ask('id', ['-g', '--', user]) };
}

/** The number of a group; undefined when there is none. */
export function lookUpGroup(group: string): number | undefined {
  return isNumber(group) ? Number(group) : ask('getent', ['group', group]);
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

/** The number a program prints, or that stands third in a line of fields. */
function ask(program: string, words: readonly string[]): number | undefined {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const fields = stdout.trim().split(':');
  const number = Number(fields[2] ?? fields[0]);
  return Number.isInteger(number) ? number : undefined;
}
