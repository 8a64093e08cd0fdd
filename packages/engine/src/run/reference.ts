import type { Evaluator } from './evaluator.ts';
import type { Costs } from './measure.ts';
import { PhaseRun } from './phase-run.ts';

/**
 * The evaluator that is easy to check against ModSecurity's manual: rule by rule, target by target, value by value. Whatever is
 * faster is proved against this one.
 */
export function createReferenceEvaluator(costs?: Costs): Evaluator {
  return {
    name: 'reference',
    runPhase: (program, state, phase) => new PhaseRun(program, state, phase, undefined, costs).proceed(),
  };
}

/** The same where nobody measures. */
export const referenceEvaluator: Evaluator = createReferenceEvaluator();
