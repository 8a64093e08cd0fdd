import type { Evaluator } from '../../packages/engine/src/run/evaluator.ts';
import { referenceEvaluator } from '../../packages/engine/src/run/reference.ts';

/**
 * Stands in for `run/optimized.ts` in the test project `unit-reference`, so that every test of the engine also runs on the
 * evaluator that looks at everything.
 */
export function optimizedEvaluator(): Evaluator {
  return referenceEvaluator;
}
