/** An application as it is run: its configuration with the account looked up. */
import type { ApplicationConfig, PrincipalConfig, RuntimeConfig } from '../config/sections/applications.ts';
import type { Account } from '../process/accounts.ts';
import { lookUpGroup, lookUpUser } from '../process/accounts.ts';
import { ApplicationRefused, REFUSALS } from './refusals.ts';

export interface ApplicationSpec extends RuntimeConfig {
  readonly name: string;
  readonly account: Account;
  /** Name of the user, for USER; the number where there is none. */
  readonly user: string;
  readonly root: string;
  readonly directory: string;
  /** Files that are checked like the program, wherever the command does not name them. */
  readonly code?: readonly string[];
  /** Another one is reason enough to start it anew. */
  readonly revision?: string;
  /** Codes of checks that are left out. */
  readonly skipped: ReadonlySet<string>;
}

/** Throws `ApplicationRefused` when there is no such account. */
export function specOf(name: string, config: ApplicationConfig, principal: PrincipalConfig): ApplicationSpec {
  const { principal: _, unsafeSkipChecks, directory = config.root, ...runtime } = config;
  return {
    ...runtime,
    name,
    directory,
    user: principal.user,
    account: accountOf(name, principal),
    skipped: new Set(unsafeSkipChecks.keys()),
  };
}

/** Throws `ApplicationRefused` when there is no such account. `name`: whom it is looked up for. */
export function accountOf(name: string, { user, group }: PrincipalConfig): Account {
  const found = lookUpUser(user);
  if (found === undefined) throw new ApplicationRefused(name, REFUSALS.noUser, user);
  if (group === undefined) {
    if (found.gid === undefined) throw new ApplicationRefused(name, REFUSALS.noGroup, `the own group of ${user}`);
    return { uid: found.uid, gid: found.gid };
  }
  const gid = lookUpGroup(group);
  if (gid === undefined) throw new ApplicationRefused(name, REFUSALS.noGroup, group);
  return { uid: found.uid, gid };
}
