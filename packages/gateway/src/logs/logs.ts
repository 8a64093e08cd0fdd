import { formatDebugLine, formatErrorLogLine, formatGuardianLine, formatMessageLine } from '@sallyport/engine';
import { formatAccessLine } from './access-line.ts';
import { AuditSink } from './audit-sink.ts';
import { createClock } from './clock.ts';
import { formatErrorLine } from './error-line.ts';
import { LogFile } from './log-file.ts';
import { PipedLog } from './piped-log.ts';
import { openShipping } from './shipping/index.ts';
import type { LogSink } from './sink.ts';
import { type ClientAddress, LOG_LEVELS, type LogLevel, type Logs, type LogsConfig } from './types.ts';

const DEFAULT_FILE_MODE = 0o640;
const DEFAULT_PENDING_BYTES = 8 << 20;
const STANDARD_ERROR = 2;
/**
 * Each write costs a trip to a thread of its own: with one per turn of the event loop a sixth of the processor went there at
 * 4000 requests a second (bench/bare-proxy.ts). Error and audit lines are few, and somebody may be waiting for them.
 */
const ACCESS_GATHER = 50;

/** The name rule matches are logged under; tools that read ModSecurity's lines look for it. */
const WAF_MODULE = 'security2';

/** Opens the logs a configuration names. Never throws: a file that cannot be opened now is tried again later. */
export function createLogs(config: LogsConfig): Logs {
  const mode = config.fileMode ?? DEFAULT_FILE_MODE;
  const maxPendingBytes = config.maxPendingBytes ?? DEFAULT_PENDING_BYTES;
  const complain = config.complain ?? complainOnStandardError;
  const clock = createClock();
  const files = new Map<string | number, LogFile | PipedLog>();
  const servers = new Map<string, LogSink>();

  const fileFor = (target: string | number, fileMode: number, gatherFor?: number): LogFile | PipedLog => {
    let file = files.get(target);
    if (file === undefined) {
      file =
        typeof target === 'string' && target.startsWith('|')
          ? new PipedLog({ command: target.slice(1), maxPendingBytes, complain })
          : new LogFile({ target, mode: fileMode, maxPendingBytes, complain, ...(gatherFor && { gatherFor }) });
      files.set(target, file);
    }
    return file;
  };

  const serverAt = (address: string, contentType: string): LogSink => {
    let server = servers.get(address);
    if (server === undefined) {
      server = openShipping(address, { log: 'audit', oneByOne: true, contentType, maxPendingBytes, complain });
      servers.set(address, server);
    }
    return server;
  };

  const errorFile = fileFor(config.errorLog ?? STANDARD_ERROR, mode);
  const accessFile = config.accessLog === undefined ? undefined : fileFor(config.accessLog, mode, ACCESS_GATHER);
  const leastUrgent = LOG_LEVELS.indexOf(config.errorLogLevel ?? 'warn');
  const audits = new AuditSink({ mask: config.mask, maxPendingBytes, complain, file: fileFor, server: serverAt });
  const eachFile = async (what: (file: LogFile | PipedLog | LogSink) => Promise<void>): Promise<void> => {
    await Promise.all([...files.values(), ...servers.values()].map(what));
  };

  const error = (level: LogLevel, module: string, text: string, client?: ClientAddress): void => {
    if (LOG_LEVELS.indexOf(level) > leastUrgent) return;
    errorFile.append(formatErrorLine({ at: clock(), module, level, client, text }));
  };

  return {
    access: (entry) => accessFile?.append(formatAccessLine(entry, config.accessLogRequestId ?? false)),
    error,
    match(match, context) {
      if (!match.log) return;
      error('error', WAF_MODULE, wafText(formatErrorLogLine(match, context), context.client), context.client);
    },
    message(message, context) {
      error('error', WAF_MODULE, wafText(formatMessageLine(message, context), context.client), context.client);
    },
    debug(line) {
      fileFor(line.file, mode).append(formatDebugLine(line));
    },
    guardian(record) {
      if (record.guardianLog !== undefined)
        fileFor(record.guardianLog, mode).append(formatGuardianLine(record, config.mask));
    },
    audit(record, source = config.audit) {
      if (source !== undefined) audits.write(record, source);
    },
    async reopen() {
      await audits.flush();
      await eachFile((file) => file.reopen());
    },
    async flush() {
      await audits.flush();
      await eachFile((file) => file.flush());
    },
    async close() {
      await audits.close();
      await eachFile((file) => file.close());
    },
    get health() {
      return [...[...files.values(), ...servers.values()].map((file) => file.health), audits.health];
    },
  };
}

function wafText(line: string, client: ClientAddress): string {
  return `[client ${client.address}] ModSecurity: ${line}`;
}

function complainOnStandardError(text: string): void {
  process.stderr.write(`sallyport: ${text}\n`);
}
