import {
  escapeLine,
  formatDebugLine,
  formatErrorLogLine,
  formatGuardianLine,
  formatMessageLine,
  RuleWords,
} from '@sallyport/engine';
import { type AccessLog, createAccessLog } from './access-log.ts';
import { AuditSink } from './audit-sink.ts';
import { createClock } from './clock.ts';
import { createErrorLineFormat, type ErrorLine } from './error-line.ts';
import { LogFile } from './log-file.ts';
import { joinNeeds } from './logged-exchange.ts';
import { PipedLog } from './piped-log.ts';
import { createShipment } from './shipment.ts';
import { openShipping } from './shipping/index.ts';
import type { LogSink } from './sink.ts';
import { BoundedFile } from './slow-requests/bounded-file.ts';
import { SlowRequests } from './slow-requests/slow-requests.ts';
import {
  type AccessLogSettings,
  type ClientAddress,
  LOG_LEVELS,
  type LogLevel,
  type Logs,
  type LogsConfig,
  type RequestContext,
} from './types.ts';

const DEFAULT_FILE_MODE = 0o640;
const DEFAULT_PENDING_BYTES = 8 << 20;
const STANDARD_ERROR = 2;
/**
 * Each write costs a trip to a thread of its own: with one per turn of the event loop a sixth of the processor went there at
 * 4000 requests a second (bench/bare-proxy.ts). Error and audit lines somebody may be waiting for, and so they wait less.
 */
const ACCESS_GATHER = 50;
const GATHER = 5;

/** The name rule matches are logged under; tools that read ModSecurity's lines look for it. */
const WAF_MODULE = 'security2';

/**
 * Opens the logs a configuration names. A file that cannot be opened now, or a server that is away, is tried again later; throws
 * when a format, an address or a certificate file is bad.
 */
export function createLogs(config: LogsConfig): Logs {
  const mode = config.fileMode ?? DEFAULT_FILE_MODE;
  const maxPendingBytes = config.maxPendingBytes ?? DEFAULT_PENDING_BYTES;
  const complain = config.complain ?? complainOnStandardError;
  const clock = createClock();
  const formatErrorLine = createErrorLineFormat();
  const words = new RuleWords();
  const escapedWords = new RuleWords(escapeLine);
  const files = new Map<string | number, LogFile | PipedLog>();
  const servers = new Map<string, LogSink>();

  const fileFor = (target: string | number, fileMode: number, gatherFor: number = GATHER): LogFile | PipedLog => {
    let file = files.get(target);
    if (file === undefined) {
      file =
        typeof target === 'string' && target.startsWith('|')
          ? new PipedLog({ command: target.slice(1), maxPendingBytes, complain })
          : new LogFile({ target, mode: fileMode, maxPendingBytes, complain, gatherFor });
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
  const errorFiles = new Map([...(config.errorLogsByTag ?? [])].map(([tag, file]) => [tag, fileFor(file, mode)]));
  const others: LogSink[] = [];
  const openAccess = ({ file, program, format, when }: AccessLogSettings): AccessLog => {
    const sink =
      file === undefined
        ? new PipedLog({ command: program.join(' '), words: program, maxPendingBytes, complain })
        : fileFor(file, mode, ACCESS_GATHER);
    if (file === undefined) others.push(sink);
    return createAccessLog({ format, when, hasRequestId: config.accessLogRequestId ?? false, mask: config.mask }, sink);
  };
  const accessLogs = (config.access ?? []).map(openAccess);
  const shipments = (config.shipping ?? []).map((one) => createShipment(one, config.mask, words, complain));
  for (const { access, sinks } of shipments) {
    others.push(...sinks);
    if (access !== undefined) accessLogs.push(access);
  }
  const leastUrgent = LOG_LEVELS.indexOf(config.errorLogLevel ?? 'warn');
  const audits = new AuditSink({
    mask: config.mask,
    words,
    maxPendingBytes,
    complain,
    file: fileFor,
    server: serverAt,
  });
  const eachSink = async (what: (sink: LogFile | PipedLog | LogSink) => Promise<void>): Promise<void> => {
    await Promise.all([...files.values(), ...servers.values(), ...others].map(what));
  };

  const error = (level: LogLevel, module: string, text: string, client?: ClientAddress, tag?: string): void => {
    if (LOG_LEVELS.indexOf(level) <= leastUrgent) append({ at: clock(), module, level, client, text }, tag);
  };

  const append = (line: ErrorLine, tag: string | undefined): void => {
    appendToFile(line, tag);
    for (const shipment of shipments) shipment.error?.(line);
  };

  const appendToFile = (line: ErrorLine, tag: string | undefined): void => {
    const file = (tag !== undefined && errorFiles.get(tag)) || errorFile;
    file.append(formatErrorLine(line));
  };

  /** What rules find, in words of the engine: the file has them escaped, which most of them are once and for all. */
  const appendFinding = (wordedBy: (words: RuleWords) => string, { client, tag }: RequestContext): void => {
    if (LOG_LEVELS.indexOf('error') > leastUrgent) return;
    const opening = `[client ${client.address}] ModSecurity: `;
    const line = { at: clock(), module: WAF_MODULE, level: 'error' as const, client };
    appendToFile({ ...line, text: escapeLine(opening) + wordedBy(escapedWords), isEscaped: true }, tag);
    for (const { error: ship } of shipments) ship?.({ ...line, text: opening + wordedBy(words) });
  };

  const slowFile = config.slowRequests?.file;
  const slowLog =
    slowFile === undefined
      ? undefined
      : new BoundedFile(
          new LogFile({ target: slowFile, mode, maxPendingBytes, complain }),
          slowFile,
          config.slowRequests?.maxSize ?? 0,
          complain,
        );
  const slow =
    config.slowRequests === undefined
      ? undefined
      : new SlowRequests({ ...config.slowRequests, mask: config.mask, file: slowLog });

  return {
    now: clock,
    slow,
    needs: joinNeeds(accessLogs.map((one) => one.needs)),
    hasAccess: accessLogs.length > 0,
    access(exchange) {
      for (const log of accessLogs) log.write(exchange);
    },
    error,
    match(match, context) {
      if (match.log) appendFinding((own) => formatErrorLogLine(match, context, own), context);
    },
    message(message, context) {
      appendFinding((own) => own.write(formatMessageLine(message, context)), context);
    },
    debug(line) {
      fileFor(line.file, mode).append(formatDebugLine(line));
    },
    guardian(record) {
      if (record.guardianLog !== undefined)
        fileFor(record.guardianLog, mode).append(formatGuardianLine(record, config.mask));
    },
    audit(record, source = config.audit) {
      if (source === undefined) return;
      audits.write(record, source);
      if (record.isAudited) for (const shipment of shipments) shipment.audit?.(record, source);
    },
    get isAuditStuck() {
      return audits.isStuck;
    },
    async reopen() {
      await slowLog?.reopen();
      await audits.flush();
      await eachSink((sink) => sink.reopen());
    },
    async flush() {
      await slowLog?.flush();
      await audits.flush();
      await eachSink((sink) => sink.flush());
    },
    async close() {
      await slowLog?.close();
      await audits.close();
      await eachSink((sink) => sink.close());
    },
    get health() {
      return [...[...files.values(), ...servers.values(), ...others].map((sink) => sink.health), audits.health];
    },
  };
}

function complainOnStandardError(text: string): void {
  process.stderr.write(`sallyport: ${text}\n`);
}
