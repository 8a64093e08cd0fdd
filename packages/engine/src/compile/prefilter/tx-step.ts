import type { Link, Rule } from '../program.ts';
import { readByTest } from './chain-inputs.ts';
import type { KnownNames } from './known-names.ts';
import { isSilent, type LinkProbe, linkProbeOf, type TxProbe } from './tx-probe.ts';

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
  /** Its links; none for a SecAction. Only the last one does anything. */
  readonly probes: readonly LinkProbe[];
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
  return rules.map((rule, position) => {
    // Whether such a rule is removed can change with every exchange.
    if (!rule.hasConstantTags) return undefined;
    return rule.links.length === 1 ? stepOf(rule, txProbes[position], names) : chainOf(rule, txProbes[position], names);
  });
}

function stepOf(rule: Rule, probe: TxProbe | undefined, names: KnownNames): TxStep | undefined {
  if (probe === undefined ? !isSilentAction(rule) : !probe.isFixed) return undefined;
  const probes = probe === undefined ? [] : [probe];
  const looks = slotsOf(probes);
  const change = isSilent(rule) ? changeBy(rule.links[0], names) : undefined;
  if (change !== undefined) return { probes, reads: [...looks, ...change.reads], sets: change.sets, isGate: true };
  return probe === undefined ? undefined : { probes, reads: looks, sets: [], isGate: false };
}

/** A chained rule. Nothing may come of a match of its earlier links, so that all can be asked before anything is done. */
function chainOf(rule: Rule, first: TxProbe | undefined, names: KnownNames): TxStep | undefined {
  const { links } = rule;
  if (first === undefined || links.slice(0, -1).some(({ capture, effects }) => capture || effects.length > 0)) {
    return undefined;
  }
  const probes: LinkProbe[] = [];
  const reads: number[] = [];
  for (const link of links) {
    const read = readByTest(link)?.map((name) => names.slotOf(name));
    const probe = linkProbeOf(link, names);
    if (probe === undefined || read?.every((slot) => slot !== undefined) !== true) return undefined;
    probes.push(probe);
    reads.push(...read);
  }
  reads.push(...slotsOf(probes));
  const last = links.at(-1);
  const isSilentMatch =
    !rule.log && !rule.auditLog && rule.disruption.kind === 'pass' && last?.capture === false && isSteady(last, probes);
  const change = isSilentMatch ? changeBy(last, names) : undefined;
  if (change === undefined) return { probes, reads, sets: [], isGate: false };
  return { probes, reads: [...reads, ...change.reads], sets: change.sets, isGate: true };
}

/** Whether a match of a chain's last link leaves the verdict on the values behind it as it is. */
function isSteady({ effects }: Link, probes: readonly LinkProbe[]): boolean {
  const last = probes.at(-1);
  return last?.isFixed === true || last?.looks.length === 1 || effects.length === 0;
}

function slotsOf(probes: readonly LinkProbe[]): readonly number[] {
  return probes.flatMap(({ looks }) => looks.map(({ slot }) => slot));
}

/** Scripts run unconditionally too, but match or do not. */
function isSilentAction(rule: Rule): boolean {
  const [link] = rule.links;
  return link?.isUnconditional === true && link.test.matcher.forecast !== undefined && isSilent(rule);
}

/** What the actions of a link read and set; undefined where a name comes up only when they run, or they do more than that. */
function changeBy(link: Link | undefined, names: KnownNames): Pick<TxStep, 'reads' | 'sets'> | undefined {
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
