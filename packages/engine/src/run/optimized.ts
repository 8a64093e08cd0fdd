import { type PhaseOutline, planPhases, txProbesOf } from '../compile/prefilter/phase-plan.ts';
import type { ClauseCache } from '../compile/prefilter/value-plan.ts';
import type { Program, Rule } from '../compile/program.ts';
import type { Phase } from '../contract.ts';
import type { Evaluator } from './evaluator.ts';
import { expectedRules } from './expected-rules.ts';
import { openingOf } from './foregone.ts';
import { Foresight, type PreparedPhase } from './foresight.ts';
import type { Judge } from './judge.ts';
import { KnownLooks } from './known-looks.ts';
import type { Costs } from './measure.ts';
import { Passages } from './passages.ts';
import { PhaseRun } from './phase-run.ts';
import { TxStretches } from './tx-stretches.ts';
import { VainChains } from './vain-chains.ts';

/** Most of what rules look at in phase 2 they have looked at in phase 1; the phases behind look at other values. */
const PLANNED_TOGETHER: readonly (readonly Phase[])[] = [[1, 2], [3], [4], [5]];

/**
 * The evaluator for traffic: the plain run of a phase, told beforehand which rules cannot match and which values can be left
 * out. Everything a match does has its one source in the plain run.
 *
 * One evaluator serves one program. What is quickly found out about it is, at load; the rest is made by `prepare`, or when a request
 * needs it.
 */
export function optimizedEvaluator(program: Program, costs?: Costs, analyzed: ClauseCache = new WeakMap()): Evaluator {
  const opening = openingOf(program);
  // Whoever measures conditions wants each of them to be tried. What is foregone further on would only cut passages in two.
  const stretches = costs === undefined ? opening.stretches.slice(0, 1) : [];
  const isTimed = costs !== undefined || program.settings.rulePerfTime > 0;
  const expectedTx = opening.stretches.at(-1)?.after ?? opening.start;
  const { names } = opening.start;
  const phases: (PreparedPhase | undefined)[] = [];
  const allExpected: Rule[] = [];
  for (const together of PLANNED_TOGETHER) {
    const outlines = together.map((phase): PhaseOutline => {
      const rules = program.phases[phase] ?? [];
      const txProbes = txProbesOf(rules, names);
      const expected = expectedRules(program, rules, txProbes, expectedTx);
      allExpected.push(...rules.filter((_, position) => expected.has(position)));
      return { phase, rules, txProbes, isExpected: (position) => expected.has(position) };
    });
    const judges: (Judge | undefined)[] = [];
    const knownLooks = new KnownLooks();
    for (const plan of planPhases(outlines, names, analyzed)) {
      const rules = program.phases[plan.phase] ?? [];
      const stretches = new TxStretches(rules, plan.txSteps);
      const chains = new VainChains(isTimed ? [] : plan.chains);
      const passages = isTimed ? undefined : new Passages(rules, plan);
      phases[plan.phase] = { plan, judges, knownLooks, stretches, chains, passages };
    }
  }
  return {
    name: 'optimized',
    expected: allExpected,
    *prepare() {
      for (const phase of phases) if (phase !== undefined) yield* phase.plan.prepare();
    },
    runPhase: (_program, state, phase) => {
      state.tx.begin(opening.start);
      const foregone = phase === 1 ? stretches : [];
      if (phase !== 2) state.looks = [];
      const foresight = new Foresight(phases[phase]!, program, program.phases[phase]!, state, {
        foregone,
        leavesMatches: isTimed,
      });
      return new PhaseRun(program, state, phase, foresight, costs).proceed();
    },
  };
}
