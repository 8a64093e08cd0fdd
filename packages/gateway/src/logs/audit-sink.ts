import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TransactionRecord } from '@sallyport/engine';
import {
  formatConcurrentIndexLine,
  formatJsonAudit,
  formatNativeAudit,
  formatOcsfAudit,
  type MaskSettings,
  type RuleWords,
} from '@sallyport/engine';
import { auditContext } from './audit-context.ts';
import { withoutBodies, withoutRequestBody } from './fitting-record.ts';
import type { LogFile } from './log-file.ts';
import type { PipedLog } from './piped-log.ts';
import { producer } from './producer.ts';
import type { LogSink } from './sink.ts';
import { Trouble } from './trouble.ts';
import type { AuditSource, LogHealth } from './types.ts';
import { writeWhole } from './whole-file.ts';

/** Time between attempts at an entry that cannot be stored, in milliseconds. */
const RETRY_AFTER = 1000;

export interface AuditSinkOptions {
  readonly mask?: MaskSettings | undefined;
  readonly words: RuleWords;
  readonly maxPendingBytes: number;
  readonly complain: (text: string) => void;
  /** Gives the shared log file for a path, opened with a mode, or the program behind a `|`. */
  readonly file: (path: string, mode: number) => LogFile | PipedLog;
  /** Gives the way to a server; `contentType` is of entries sent by POST. */
  readonly server: (address: string, contentType: string) => LogSink;
}

interface Entry {
  readonly record: TransactionRecord;
  readonly source: AuditSource;
  readonly text: string;
}

/** Writes audit entries: Serial into one file, Concurrent into a file each, with an index line that follows the entry, the
 * others to a server. */
export class AuditSink {
  readonly #options: AuditSinkOptions;
  readonly #trouble: Trouble;
  readonly #producer = producer();
  readonly #queue: Entry[] = [];
  /** Where entries have gone so far. */
  readonly #targets = new Set<LogSink>();
  #pendingBytes = 0;
  #stored = 0;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: AuditSinkOptions) {
    this.#options = options;
    this.#trouble = new Trouble('audit log storage', options.complain);
  }

  get health(): LogHealth {
    const { dropped, failures } = this.#trouble;
    return { file: 'audit log storage', written: this.#stored, dropped, failures };
  }

  get isStuck(): boolean {
    const isWaiting = this.#trouble.isBroken && this.#queue.length > 0;
    if (isWaiting || this.#pendingBytes * 2 > this.#options.maxPendingBytes) return true;
    for (const one of this.#targets) if (one.isStuck) return true;
    return false;
  }

  write(record: TransactionRecord, source: AuditSource): void {
    const { audit } = source;
    if (!record.isAudited || this.#isClosed) return;
    const text = this.#fittingText(record, source);
    if (audit.type === 'Serial') {
      for (const path of logPaths(source)) this.#file(path, audit.fileMode).appendText(text);
      return;
    }
    if (audit.type === 'HTTPS' || audit.type === 'Syslog') {
      const contentType = audit.format === 'Native' ? 'text/plain' : 'application/json';
      for (const address of logPaths(source)) {
        const server = this.#options.server(auditAddress(address, audit.type), contentType);
        this.#targets.add(server);
        server.append(text.trimEnd(), record.interruption === undefined ? 'info' : 'warn');
      }
      return;
    }
    if (audit.storageDir === undefined || this.#pendingBytes + text.length > this.#options.maxPendingBytes) {
      this.#trouble.drop(1);
      return;
    }
    this.#queue.push({ record, source, text });
    this.#pendingBytes += text.length;
    if (this.#retry === undefined) void this.#run();
  }

  /** Resolves when every entry queued now was stored, or one could not be. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    clearTimeout(this.#retry);
    if (this.#queue.length > 0) this.#trouble.drop(this.#queue.length);
  }

  /** As long as no more than half of the queue is taken, which is when it counts as stuck, there is room for it. */
  #fittingText(record: TransactionRecord, source: AuditSource): string {
    const most = this.#options.maxPendingBytes / 2;
    const text = this.#format(record, source);
    if (text.length <= most) return text;
    const shorter = this.#format(withoutRequestBody(record), source);
    return shorter.length <= most ? shorter : this.#format(withoutBodies(record), source);
  }

  #format(record: TransactionRecord, source: AuditSource): string {
    const context = auditContext(source, this.#producer, this.#options.mask, this.#options.words);
    if (source.audit.format === 'OCSF') return `${formatOcsfAudit(record, context)}\n`;
    if (source.audit.format === 'JSON') return `${formatJsonAudit(record, context)}\n`;
    return formatNativeAudit(record, context, randomBytes(4).toString('hex'));
  }

  #run(): Promise<void> {
    this.#running ??= this.#store().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #store(): Promise<void> {
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      try {
        await this.#storeOne(entry);
      } catch (error) {
        this.#trouble.failed(error);
        if (!this.#isClosed) this.#tryLater();
        return;
      }
      this.#queue.shift();
      this.#pendingBytes -= entry.text.length;
      this.#stored++;
      this.#trouble.recovered();
    }
  }

  async #storeOne({ record, source, text }: Entry): Promise<void> {
    const { audit } = source;
    const path = entryPath(record);
    const file = join(audit.storageDir ?? '', path);
    const bytes = Buffer.from(text, 'latin1');
    await mkdir(dirname(file), { recursive: true, mode: audit.dirMode });
    await writeWhole(file, bytes, audit.fileMode);
    const md5 = createHash('md5').update(bytes).digest('hex');
    const line = formatConcurrentIndexLine(record, { path, size: bytes.length, md5 }, this.#options.mask);
    for (const index of logPaths(source)) this.#file(index, audit.fileMode).append(line);
  }

  #file(path: string, mode: number): LogFile | PipedLog {
    const file = this.#options.file(path, mode);
    this.#targets.add(file);
    return file;
  }

  #tryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      void this.#run();
    }, RETRY_AFTER);
    this.#retry.unref();
  }
}

function logPaths({ audit }: AuditSource): string[] {
  return [audit.log, audit.log2].filter((path) => path !== undefined);
}

/** The address of a server as SecAuditLog may give it: for syslog also `host:port`, which is UDP. */
export function auditAddress(log: string, type: 'HTTPS' | 'Syslog'): string {
  return type === 'Syslog' && !log.includes('://') ? `syslog+udp://${log}` : log;
}

/** `/20261120/20261120-2331/20261120-233100-ID`, local time, below the storage directory. */
export function entryPath({ startedAt, id }: TransactionRecord): string {
  const at = new Date(Math.floor(startedAt));
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const minute = `${day}-${two(at.getHours())}${two(at.getMinutes())}`;
  return `/${day}/${minute}/${minute}${two(at.getSeconds())}-${fileNamePart(id)}`;
}

/** Ids are the gate's own, but a path must not depend on that. */
function fileNamePart(id: string): string {
  return id.replace(/[^A-Za-z0-9_@-]/g, '_').slice(0, 200);
}
