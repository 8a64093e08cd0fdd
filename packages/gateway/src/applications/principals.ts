/** Who owns what: principals with their users, programs, files and sockets, and what of it does not fit on disk. */
import { existsSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { PrincipalConfig } from '../config/sections/applications.ts';
import type { DeploymentConfig } from '../config/sections/deployments.ts';
import { isSiteName, nameOf, type Site, siteSpec } from '../deployments/site.ts';
import { type Account, findAccount } from '../process/accounts.ts';
import { belongsTo, findingsOf, othersWrite, withMode, withOwner } from './checks.ts';
import { ApplicationRefused } from './refusals.ts';
import { accountOf, specOf } from './spec.ts';

export interface PrincipalReport {
  readonly name: string;
  readonly user: string;
  /** Absent where there is no such account. */
  readonly account?: Account;
  readonly applications: readonly {
    readonly name: string;
    readonly root: string;
    readonly upstreams: readonly string[];
  }[];
  readonly paths: readonly string[];
  readonly sockets: readonly string[];
  readonly logs: readonly string[];
  /** What does not fit, one line each. */
  readonly wrong: readonly string[];
}

const OTHERS_READ = 0o004;
const OTHERS_USE = 0o006;

/** Looks at the disk, as the user that asks: what that user may not see is reported as well. */
export function reportPrincipals(config: Config): readonly PrincipalReport[] {
  const gate = gateAccount(config);
  const reports = [...config.principals].map(([name, principal]) => report(name, principal, config, gate));
  return [
    ...reports.map((one) => ({ ...one, wrong: [...one.wrong, ...sharedWith(one, reports)] })),
    ...[...config.deployments].flatMap(([name, deployment]) => reportSites(name, deployment, gate)),
  ];
}

/** Folders of a deployment: the owner of each is its principal. */
function reportSites(deployment: string, config: DeploymentConfig, gate: Account): readonly PrincipalReport[] {
  const unreadable = misfits(config.folder, () => []);
  if (unreadable.length > 0)
    return [{ name: deployment, user: '-', applications: [], paths: [], sockets: [], logs: [], wrong: unreadable }];
  return readdirSync(config.folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name.startsWith('.')) return [];
    const root = join(config.folder, entry.name);
    const { uid, gid } = lstatSync(root);
    const marker = config.runtimes.find((one) => existsSync(join(root, one.marker)))?.marker ?? '';
    const site: Site = { deployment, name: entry.name, marker, account: { uid, gid }, revision: '' };
    const spec = siteSpec(site, config);
    const wrong = [
      ...(isSiteName(entry.name) ? [] : [`"${entry.name}" cannot become a part of an address`]),
      ...(spec === undefined ? ['there is no file in it that says how to run it'] : []),
      ...(spec === undefined ? [] : findingsOf(spec, gate)).map(
        ({ refusal, detail }) => `${refusal.code} ${refusal.text}: ${detail}`,
      ),
    ];
    const name = nameOf(site);
    const applications = [{ name, root, upstreams: [name] }];
    return [
      { name, user: String(uid), account: { uid, gid }, applications, paths: [root], sockets: [], logs: [], wrong },
    ];
  });
}

function report(name: string, principal: PrincipalConfig, config: Config, gate: Account): PrincipalReport {
  const own = [...config.applications].filter(([, { principal: owner }]) => owner === name);
  const applications = own.map(([application, { root }]) => ({
    name: application,
    root,
    upstreams: [...config.upstreams]
      .filter(([, { urls }]) => urls.some(({ url }) => url === `app:${application}`))
      .map(([upstream]) => upstream),
  }));
  const { user, paths, sockets, logs } = principal;
  const common = { name, user, applications, paths, sockets, logs };
  let account: Account;
  try {
    account = accountOf(name, principal);
  } catch (cause) {
    if (!(cause instanceof ApplicationRefused)) throw cause;
    return { ...common, wrong: [`${cause.code} ${cause.message.split(`${cause.code} `)[1]}`] };
  }
  const wrong = [
    ...own.flatMap(([application, settings]) =>
      findingsOf(specOf(application, settings, principal), gate).map(
        ({ refusal, detail }) => `application ${application}: ${refusal.code} ${refusal.text}: ${detail}`,
      ),
    ),
    ...paths.flatMap((path) => misfits(path, (stats) => wrongWithPath(path, stats, account))),
    ...sockets.flatMap((path) => misfits(path, (stats) => wrongWithSocket(path, stats, account))),
    ...logs.flatMap((path) => misfits(path, (stats) => wrongWithLog(path, stats, account))),
  ];
  return { ...common, account, wrong };
}

function misfits(path: string, look: (stats: Stats) => readonly string[]): readonly string[] {
  try {
    return look(lstatSync(path));
  } catch (cause) {
    return [`${path}: ${(cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause)}`];
  }
}

function wrongWithPath(path: string, stats: Stats, account: Account): readonly string[] {
  return [
    ...(belongsTo(stats, account) ? [] : [withOwner(path, stats)]),
    ...(!stats.isSymbolicLink() && othersWrite(stats) ? [`others may write there: ${withMode(path, stats)}`] : []),
  ];
}

function wrongWithSocket(path: string, stats: Stats, account: Account): readonly string[] {
  if (!stats.isSocket()) return [`${path} is no socket`];
  return [
    ...(stats.uid === account.uid || stats.uid === 0 ? [] : [withOwner(path, stats)]),
    ...((stats.mode & OTHERS_USE) !== 0 ? [`everybody may connect: ${withMode(path, stats)}`] : []),
  ];
}

function wrongWithLog(path: string, stats: Stats, account: Account): readonly string[] {
  return [
    ...wrongWithPath(path, stats, account),
    ...((stats.mode & OTHERS_READ) !== 0 ? [`everybody may read it: ${withMode(path, stats)}`] : []),
  ];
}

function sharedWith(one: PrincipalReport, all: readonly PrincipalReport[]): readonly string[] {
  return all
    .filter((other) => other.name !== one.name && other.account?.uid === one.account?.uid && one.account !== undefined)
    .map((other) => `it is the same user as ${other.name}: nothing keeps them apart`);
}

function gateAccount({ workers: { user, group } }: Config): Account {
  if (user !== undefined) return findAccount(user, group);
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
