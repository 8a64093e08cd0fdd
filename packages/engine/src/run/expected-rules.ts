import { Positions } from '../compile/prefilter/positions.ts';
import { lookedAt, type TxProbe } from '../compile/prefilter/tx-probe.ts';
import type { Program, Rule } from '../compile/program.ts';
import { OperatorError } from '../registry/operator.ts';
import { emptyExchange } from './foregone.ts';
import { positionBehind } from './rule-order.ts';
import type { Snapshot } from './variable-map.ts';

/**
 * The rules of a phase an exchange is expected to reach: all but those that rules jump over which look at nothing but TX, as it is
 * here. Rule sets leave out paranoia levels that way. It is an expectation, no more: an exchange may set a level of its own.
 */
export function expectedRules(
  program: Program,
  rules: readonly Rule[],
  txProbes: readonly (TxProbe | undefined)[],
  expected: Snapshot,
): Positions {
  const state = emptyExchange(program);
  state.tx.restore(expected);
  const { scope } = state;
  const reached = new Set<number>();
  for (let at = 0; at < rules.length; ) {
    reached.add(at);
    const probe = txProbes[at];
    at = probe !== undefined && isPassed(probe) ? positionBehind(rules[at]!, at) : at + 1;
  }
  return Positions.where(rules.length, (position) => reached.has(position));

  function isPassed({ isGate, isFixed, looks, matcher, isNegated }: TxProbe): boolean {
    if (!isGate || !isFixed) return false;
    try {
      return looks.some((look) => {
        const value = lookedAt(look, state.tx.at(look.slot));
        return value !== undefined && matcher.test(value, scope) !== isNegated;
      });
    } catch (cause) {
      // A value the operator cannot judge: the rule does not match.
      if (cause instanceof OperatorError) return false;
      throw cause;
    }
  }
}
