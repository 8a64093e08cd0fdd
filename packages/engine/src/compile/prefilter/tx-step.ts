import type { Rule } from '../program.ts';
import type { KnownNames } from './known-names.ts';
import { isSilent, type TxProbe } from './tx-probe.ts';

/** A variable of TX that an action sets: its number among the names known at load, and how the rule spells it. */
export interface TxSetting {
  readonly slot: number;
  readonly key: string;
}

/**
 * A rule of which everything is known by a few variables of TX: whether it matches, and unless a match has to be run, what that
 * does. Most of what matches in a request are such rules: they jump over paranoia levels, or add up scores.
 */
export interface TxStep {
  /** Undefined for a SecAction. */
  readonly probe: TxProbe | undefined;
  /** Slots of all variables it reads. */
  readonly reads: readonly number[];
  readonly sets: readonly TxSetting[];
  /** Whether a match has no other consequences than changes of TX and the names of what matched. */
  readonly isGate: boolean;
}

/** By position of the rule; undefined for all other rules. */
export function txStepsOf(
  rules: readonly Rule[],
  txProbes: readonly (TxProbe | undefined)[],
  names: KnownNames,
): readonly (TxStep | undefined)[] {
  return rules.map((rule, position) => txStepOf(rule, txProbes[position], names));
}

function txStepOf(rule: Rule, probe: TxProbe | undefined, names: KnownNames): TxStep | undefined {
  // Whether such a rule is removed can change with every exchange.
  if (!rule.hasConstantTags) return undefined;
  if (probe === undefined ? !isSilentAction(rule) : !probe.isFixed) return undefined;
  const looks = probe?.looks.map(({ slot }) => slot) ?? [];
  const change = isSilent(rule) ? changeBy(rule, names) : undefined;
  if (change !== undefined) return { probe, reads: [...looks, ...change.reads], sets: change.sets, isGate: true };
  return probe === undefined ? undefined : { probe, reads: looks, sets: [], isGate: false };
}

/** Scripts run unconditionally too, but match or do not. */
function isSilentAction(rule: Rule): boolean {
  const [link] = rule.links;
  return link?.isUnconditional === true && link.test.matcher.forecast !== undefined && isSilent(rule);
}

/** What the actions of a silent rule read and set; undefined where a name comes up only when they run. */
function changeBy({ links: [link] }: Rule, names: KnownNames): Pick<TxStep, 'reads' | 'sets'> | undefined {
  const reads: number[] = [];
  const sets: TxSetting[] = [];
  for (const { tx } of link?.effects ?? []) {
    if (tx?.reads === undefined || tx.sets === undefined) return undefined;
    for (const name of tx.reads) {
      const slot = names.slotOf(name);
      if (slot === undefined) return undefined;
      reads.push(slot);
    }
    for (const key of tx.sets) {
      const slot = names.slotOf(key);
      if (slot === undefined) return undefined;
      sets.push({ slot, key });
    }
  }
  return { reads, sets };
}
