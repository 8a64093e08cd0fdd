import type { TransactionRecord } from '../contract.ts';
import type { Decision } from './decision.ts';
import type { BlockedPage } from './page.ts';

/** What every adapter can be told. `R` is the request as the framework shows it. */
export interface ProtectOptions<R> {
  /**
   * Called once per exchange: for a refusal at the moment it is decided, before the answer leaves; otherwise when the
   * exchange is over.
   */
  readonly onDecision?: (decision: Decision, request: R) => void;
  /** Called once per exchange after the logging phase: what `formatNativeAudit` and `formatJsonAudit` write. */
  readonly onRecord?: (record: TransactionRecord, request: R) => void;
  /**
   * The answer to a refused request. What it leaves out stays as in the answer without it: status of the decision, a
   * plain sentence with the transaction id, `Location` for redirects. Not asked when the connection is to be dropped.
   */
  readonly blockedPage?: (decision: Decision, request: R) => BlockedPage | Promise<BlockedPage>;
  /** When inspection itself fails: `refuse` (the default) answers 500, `pass` lets the rest of the exchange go uninspected. */
  readonly onError?: 'refuse' | 'pass';
  /** REMOTE_ADDR. Name the client behind your proxies here, but only believe headers that a trusted proxy has set. */
  readonly clientAddress?: (request: R) => string;
  /** UNIQUE_ID, when requests already have an id; a random UUID by default. */
  readonly transactionId?: (request: R) => string;
}
