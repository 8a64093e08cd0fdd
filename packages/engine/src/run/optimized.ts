import { planPhase, txProbesOf } from '../compile/prefilter/phase-plan.ts';
import type { ClauseCache } from '../compile/prefilter/value-plan.ts';
import type { Program } from '../compile/program.ts';
import type { Evaluator } from './evaluator.ts';
import { expectedRules } from './expected-rules.ts';
import { openingOf } from './foregone.ts';
import { Foresight, type PreparedPhase } from './foresight.ts';
import type { Costs } from './measure.ts';
import { PhaseRun } from './phase-run.ts';
import { TxStretches } from './tx-stretches.ts';

/**
 * The evaluator for traffic: the plain run of a phase, told beforehand which rules cannot match and which values can be left
 * out. Everything a match does has its one source in the plain run.
 *
 * One evaluator serves one program; what it prepares is made here, at load.
 */
export function optimizedEvaluator(program: Program, costs?: Costs, analyzed: ClauseCache = new WeakMap()): Evaluator {
  const opening = openingOf(program);
  // Whoever measures conditions wants each of them to be tried.
  const stretches = costs === undefined ? opening.stretches : [];
  const expectedTx = opening.stretches.at(-1)?.after ?? opening.start;
  const { names } = opening.start;
  const phases = program.phases.map((rules): PreparedPhase => {
    const txProbes = txProbesOf(rules, names);
    const expected = expectedRules(program, rules, txProbes, expectedTx);
    const plan = planPhase(rules, names, txProbes, (position) => expected.has(position), analyzed);
    return { plan, judges: [], stretches: new TxStretches(rules, plan.txSteps) };
  });
  return {
    name: 'optimized',
    runPhase: (_program, state, phase) => {
      state.tx.begin(opening.start);
      const foregone = phase === 1 ? stretches : [];
      const foresight = new Foresight(phases[phase]!, program, program.phases[phase]!, state, {
        foregone,
        leavesMatches: costs !== undefined,
      });
      return new PhaseRun(program, state, phase, foresight, costs).proceed();
    },
  };
}
