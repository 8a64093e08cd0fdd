import type {
  DebugLine,
  EngineMessage,
  MaskSettings,
  RuleMatch,
  TransactionRecord,
  WafSettings,
} from '@sallyport/engine';
import type { LoggedExchange, LogNeeds } from './logged-exchange.ts';
import type { ServerTlsFiles } from './shipping/server-tls.ts';
import type { SlowRequests } from './slow-requests/slow-requests.ts';

/** Levels of the error log, the most urgent first; the names are Apache's. */
export const LOG_LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the audit log takes from a loaded rule set. A `Waf`'s `settings` fits as it is. */
export type AuditSource = Pick<
  WafSettings,
  'audit' | 'serverSignature' | 'componentSignatures' | 'webAppId' | 'sensorId'
>;

export interface LogsConfig {
  /** Access logs; none when absent. */
  readonly access?: readonly AccessLogSettings[];
  /** Ends each access line that is no JSON with the request id in quotes. */
  readonly accessLogRequestId?: boolean;
  /** What is kept of requests that took long; nothing when absent. */
  readonly slowRequests?: SlowRequestsSettings;
  /** Servers that get entries as well. */
  readonly shipping?: readonly ShippingSettings[];
  /** File of the error log; standard error when absent. */
  readonly errorLog?: string;
  /** Files of lines about requests of routes with a tag, in place of `errorLog`. */
  readonly errorLogsByTag?: ReadonlyMap<string, string>;
  /** Least urgent level that is written; `warn` when absent. Rule matches are written as `error`. */
  readonly errorLogLevel?: LogLevel;
  /** Mode for log files this process creates; 0640 when absent. Audit files have their own (`SecAuditLogFileMode`). */
  readonly fileMode?: number;
  /** Settings for `audit(record)`; no audit log when absent. */
  readonly audit?: AuditSource;
  /** Values that audit entries show as `*`. */
  readonly mask?: MaskSettings;
  /** Bytes that may wait for a slow or broken disk, per file; later lines are dropped and counted. 8 MiB when absent. */
  readonly maxPendingBytes?: number;
  /** Where trouble with the logs themselves is told, one line at a time; standard error when absent. */
  readonly complain?: (text: string) => void;
}

/** The other end of a connection. */
export interface ClientAddress {
  readonly address: string;
  readonly port: number;
}

/** What ties a line of the error log to a request. */
export interface RequestContext {
  readonly client: ClientAddress;
  /** Host of the request, as received. */
  readonly hostname: string;
  /** Decoded path without query. */
  readonly uriPath: string;
  readonly id: string;
  /** Of the route, where it has one. */
  readonly tag?: string | undefined;
}

/** An access log: a file or a program, never both. */
export interface AccessLogSettings {
  readonly file?: string;
  /** Program and arguments; empty for a file. */
  readonly program: readonly string[];
  /** `json`, a nickname or a LogFormat. */
  readonly format: string;
  /** Conditions that all have to hold, as `compileCondition` reads them. */
  readonly when: readonly string[];
}

/** What is kept of requests that took long. */
export interface SlowRequestsSettings {
  /** Milliseconds. */
  readonly threshold: number;
  /** How many are remembered. */
  readonly kept: number;
  readonly perMinute: number;
  readonly headers: readonly string[];
  readonly file?: string;
  /** Bytes. */
  readonly maxSize: number;
}

/** A server that gets the entries of some logs. */
export interface ShippingSettings {
  /** As `parseDestination` reads it. */
  readonly to: string;
  readonly logs: readonly ('access' | 'error' | 'audit')[];
  /** Of access entries. */
  readonly format: string;
  /** Bytes that may wait. */
  readonly queue: number;
  readonly tls: ServerTlsFiles;
}

/** Counters of one log, for metrics and for tests. */
export interface LogHealth {
  readonly file: string;
  readonly written: number;
  readonly dropped: number;
  readonly failures: number;
}

/**
 * All logs of one process. Calls never throw and never wait: lines are queued, written in order soon after, and dropped
 * with a count when a disk stays unwritable. Texts are byte strings.
 */
export interface Logs {
  /** Milliseconds since the epoch, with a fraction down to microseconds. */
  now(): number;
  /** What access logs make use of; nothing else about an exchange has to be known. */
  readonly needs: LogNeeds;
  /** Requests that took long; undefined where none are kept. */
  readonly slow: SlowRequests | undefined;
  /** Whether there is an access log at all. */
  readonly hasAccess: boolean;
  /** Writes an exchange to the access logs, once, when what they need is known. */
  access(exchange: LoggedExchange): void;
  /** A line of the server itself; `module` is the part that speaks, for example `proxy`, `tag` that of the route it is about. */
  error(level: LogLevel, module: string, text: string, client?: ClientAddress, tag?: string): void;
  /** A rule match, in the words of ModSecurity 2.9. Matches without `log` are not written. */
  match(match: RuleMatch, context: RequestContext): void;
  /** An engine message of level 1-3. */
  message(message: EngineMessage, context: RequestContext): void;
  /** A line of `SecDebugLog`, to the file it names. */
  debug(line: DebugLine): void;
  /** The line of `SecGuardianLog`, where that wants one. */
  guardian(record: TransactionRecord): void;
  /** Writes the record if it is to be audited; `source` overrides the configured settings (several rule sets, one process). */
  audit(record: TransactionRecord, source?: AuditSource): void;
  /** An audit entry written now may be lost: earlier ones wait for a disk, a program or a server. */
  readonly isAuditStuck: boolean;
  /** Opens every file anew, for log rotation. Lines queued before go to the old file. */
  reopen(): Promise<void>;
  /** Resolves when everything queued until now is written or dropped. */
  flush(): Promise<void>;
  /** Writes what is queued and closes the files. Later calls do nothing. */
  close(): Promise<void>;
  readonly health: readonly LogHealth[];
}
