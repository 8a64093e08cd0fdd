import type { Evaluator } from './evaluator.ts';
import { PhaseRun } from './phase-run.ts';

/**
 * The evaluator that is easy to check against the spec (§7.2): rule by rule, target by target, value by value. Whatever is
 * faster is proved against this one.
 */
export const referenceEvaluator: Evaluator = {
  name: 'reference',
  runPhase: (program, state, phase) => new PhaseRun(program, state, phase).proceed(),
};
