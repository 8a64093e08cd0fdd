import type { Member } from '../../registry/member.ts';
import type { Matcher } from '../../registry/operator.ts';
import type { Link, Rule, Target } from '../program.ts';
import { keysOfTx } from './chain-inputs.ts';
import type { KnownNames } from './known-names.ts';

/** One variable of TX that a probe looks at. */
export interface TxLook {
  /** Number of the name among those known at load. */
  readonly slot: number;
  /** Whether it asks how many there are: none or one. */
  readonly isCount: boolean;
  readonly target: Target;
}

/** A link that looks at variables of TX, or whether there are any, as they are. */
export interface LinkProbe {
  /** In the order of the targets. */
  readonly looks: readonly TxLook[];
  readonly matcher: Matcher;
  readonly isNegated: boolean;
  /** Whether the verdict depends on the value alone. */
  readonly isFixed: boolean;
}

/** A first link of that kind: most of the probes. */
export interface TxProbe extends LinkProbe {
  /** Position of the rule in the phase. */
  readonly position: number;
  /** Whether a match has no other consequences than changes of TX and the names of what matched. */
  readonly isGate: boolean;
}

/** The value a probe tests; undefined when there is none. */
export function lookedAt({ isCount }: TxLook, member: Member | undefined): string | undefined {
  return isCount ? (member === undefined ? '0' : '1') : member?.value;
}

/** Whether a match of a rule leaves no record and no decision, and its actions stay within TX. */
export function isSilent({ log, auditLog, disruption, links: [link, second] }: Rule): boolean {
  return (
    !log &&
    !auditLog &&
    disruption.kind === 'pass' &&
    link !== undefined &&
    second === undefined &&
    !link.capture &&
    link.effects.every((effect) => effect.tx !== undefined)
  );
}

/** The variables of TX that rules name as targets, in arguments of operators, and in actions; each spelling once. */
export function namesOfTx(rules: readonly Rule[]): readonly string[] {
  const names = new Set<string>();
  for (const { links } of rules) {
    for (const { targets, test, effects } of links) {
      for (const name of keysOfTx(test.argument) ?? []) names.add(name);
      for (const { tx, setsTx } of effects) {
        for (const name of tx?.reads ?? []) names.add(name);
        if (setsTx !== undefined) names.add(setsTx);
      }
      for (const { variable, selector } of targets) {
        if (variable.name === 'TX' && selector.kind === 'key') names.add(selector.key);
      }
    }
  }
  return [...names];
}

/** The first link of a rule as a probe of TX; undefined when it is not that simple. `names` are those known at load. */
export function txProbeOf(rule: Rule, position: number, names: KnownNames): TxProbe | undefined {
  const probe = rule.links[0] && linkProbeOf(rule.links[0], names);
  return probe && { position, ...probe, isGate: isSilent(rule) };
}

/** A link as a probe of TX, where its operator can be asked beforehand. */
export function linkProbeOf({ targets, transformations, test }: Link, names: KnownNames): LinkProbe | undefined {
  if (transformations.length > 0) return undefined;
  const looks: TxLook[] = [];
  for (const target of targets) {
    const { variable, selector, isCount, exclusions } = target;
    if (variable.name !== 'TX' || selector.kind !== 'key' || exclusions.length > 0) return undefined;
    const slot = names.slotOf(selector.key);
    if (slot === undefined) return undefined;
    looks.push({ slot, isCount, target });
  }
  const { matcher, isNegated } = test;
  const isFixed = matcher.forecast !== undefined && matcher.forecast.kind !== 'harmless';
  return { looks, matcher, isNegated, isFixed };
}
