import type { LogHealth, LogLevel } from './types.ts';

/**
 * Where finished log entries go: a file, a program, a server. Calls never throw and never wait: entries are queued up to a
 * bound in bytes, delivered in order, and dropped with a count when the other end stays away.
 */
export interface LogSink {
  /** For complaints and metrics: the path or address, without passwords. */
  readonly name: string;
  /** Queues one entry: a byte string without line end. `level` matters where severities are told (syslog); `info` when absent. */
  append(entry: string, level?: LogLevel): void;
  /** Resolves when what is queued now was delivered, or an attempt failed. */
  flush(): Promise<void>;
  /** Starts over with a new file, for log rotation; nothing where there is none. */
  reopen(): Promise<void>;
  /** Delivers what is queued, as far as that is possible soon, and lets go. Later calls do nothing. */
  close(): Promise<void>;
  readonly health: LogHealth;
  /** Entries wait because the last attempt failed, or so many wait that further ones may be dropped. */
  readonly isStuck: boolean;
}
