import type { Exchange } from './exchange.ts';
import { FinishedExchange } from './finished-exchange.ts';

/**
 * Phase 5, audit log, access log. Runs once; later calls do nothing. Never rejects: an answer must not hang on a log. Without
 * rules and without a held body there is nothing to wait for, and no promise.
 */
export function finish(exchange: Exchange): Promise<void> | undefined {
  if (exchange.isFinished) return undefined;
  exchange.isFinished = true;
  exchange.gate.floods.settle(exchange);
  exchange.passage?.leave();
  if (exchange.transaction !== undefined || exchange.spool !== undefined) return finishLater(exchange);
  report(exchange);
  return undefined;
}

async function finishLater(exchange: Exchange): Promise<void> {
  await concludeInspection(exchange);
  report(exchange);
  const { spool } = exchange;
  exchange.spool = undefined;
  await spool?.close();
}

/** Access logs hear of it at once, or when the answer has gone out where they want to know how; observers always then. */
function report(exchange: Exchange): void {
  const { logs } = exchange.gate;
  exchange.isReported = true;
  if (logs.hasAccess && (exchange.isOver || !logs.needs.end)) logs.access(new FinishedExchange(exchange));
  else exchange.isReportDue = logs.hasAccess;
  if (exchange.isOver) observe(exchange);
}

/** The answer has been sent, or cannot be any more; call it once the response is closed, or a tunnel is. */
export function noteEnd(exchange: Exchange): void {
  if (exchange.isOver) return;
  exchange.isOver = true;
  if (!exchange.isReported) return;
  if (exchange.isReportDue) exchange.gate.logs.access(new FinishedExchange(exchange));
  observe(exchange);
}

function observe(exchange: Exchange): void {
  const { observers } = exchange.gate;
  if (observers.length === 0) return;
  const finished = new FinishedExchange(exchange);
  for (const tell of observers) tell(finished);
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
    exchange.record = record;
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
