/** Logs of the server and of its virtual hosts. */
import { NICKNAMES } from '../../logs/log-format/nicknames.ts';
import { type OldLogs, SiteLogs } from '../proxy/site-logs.ts';
import type { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

/** Where requests of each site are logged, once every statement has been taken: a format may stand behind the log that uses it. */
export class ApacheLogs {
  readonly #server: Scope;
  readonly #workshop: Workshop;
  readonly #logs: SiteLogs;

  constructor(server: Scope, sites: readonly Scope[], workshop: Workshop) {
    this.#server = server;
    this.#workshop = workshop;
    this.#logs = new SiteLogs(this.#logsOf(server), workshop.ledger);
    const own = sites.filter((one) => one.accessLogs.length > 0 || one.errorLog !== undefined);
    for (const site of own) this.#logs.add(site.names[0]?.name ?? 'site', this.#logsOf(site));
    this.#logs.giveTags(sites.length === 1);
  }

  /** The tag of the site's routes; undefined where none is needed. */
  tagOf(site: Scope): string | undefined {
    return this.#logs.tagOf(this.#logsOf(site));
  }

  /** Writes `logs`, once the routes are there. */
  write(): void {
    this.#logs.write(this.#workshop.draft);
  }

  /** A site has its own logs, or else those of the server. */
  #logsOf({ accessLogs, errorLog }: Scope): OldLogs {
    const own = accessLogs.length > 0 ? accessLogs : this.#server.accessLogs;
    const { formats } = this.#workshop;
    return {
      access: own.map((log) => ({ ...log, format: formatOf(log.format, formats) })),
      error: errorLog ?? this.#server.errorLog,
    };
  }
}

/** What a nickname stands for; without `LogFormat`, TransferLog writes the common one. */
function formatOf(written: string, formats: ReadonlyMap<string, string>): string {
  const own = formats.get(written);
  const isCombined = written === 'combined' && (own === undefined || own === NICKNAMES['combined']);
  return isCombined ? written : (own ?? (written === '' ? 'common' : written));
}
