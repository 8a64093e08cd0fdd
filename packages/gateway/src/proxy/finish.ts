import { headerOf } from '../listener/strict-http.ts';
import type { Exchange } from './exchange.ts';

/**
 * Phase 5, audit log, access log. Runs once; later calls do nothing. Never rejects: an answer must not hang on a log. Without
 * rules and without a held body there is nothing to wait for, and no promise.
 */
export function finish(exchange: Exchange): Promise<void> | undefined {
  if (exchange.isFinished) return undefined;
  exchange.isFinished = true;
  if (exchange.transaction !== undefined || exchange.spool !== undefined) return finishLater(exchange);
  writeAccessLine(exchange);
  return undefined;
}

async function finishLater(exchange: Exchange): Promise<void> {
  await concludeInspection(exchange);
  writeAccessLine(exchange);
  const { spool } = exchange;
  exchange.spool = undefined;
  await spool?.close();
}

function writeAccessLine(exchange: Exchange): void {
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
    gate.logs.guardian(record);
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
