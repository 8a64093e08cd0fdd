import type { Program, Rule } from '../compile/program.ts';
import type { Phase } from '../contract.ts';
import type { ExchangeState } from './exchange-state.ts';

/**
 * Runs the rules of a phase on a transaction: matches, variables, log records and the interruption all end up in the
 * state. Synchronous; a promise comes back only when a rule has to wait (an action or operator that asks the network or
 * another program), and the rest of the phase runs when it settles.
 *
 * The reference evaluator defines what is right. Any other evaluator must leave the same state behind.
 */
export interface Evaluator {
  readonly name: string;
  /** The rules most exchanges reach, in their order; absent where nobody has looked. */
  readonly expected?: readonly Rule[];
  /** Makes what the first exchanges would have to wait for, one piece at each step; absent where there is nothing to make. */
  prepare?(): Iterable<void>;
  runPhase(program: Program, state: ExchangeState, phase: Phase): void | Promise<void>;
}
