import type { Phase } from '../../contract.ts';
import type { Link, Rule, Target } from '../program.ts';
import { type ChainInputs, chainInputsOf } from './chain-inputs.ts';
import type { KnownNames } from './known-names.ts';
import { Positions } from './positions.ts';
import { type ProbeInputs, probeInputsOf } from './probe-inputs.ts';
import { isQuiet } from './quiet-rule.ts';
import { Stepwise } from './stepwise.ts';
import { type TxProbe, txProbeOf } from './tx-probe.ts';
import { type TxStep, txStepsOf } from './tx-step.ts';
import { type ClauseCache, type Membership, planValues, type Slot, type ValuePlan } from './value-plan.ts';

/**
 * How a rule is kept from being run for nothing.
 *
 * - `none`: it is run
 * - `probe`: its first link is tried on the values as they are now; trying has no side effects
 * - `foresee`: its first link looks only at values that stay the same for the whole phase, with a verdict that depends on
 *   nothing else: those are scanned once for all such rules together
 */
export const GUARD = { none: 0, probe: 1, foresee: 2 } as const;
export type Guard = (typeof GUARD)[keyof typeof GUARD];

/** What is known at load about the rules of one phase. */
export interface PhasePlan {
  readonly phase: Phase;
  /** By position of the rule. */
  readonly guards: Uint8Array;
  readonly all: Positions;
  /** By position of the rule; undefined where the first link is not that simple. */
  readonly txProbes: readonly (TxProbe | undefined)[];
  /** By position of the rule: those of which TX tells everything. */
  readonly txSteps: readonly (TxStep | undefined)[];
  /** By position of the rule: what the chained rules depend on of which that is known. */
  readonly chains: readonly (ChainInputs | undefined)[];
  /** By position of the rule: what its probe depends on, where that is known. */
  readonly probeInputs: readonly (ProbeInputs | undefined)[];
  /** By position of the rule: 1 where a match can be done without running it. */
  readonly isQuiet: Uint8Array;
  /**
   * The rules with the guard `foresee`, in two groups: those an exchange is expected to reach, and those it is expected to jump
   * over, as rules of a higher paranoia level are. Values are looked at for a group when its first rule is reached, so rules
   * nobody has switched on cost nothing; a wrong expectation costs a second look.
   *
   * A group is planned when it is first asked for, unless it has been prepared. The second one mostly never is: half of the Core Rule
   * Set's patterns need no analysis at level 1.
   *
   * Phases that are planned together share their groups, and what is seen of a value is seen for all of them.
   */
  group(index: number): ValuePlan;
  /** Plans the first group, with pauses. */
  prepare(): Iterable<void>;
  /** By position of the rule: index of its group. */
  readonly groupOf: Uint8Array;
}

const GROUPS = 2;
/**
 * The phase in which all later links of chains are looked at as well: it has bodies of answers, which are long. In requests chains
 * seldom come that far, and every text to look for costs each value a little; but what kinds of bytes there are is known in any case.
 */
const ANSWERED: Phase = 4;

/** The first link of the rule at a position; undefined for other guards than `foresee`. */
export function slotAt(plan: PhasePlan, position: number): Slot | undefined {
  return plan.guards[position] === GUARD.foresee
    ? plan.group(plan.groupOf[position]!).slots[plan.phase]![position]
    : undefined;
}

/** The first links of rules that look at one variable of TX, by position. `names` are those known at load. */
export function txProbesOf(rules: readonly Rule[], names: KnownNames): readonly (TxProbe | undefined)[] {
  return rules.map((rule, position) => (guardOf(rule) === GUARD.probe ? txProbeOf(rule, position, names) : undefined));
}

/** The rules of a phase, as they are to be planned. */
export interface PhaseOutline {
  readonly phase: Phase;
  readonly rules: readonly Rule[];
  readonly txProbes: readonly (TxProbe | undefined)[];
  /** Whether exchanges usually reach the rule at a position. */
  isExpected(position: number): boolean;
}

/**
 * Plans phases together. `names` are those known at load; `analyzed` holds the clauses of patterns met before: those of other
 * phases, and of other programs where they share patterns.
 */
export function planPhases(
  outlines: readonly PhaseOutline[],
  names: KnownNames,
  analyzed: ClauseCache,
): readonly PhasePlan[] {
  const guards: Uint8Array[] = [];
  const groupOf: Uint8Array[] = [];
  const rulesOf: (readonly Rule[])[] = [[], [], [], [], [], []];
  for (const { phase, rules, isExpected } of outlines) {
    rulesOf[phase] = rules;
    guards[phase] = Uint8Array.from(rules, guardOf);
    groupOf[phase] = Uint8Array.from(rules, (_, position) => (isExpected(position) ? 0 : 1));
  }
  const membersOf = (group: number): Membership => ({
    first: (phase, position) => guards[phase]?.[position] === GUARD.foresee && groupOf[phase]?.[position] === group,
    later: (phase, position, link) =>
      (phase === ANSWERED || asksForBytes(link)) &&
      groupOf[phase]?.[position] === group &&
      guardOfLink(link) === GUARD.foresee,
  });
  const groups = Array.from(
    { length: GROUPS },
    (_, index) => new Stepwise(() => planValues(rulesOf, membersOf(index), analyzed)),
  );
  const expected = groups[0]!;
  const group = (index: number): ValuePlan => groups[index]!.get();
  return outlines.map(({ phase, rules, txProbes }) => ({
    phase,
    guards: guards[phase]!,
    all: Positions.where(rules.length, () => true),
    txProbes,
    txSteps: txStepsOf(rules, txProbes, names),
    chains: rules.map((rule) => chainInputsOf(rule, names)),
    probeInputs: rules.map((rule) => (guardOf(rule) === GUARD.probe ? probeInputsOf(rule, names) : undefined)),
    isQuiet: Uint8Array.from(rules, (rule) => Number(isQuiet(rule))),
    group,
    prepare: () => expected.prepare(),
    groupOf: groupOf[phase]!,
  }));
}

function guardOf({ links: [link] }: Rule): Guard {
  return link === undefined ? GUARD.none : guardOfLink(link);
}

function guardOfLink(link: Link): Guard {
  if (link.isUnconditional) return GUARD.none;
  const { forecast, testLater } = link.test.matcher;
  if (forecast === undefined || testLater !== undefined) return GUARD.none;
  if (forecast.kind !== 'harmless' && link.targets.every(isSteady)) return GUARD.foresee;
  return link.multiMatch ? GUARD.none : GUARD.probe;
}

/** Whether it takes nothing but the bytes of the values as they are to see that a link does not match. */
function asksForBytes({ test, transformations }: Link): boolean {
  return transformations.length === 0 && test.matcher.forecast?.kind === 'bytes';
}

/** Whether the values of a target are the same at every moment of a phase. */
function isSteady({ variable, isCount }: Target): boolean {
  return !isCount && !variable.isVolatile;
}
