import type { Matcher } from '../../registry/operator.ts';
import type { Link, Rule, Target } from '../program.ts';
import { ChainTrie } from './chain-trie.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { ConditionScanner } from './condition-scanner.ts';
import { KnownNames } from './known-names.ts';
import { Positions } from './positions.ts';
import { type Source, SourceList } from './source.ts';

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

/** The first link of a rule with the guard `foresee`. */
export interface Slot {
  /** Position of the rule in the phase. */
  readonly position: number;
  readonly link: Link;
  readonly matcher: Matcher;
  readonly isNegated: boolean;
  /** Number of its condition; -1 when every value has to be asked about. */
  readonly condition: number;
  /** The nodes of the trie whose values it tests: its transformation chain, and with `multiMatch` every step of it. */
  readonly nodes: readonly number[];
  /** Whether `lowercase` comes on top of that. */
  readonly isLowered: boolean;
  /** Where the values of each target come from. */
  readonly sources: readonly Source[];
}

/** A first link that looks at one variable of TX, or whether there is one, as it is: most of the probes. */
export interface TxProbe {
  /** Position of the rule in the phase. */
  readonly position: number;
  /** Number of the name among those known at load. */
  readonly slot: number;
  readonly isCount: boolean;
  readonly target: Target;
  readonly matcher: Matcher;
  readonly isNegated: boolean;
  /** Whether the verdict depends on the value alone. */
  readonly isFixed: boolean;
  /** Whether a match of the rule leaves no trace but the names of what matched: no record, no change, no decision. */
  readonly isGate: boolean;
}

/** What is known at load about the rules of one phase. */
export interface PhasePlan {
  /** By position of the rule. */
  readonly guards: Uint8Array;
  /** All rules, and those that looking at the values beforehand says nothing about. */
  readonly all: Positions;
  readonly unforeseen: Positions;
  /** By position of the rule; undefined for other guards than `foresee`. */
  readonly slots: readonly (Slot | undefined)[];
  /** By position of the rule; undefined where the first link is not that simple. */
  readonly txProbes: readonly (TxProbe | undefined)[];
  readonly sources: readonly Source[];
  readonly trie: ChainTrie;
  readonly scanner: ConditionScanner;
}

/**
 * `names` are those of TX, see {@link namesOfTx}; `analyzed` holds the clauses of patterns met before: those of other phases,
 * and of other programs where they share patterns.
 */
export function planPhase(
  rules: readonly Rule[],
  names: KnownNames = new KnownNames(namesOfTx(rules)),
  analyzed: ClauseCache = new WeakMap(),
): PhasePlan {
  const guards = Uint8Array.from(rules, guardOf);
  const trie = new ChainTrie();
  const conditions = new Conditions(analyzed);
  const sources = new SourceList();
  const slots: (Slot | undefined)[] = [];
  rules.forEach((rule, position) => {
    const [link] = rule.links;
    slots.push(
      guards[position] !== GUARD.foresee || link === undefined
        ? undefined
        : {
            position,
            link,
            matcher: link.test.matcher,
            isNegated: link.test.isNegated,
            condition: conditions.numberOf(link),
            ...nodesOf(link, trie),
            sources: link.targets.map((target) => sources.sourceOf(target)),
          },
    );
  });
  const used = slots.filter((slot) => slot !== undefined);
  sources.classify(used, trie);
  return {
    guards,
    all: Positions.where(rules.length, () => true),
    unforeseen: Positions.where(rules.length, (position) => guards[position] !== GUARD.foresee),
    slots,
    txProbes: rules.map((rule, position) =>
      guards[position] === GUARD.probe ? txProbeOf(rule, position, names) : undefined,
    ),
    sources: sources.all,
    trie,
    scanner: new ConditionScanner(conditions.clauses),
  };
}

function guardOf(rule: Rule): Guard {
  const [link] = rule.links;
  if (link === undefined || link.isUnconditional) return GUARD.none;
  const { forecast, testLater } = link.test.matcher;
  if (forecast === undefined || testLater !== undefined) return GUARD.none;
  if (forecast.kind !== 'harmless' && link.targets.every(isSteady)) return GUARD.foresee;
  return link.multiMatch ? GUARD.none : GUARD.probe;
}

/** The variables of TX that rules name as targets. */
export function namesOfTx(rules: readonly Rule[]): readonly string[] {
  const names: string[] = [];
  for (const { links } of rules) {
    for (const { targets } of links) {
      for (const { variable, selector } of targets) {
        if (variable.name === 'TX' && selector.kind === 'key') names.push(selector.key);
      }
    }
  }
  return names;
}

function txProbeOf(rule: Rule, position: number, names: KnownNames): TxProbe | undefined {
  const [link] = rule.links;
  const [target, second] = link?.targets ?? [];
  if (link === undefined || target === undefined || second !== undefined || link.transformations.length > 0) {
    return undefined;
  }
  const { variable, selector, isCount, exclusions } = target;
  if (variable.name !== 'TX' || selector.kind !== 'key' || exclusions.length > 0) return undefined;
  const slot = names.slotOf(selector.key);
  if (slot === undefined) return undefined;
  const { matcher, isNegated } = link.test;
  const isGate =
    !rule.log &&
    !rule.auditLog &&
    rule.disruption.kind === 'pass' &&
    rule.links.length === 1 &&
    !link.capture &&
    link.effects.length === 0;
  const isFixed = matcher.forecast !== undefined && matcher.forecast.kind !== 'harmless';
  return { position, slot, isCount, target, matcher, isNegated, isFixed, isGate };
}

/** Whether the values of a target are the same at every moment of a phase. */
function isSteady({ variable, isCount }: Target): boolean {
  return !isCount && !variable.isVolatile;
}

/**
 * The nodes of a link's chain. The automaton reads both cases of a letter as one, so `lowercase` at the end of a chain changes
 * nothing for it and is left to the moment a value has to be asked about.
 */
function nodesOf({ transformations, multiMatch }: Link, trie: ChainTrie): Pick<Slot, 'nodes' | 'isLowered'> {
  let length = transformations.length;
  while (length > 0 && transformations[length - 1]?.name === 'lowercase') length--;
  const isLowered = length < transformations.length;
  const chain = transformations.slice(0, length);
  const node = trie.nodeOf(chain);
  if (!multiMatch) return { nodes: [node], isLowered };
  return { nodes: chain.map((_, steps) => trie.nodeOf(chain.slice(0, steps))).concat(node), isLowered };
}

/** Clauses by what they were made from: a pattern, or another forecast. */
export type ClauseCache = WeakMap<object, readonly Clause[]>;

/** Numbers the distinct conditions: rules with the same pattern share one. */
class Conditions {
  readonly clauses: (readonly Clause[])[] = [];
  readonly #known = new Map<object, number>();
  readonly #analyzed: ClauseCache;

  constructor(analyzed: ClauseCache) {
    this.#analyzed = analyzed;
  }

  /** -1 when there is no condition. */
  numberOf({ test }: Link): number {
    const { forecast } = test.matcher;
    if (forecast === undefined || test.isNegated) return -1;
    const key = forecast.kind === 'regex' ? forecast.regex : forecast;
    let number = this.#known.get(key);
    if (number === undefined) {
      const clauses = this.#analyzed.get(key) ?? clausesOf(forecast);
      this.#analyzed.set(key, clauses);
      number = clauses.length === 0 ? -1 : this.clauses.push(clauses) - 1;
      this.#known.set(key, number);
    }
    return number;
  }
}
