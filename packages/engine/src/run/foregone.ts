import { CAPTURE_NAMES, KnownNames } from '../compile/prefilter/known-names.ts';
import { namesOfTx } from '../compile/prefilter/tx-probe.ts';
import type { Link, Program, Rule, Selector } from '../compile/program.ts';
import { OperatorError } from '../registry/operator.ts';
import { collectItems } from './collect-targets.ts';
import { ExchangeState } from './exchange-state.ts';
import { PhaseRun } from './phase-run.ts';
import { type Snapshot, VariableMap } from './variable-map.ts';

/**
 * Neighbouring rules that come to the same end in every exchange that reaches them with the same TX: rule sets begin with
 * dozens of rules that give variables their values. They are run once, at load, by the plain run of a phase.
 */
export interface Foregone {
  readonly from: number;
  /** Where the phase goes on. */
  readonly to: number;
  /** TX as it has to be, and as it is afterwards. */
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Of the last match; undefined when nothing matched. */
  readonly matched: { readonly name: string; readonly value: string } | undefined;
  readonly highestSeverity: number;
}

/** What is foregone in phase 1, and TX as it is before. */
export interface Opening {
  /** Empty, with the names of the program. */
  readonly start: Snapshot;
  readonly stretches: readonly Foregone[];
}

/** Works out the foregone rules of phase 1, in order. */
export function openingOf(program: Program): Opening {
  const rules = program.phases[1] ?? [];
  const targets = namesOfTx(program.rules);
  // The first time to learn which names the rules write.
  const written = stretchesOf(program, rules, emptyWith(targets)).at(-1)?.after;
  const start = emptyWith([...targets, ...(written === undefined ? [] : namesIn(written))]);
  // Where rules are timed they have to be run.
  return { start, stretches: program.settings.rulePerfTime > 0 ? [] : stretchesOf(program, rules, start) };
}

function emptyWith(names: readonly string[]): Snapshot {
  return new VariableMap(new KnownNames([...CAPTURE_NAMES, ...names])).snapshot;
}

function namesIn(snapshot: Snapshot): readonly string[] {
  const map = new VariableMap();
  map.restore(snapshot);
  return map.members.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

function stretchesOf(program: Program, rules: readonly Rule[], start: Snapshot): readonly Foregone[] {
  const stretches: Foregone[] = [];
  let before = start;
  for (let from = 0; from < rules.length; ) {
    const stretch = follow(program, rules, from, before);
    if (stretch.to > from) {
      stretches.push(stretch);
      before = stretch.after;
      from = stretch.to;
    } else {
      from++;
    }
  }
  return stretches;
}

/** Runs rules from a position on for as long as they depend on TX alone and leave nothing but TX behind. */
function follow(program: Program, rules: readonly Rule[], from: number, before: Snapshot): Foregone {
  const state = emptyExchange(program);
  state.tx.restore(before);
  let at = from;
  for (let rule = rules[at]; rule !== undefined; rule = rules[at]) {
    if (isForegone(rule)) {
      const phases = [[], rules.slice(0, at + 1)];
      const run = new PhaseRun({ ...program, phases }, state, 1);
      run.position = at;
      if (run.proceed() !== undefined) throw new Error(`rule ${rule.id} waits although it looks at nothing but TX`);
      if (state.interruption !== undefined) break;
      at = run.position;
    } else if (isForegoneTest(rule.links[0]) && !matches(rule.links[0], state)) {
      at++;
    } else {
      break;
    }
  }
  const { matchedVar: value, matchedVarName: name, highestSeverity } = state;
  const matched = value === undefined || name === undefined ? undefined : { name, value };
  return { from, to: at, before, after: state.tx.snapshot, matched, highestSeverity };
}

/** An exchange for rules to be tried on at load. Nothing of it but the switch of the engine is looked at by rules that depend on TX alone. */
export function emptyExchange(program: Program): ExchangeState {
  return new ExchangeState({
    connection: { id: '', clientAddress: '', clientPort: 0, serverAddress: '', serverPort: 0 },
    engineMode: 'On',
    program,
    store: { load: () => undefined, update: () => undefined, delete: () => undefined },
    now: () => 0,
    onBudgetExhausted: 'continue',
    onMatch: () => undefined,
    onMessage: () => undefined,
  });
}

/** Whether all a rule can do is to change TX, by what TX holds. */
function isForegone(rule: Rule): boolean {
  return (
    !rule.log &&
    !rule.auditLog &&
    rule.disruption.kind === 'pass' &&
    rule.links.every(
      (link) => isForegoneTest(link) && !link.capture && link.effects.every((effect) => effect.tx !== undefined),
    )
  );
}

/** Whether the verdict of a link depends on nothing but TX. Patterns are left out, as they take from the budget, and so are scripts. */
function isForegoneTest(link: Link | undefined): link is Link {
  if (link === undefined) return false;
  const { forecast, testLater } = link.test.matcher;
  if (testLater !== undefined || (forecast?.kind !== 'value' && forecast?.kind !== 'phrases')) return false;
  return link.targets.every(
    ({ variable, selector, exclusions }) => variable.name === 'TX' && [selector, ...exclusions].every(isPlain),
  );
}

function isPlain({ kind }: Selector): boolean {
  return kind === 'all' || kind === 'key';
}

function matches(link: Link, state: ExchangeState): boolean {
  if (link.isUnconditional || link.multiMatch || link.transformations.length > 0) return true;
  const { matcher, isNegated } = link.test;
  const { scope } = state;
  try {
    return collectItems(link.targets, undefined, state).some(({ value }) => matcher.test(value, scope) !== isNegated);
  } catch (cause) {
    // A value the operator cannot judge: running the rule will say so, where it belongs.
    if (cause instanceof OperatorError) return true;
    throw cause;
  }
}
