/** What one log server gets: the entries of some logs, each log with a queue of its own. */
import { formatJsonAudit, type MaskSettings, type RuleWords, type TransactionRecord } from '@sallyport/engine';
import { type AccessLog, createAccessLog } from './access-log.ts';
import { asciiJson } from './ascii-json.ts';
import { auditContext } from './audit-context.ts';
import { createErrorLineFormat, type ErrorLine } from './error-line.ts';
import { producer } from './producer.ts';
import { openShipping } from './shipping/index.ts';
import type { LogSink } from './sink.ts';
import type { AuditSource, ShippingSettings } from './types.ts';

export interface Shipment {
  readonly access: AccessLog | undefined;
  readonly error: ((line: ErrorLine) => void) | undefined;
  readonly audit: ((record: TransactionRecord, source: AuditSource) => void) | undefined;
  readonly sinks: readonly LogSink[];
}

/** Throws when the address, a certificate file or the format is bad. */
export function createShipment(
  { to, logs, format, queue, tls }: ShippingSettings,
  mask: MaskSettings | undefined,
  words: RuleWords,
  complain: (text: string) => void,
): Shipment {
  const sinks: LogSink[] = [];
  const open = (log: 'access' | 'error' | 'audit'): LogSink | undefined => {
    if (!logs.includes(log)) return undefined;
    const sink = openShipping(to, { log, maxPendingBytes: queue, tls, complain });
    sinks.push(sink);
    return sink;
  };
  const access = open('access');
  const error = open('error');
  const audit = open('audit');
  const writeError = to.startsWith('http') ? formatErrorObject : createErrorLineFormat();
  const name = producer();
  return {
    access: access && createAccessLog({ format, when: [], hasRequestId: false, mask }, access),
    error: error && ((line) => error.append(writeError(line), line.level)),
    audit:
      audit &&
      ((record, source) => audit.append(formatJsonAudit(record, auditContext(source, name, mask, words)), 'notice')),
    sinks,
  };
}

/** An error line for readers of JSON. */
function formatErrorObject({ at, module, level, client, text }: ErrorLine): string {
  return asciiJson({
    time: new Date(at).toISOString(),
    level,
    module,
    ...(client && { client: client.address, client_port: client.port }),
    text,
  });
}
