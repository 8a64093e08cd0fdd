import type {
  DebugLine,
  EngineMessage,
  MaskSettings,
  RuleMatch,
  TransactionRecord,
  WafSettings,
} from '@sallyport/engine';

/** Levels of the error log, the most urgent first; the names are Apache's. */
export const LOG_LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the audit log takes from a loaded rule set. A `Waf`'s `settings` fits as it is. */
export type AuditSource = Pick<
  WafSettings,
  'audit' | 'serverSignature' | 'componentSignatures' | 'webAppId' | 'sensorId'
>;

export interface LogsConfig {
  /** File of the access log; no access log when absent. */
  readonly accessLog?: string;
  /** Ends each access line with the request id in quotes. */
  readonly accessLogRequestId?: boolean;
  /** File of the error log; standard error when absent. */
  readonly errorLog?: string;
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
}

/** One line of the access log. Texts are as received; escaping is done here. */
export interface AccessEntry {
  readonly clientAddress: string;
  /** Authenticated user, if any. */
  readonly user?: string;
  /** Milliseconds since the epoch when the request began. */
  readonly startedAt: number;
  /** First line of the request; empty when none came (written as `-`). */
  readonly requestLine: string;
  readonly status: number;
  /** Bytes of response body; 0 is written as `-`. */
  readonly responseBytes: number;
  readonly referer?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly id: string;
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
  access(entry: AccessEntry): void;
  /** A line of the server itself; `module` is the part that speaks, for example `proxy`. */
  error(level: LogLevel, module: string, text: string, client?: ClientAddress): void;
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
  /** Opens every file anew, for log rotation. Lines queued before go to the old file. */
  reopen(): Promise<void>;
  /** Resolves when everything queued until now is written or dropped. */
  flush(): Promise<void>;
  /** Writes what is queued and closes the files. Later calls do nothing. */
  close(): Promise<void>;
  readonly health: readonly LogHealth[];
}
