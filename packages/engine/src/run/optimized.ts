import { type ClauseCache, planPhase } from '../compile/prefilter/phase-plan.ts';
import type { Program } from '../compile/program.ts';
import type { Evaluator } from './evaluator.ts';
import { openingOf } from './foregone.ts';
import { Foresight } from './foresight.ts';
import { Judge } from './judge.ts';
import type { Costs } from './measure.ts';
import { PhaseRun } from './phase-run.ts';

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
  const phases = program.phases.map((rules) => {
    const plan = planPhase(rules, opening.start.names, analyzed);
    return { rules, plan, judge: new Judge(plan) };
  });
  return {
    name: 'optimized',
    runPhase: (_program, state, phase) => {
      const { rules, plan, judge } = phases[phase]!;
      state.tx.begin(opening.start);
      const foregone = phase === 1 ? stretches : [];
      const foresight = new Foresight(plan, judge, program, rules, state, foregone);
      return new PhaseRun(program, state, phase, foresight, costs).proceed();
    },
  };
}
