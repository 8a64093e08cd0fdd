import type { CollectionStore } from '../collections/store.ts';
import type { Program } from '../compile/program.ts';
import type { ConnectionInfo, EngineMessage, EngineMode, RuleMatch, Transaction } from '../contract.ts';
import type { DebugLog } from '../registry/services.ts';
import type { Evaluator } from '../run/evaluator.ts';
import type { HeadMemory } from '../run/head-memory.ts';
import type { RequestBodyServices } from './request-body.ts';

/** What a transaction is opened with: the connection, the rules and what runs them, and who hears of what comes of it. */
export interface WafTransactionOptions extends RequestBodyServices {
  readonly connection: ConnectionInfo;
  /** In place of the mode the rules set. */
  readonly engineMode?: EngineMode | undefined;
  readonly program: Program;
  readonly evaluator: Evaluator;
  /** What the heads of earlier requests had in common. */
  readonly headMemory: HeadMemory;
  readonly store: CollectionStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onBudgetExhausted: 'refuse' | 'continue';
  readonly yieldControl?: ((transaction: Transaction) => Promise<void>) | undefined;
  readonly onMatch: ((match: RuleMatch, transaction: Transaction) => void) | undefined;
  readonly onMessage: ((message: EngineMessage, transaction: Transaction) => void) | undefined;
  readonly debugLog?: DebugLog | undefined;
}
