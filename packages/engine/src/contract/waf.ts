import type { Diagnostic } from '../seclang/diagnostics.ts';
import type { ConnectionInfo } from './exchange-heads.ts';
import type { EngineMode, WafSettings } from './settings.ts';
import type { Transaction } from './transaction.ts';

/** A loaded rule set: immutable, shared by any number of transactions. */
export interface Waf {
  readonly settings: WafSettings;
  /** Rules that can fire, chains counted once, markers not at all. */
  readonly ruleCount: number;
  /** Warnings of the load. */
  readonly warnings: readonly Diagnostic[];
  openTransaction(connection: ConnectionInfo, options?: TransactionOptions): Transaction;
  /**
   * Makes beforehand what the first requests would have to wait for, one piece at each step: what tells for which rules a value
   * matters, and automata of the patterns that are then asked. For moments in which there is nothing else to do; nobody has to
   * call it, or to go on to the end.
   */
  prepare(): Iterable<void>;
  /** Whether a rule of this id was loaded. */
  hasRule(id: number): boolean;
  /**
   * The same rule set with some rules off or with another effect, by id; in place of all earlier switches. What was compiled is
   * shared. Throws a `RangeError` when there is no such rule.
   */
  withRuleSwitches(switches: ReadonlyMap<number, RuleSwitch>): Waf;
}

/**
 * What becomes of a rule: `off` is not run; `pass` matches and refuses nothing; `log` too, and writes the match down whatever the
 * rule says; `deny` refuses with the status of the rule, 403 by default.
 */
export type RuleSwitch = 'off' | 'pass' | 'log' | 'deny';

/** How one exchange is inspected, where that differs from what the rules say. */
export interface TransactionOptions {
  /** In place of `SecRuleEngine`: the same rule set can enforce here and only detect there. */
  readonly engineMode?: EngineMode;
}
