import type { MaybePromise, Transaction } from '@sallyport/engine';
import { ERRORS, GateError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/** What of an exchange is needed. */
type InspectedExchange = Pick<Exchange, 'transaction' | 'gate' | 'note' | 'dropTransaction'>;

/**
 * Runs a step of the rule engine and fails closed: an exception in the engine refuses the request. Where the operator
 * has chosen `unsafe_pass_on_error`, the exchange goes on without rules instead. Both are logged.
 */
export function inspect<T>(
  exchange: InspectedExchange,
  step: (transaction: Transaction) => MaybePromise<T | undefined>,
): MaybePromise<T | undefined> {
  const { transaction } = exchange;
  // Once a rule has decided, only the logging phase is left; asking again would give the same verdict again.
  if (transaction === undefined || transaction.interruption !== undefined) return undefined;
  try {
    const result = step(transaction);
    return result instanceof Promise ? result.catch((cause: unknown) => failed(exchange, cause)) : result;
  } catch (cause) {
    return failed(exchange, cause);
  }
}

function failed(exchange: InspectedExchange, cause: unknown): undefined {
  // Not the engine's failure: the client is refused in the middle of its inspection.
  if (cause instanceof GateError) throw cause;
  const error = new GateError(
    ERRORS.inspectionFailed,
    cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    cause,
  );
  if (!exchange.gate.config.rules.unsafePassOnError) throw error;
  exchange.note('error', `${error.message}; passed uninspected (unsafe_pass_on_error)`);
  exchange.dropTransaction();
  return undefined;
}
