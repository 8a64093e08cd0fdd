import type { Transaction, TransactionRecord } from '@sallyport/engine';
import type { Firewall } from '../waf/firewall.ts';
import { BodyStream } from './body-stream.ts';
import type { Exchange } from './exchange.ts';
import { FinishedExchange } from './finished-exchange.ts';

/**
 * Phase 5, audit log, access log. Runs once; later calls do nothing. Never rejects: an answer must not hang on a log. Where no
 * rule waits and no body is held there is nothing to wait for, and no promise.
 */
export function finish(exchange: Exchange): Promise<void> | undefined {
  if (exchange.isFinished) return undefined;
  exchange.isFinished = true;
  exchange.gate.floods.settle(exchange);
  exchange.passage?.leave();
  const { transaction, firewall } = exchange;
  const concluding =
    transaction === undefined || firewall === undefined
      ? undefined
      : concludeInspection(exchange, transaction, firewall);
  return concluding === undefined ? reportAndClose(exchange) : concluding.then(() => reportAndClose(exchange));
}

function reportAndClose(exchange: Exchange): Promise<void> | undefined {
  report(exchange);
  const { spool, body } = exchange;
  exchange.spool = undefined;
  // What was never sent, or not to its end, would keep its file and its memory.
  if (body instanceof BodyStream) body.destroy();
  return spool?.close();
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

/** A promise only where rules of the logging phase, or a store, have to be waited for. */
function concludeInspection(
  exchange: Exchange,
  transaction: Transaction,
  firewall: Firewall,
): Promise<void> | undefined {
  const conclude = (record: TransactionRecord): void => {
    exchange.gate.logs.guardian(record);
    exchange.record = record;
    exchange.gate.logs.audit(record, firewall.waf.settings);
  };
  const fail = (cause: unknown): void =>
    exchange.note(
      'error',
      `the logging phase failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    );
  const close = (): void => exchange.chargeWork(transaction);
  try {
    const record = transaction.processLogging({
      ...(exchange.sentHead && { response: exchange.sentHead }),
      responseBytes: exchange.responseBytes,
      serverErrors: exchange.serverErrors,
    });
    if (record instanceof Promise) return record.then(conclude).catch(fail).finally(close);
    conclude(record);
  } catch (cause) {
    fail(cause);
  }
  close();
  return undefined;
}
