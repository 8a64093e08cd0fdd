import { headerOf } from '../listener/strict-http.ts';
import type { Exchange } from './exchange.ts';

/** Phase 5, audit log, access log. Runs once; later calls do nothing. Never rejects: an answer must not hang on a log. */
export async function finish(exchange: Exchange): Promise<void> {
  if (exchange.isFinished) return;
  exchange.isFinished = true;
  if (exchange.transaction !== undefined) await concludeInspection(exchange);
  exchange.gate.logs.access({
    clientAddress: exchange.client.address,
    startedAt: exchange.startedAt,
    requestLine: exchange.requestLine,
    status: exchange.status,
    responseBytes: exchange.responseBytes,
    referer: headerOf(exchange.head, 'referer'),
    userAgent: headerOf(exchange.head, 'user-agent'),
    id: exchange.id,
  });
  const spool = exchange.spool;
  exchange.spool = undefined;
  await spool?.close();
}

async function concludeInspection(exchange: Exchange): Promise<void> {
  const { transaction, firewall, gate } = exchange;
  if (transaction === undefined || firewall === undefined) return;
  try {
    const record = await transaction.processLogging({
      ...(exchange.sentHead && { response: exchange.sentHead }),
      responseBytes: exchange.responseBytes,
      serverErrors: exchange.serverErrors,
    });
    gate.logs.audit(record, firewall.waf.settings);
  } catch (cause) {
    exchange.note(
      'error',
      `the logging phase failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    );
  } finally {
    firewall.close(transaction);
  }
}
