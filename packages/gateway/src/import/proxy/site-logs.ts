/** Logs of another server, some of them of single sites: routes get tags, and logs choose by them. */
import { checkFormat } from '../../logs/log-format/compile-format.ts';
import { checkCondition } from '../../logs/log-format/condition.ts';
import type { Draft, Settings } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { Statement } from './statement.ts';

export interface OldAccessLog {
  readonly at: Statement;
  /** File name as `sallyport.yaml` takes it, or a program after `|`. */
  readonly target: string;
  /** `combined`, or a LogFormat. */
  readonly format: string;
  /** `env=NAME` or an expression. */
  readonly condition?: string;
}

export interface OldErrorLog {
  readonly at: Statement;
  readonly file: string;
}

/** What is written about the requests of a site. */
export interface OldLogs {
  readonly access: readonly OldAccessLog[];
  /** Undefined for that of the server. */
  readonly error: OldErrorLog | undefined;
}

interface Group {
  readonly name: string;
  readonly logs: OldLogs;
  tag: string | undefined;
}

/** Statements of which more than one may say the same are one log. */
const keyOf = ({ target, format, condition }: OldAccessLog): string => JSON.stringify([target, format, condition]);

export class SiteLogs {
  readonly #server: OldLogs;
  readonly #groups = new Map<string, Group>();
  readonly #ledger: Ledger;
  #isShared = false;

  /** `server`: what is written of requests that belong to no site. */
  constructor(server: OldLogs, ledger: Ledger) {
    this.#ledger = ledger;
    this.#server = { ...server, access: server.access.filter((log) => this.#isUsable(log)) };
  }

  /** Makes a site known; `name` is what its tag shall be. */
  add(name: string, logs: OldLogs): void {
    const usable = { ...logs, access: logs.access.filter((log) => this.#isUsable(log)) };
    const key = groupKey(usable);
    if (key !== groupKey(this.#server) && !this.#groups.has(key))
      this.#groups.set(key, { name, logs: usable, tag: undefined });
  }

  /** Once all sites are known. `isAlone`: there is one site only, so its logs can be for everything. */
  giveTags(isAlone: boolean): void {
    const groups = [...this.#groups.values()];
    this.#isShared = isAlone && groups.length === 1 && this.#server.access.length === 0;
    if (!this.#isShared) giveTags(groups);
  }

  /** The tag of routes whose requests are logged so; undefined where none is needed. */
  tagOf(logs: OldLogs): string | undefined {
    const usable = logs.access.filter(({ at, ...log }) => problemWith({ at, ...log }) === undefined);
    return this.#groups.get(groupKey({ ...logs, access: usable }))?.tag;
  }

  /** Writes `logs`, once the routes are there. */
  write(draft: Draft): void {
    const groups = [...this.#groups.values()].filter(({ tag, logs }) => {
      const isUsed = this.#isShared || (tag !== undefined && draft.tags.has(tag));
      const statements = [...logs.access, logs.error ?? []].flat();
      if (!isUsed) for (const { at } of statements) this.#ledger.noted(at, 'its site has no routes');
      return isUsed;
    });
    this.#access(draft, groups);
    this.#errors(draft, groups);
  }

  #access(draft: Draft, groups: readonly Group[]): void {
    const logs = new Map<string, { readonly log: OldAccessLog; readonly groups: Group[]; isOfServer: boolean }>();
    const entry = (log: OldAccessLog) => {
      const known = logs.get(keyOf(log)) ?? { log, groups: [], isOfServer: false };
      logs.set(keyOf(log), known);
      this.#ledger.carried(log.at, `logs.access: ${log.target}`);
      return known;
    };
    for (const log of this.#server.access) entry(log).isOfServer = true;
    for (const group of groups) for (const log of group.logs.access) entry(log).groups.push(group);
    const written = [...logs.values()].map(({ log: { target, format, condition }, groups: own, isOfServer }) => {
      const chosen = isOfServer ? groups.filter((one) => !own.includes(one)) : own;
      const tags = chosen.flatMap(({ tag }) => tag ?? []).join(',');
      const when = [condition ?? [], tags === '' ? [] : `tag=${isOfServer ? '!' : ''}${tags}`].flat();
      return {
        ...(target.startsWith('|') ? { program: target.replace(/^\|+/, '').trim().split(/\s+/) } : { file: target }),
        ...(format !== 'combined' && { format }),
        ...(when.length > 0 && { when }),
      };
    });
    if (written.length > 0) draft.set('logs', 'access', written);
  }

  #errors(draft: Draft, groups: readonly Group[]): void {
    const own: Settings = {};
    const main = this.#server.error ?? (this.#isShared ? groups[0]?.logs.error : undefined);
    if (main !== undefined) {
      draft.set('logs', 'error', main.file);
      this.#ledger.carried(main.at, `logs.error: ${main.file}`);
    }
    for (const { tag, logs } of groups) {
      if (tag === undefined || logs.error === undefined || logs.error.file === main?.file) continue;
      own[tag] = logs.error.file;
      this.#ledger.carried(logs.error.at, `logs.errors_by_tag: ${tag} ${logs.error.file}`);
    }
    if (Object.keys(own).length > 0) draft.set('logs', 'errors_by_tag', own);
  }

  #isUsable(log: OldAccessLog): boolean {
    const problem = problemWith(log);
    if (problem !== undefined) this.#ledger.leftOut(log.at, problem);
    return problem === undefined;
  }
}

function problemWith({ target, format, condition }: OldAccessLog): string | undefined {
  if (/^\|\$/.test(target)) return 'programs are not run through a shell';
  return checkFormat(format) ?? (condition === undefined ? undefined : checkCondition(condition));
}

function groupKey({ access, error }: OldLogs): string {
  return JSON.stringify([access.map(keyOf), error?.file]);
}

/** Each gets a word of its own, as near to its name as tags can be. */
function giveTags(groups: readonly Group[]): void {
  const taken = new Set<string>();
  for (const group of groups) {
    const base =
      group.name
        .replace(/[^\w.:-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'site';
    let tag = base;
    for (let count = 2; taken.has(tag); count++) tag = `${base}-${count}`;
    taken.add(tag);
    group.tag = tag;
  }
}
