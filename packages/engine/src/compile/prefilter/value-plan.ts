import type { Phase } from '../../contract.ts';
import type { Matcher } from '../../registry/operator.ts';
import type { Transformation } from '../../registry/transformation.ts';
import type { Link, Rule } from '../program.ts';
import { ChainTrie } from './chain-trie.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { type ConditionScanner, scannerOf } from './condition-scanner.ts';
import { Positions } from './positions.ts';
import { type Source, SourceList } from './source.ts';

/** A link whose values are looked at before it is run: the first one of a rule, or a later one of a chain. */
export interface Slot {
  readonly phase: Phase;
  /** Position of the rule in the phase; for later links a number of their own behind all of these. */
  readonly position: number;
  readonly link: Link;
  readonly matcher: Matcher;
  readonly isNegated: boolean;
  /** Number of its condition; -1 when every value has to be asked about. */
  readonly condition: number;
  /** Number of the condition without which its operator says no, where no makes the link match; -1 without one. */
  readonly denial: number;
  /** The nodes of the trie whose values it tests: its transformation chain, and with `multiMatch` every step of it. */
  readonly nodes: readonly number[];
  /** Whether `lowercase` comes on top of that. */
  readonly isLowered: boolean;
  /** Where the values of each target come from. */
  readonly sources: readonly Source[];
}

/** What is known at load about rules whose values are looked at together. They may be of several phases. */
export interface ValuePlan {
  /** By phase: positions of these rules. */
  readonly positions: readonly Positions[];
  /** By phase and position of the rule; undefined for all others. */
  readonly slots: readonly (readonly (Slot | undefined)[])[];
  /** Of later links of chains, as far as they are looked at. */
  readonly laterSlots: ReadonlyMap<Link, Slot>;
  /** By phase: where the values come from that its rules look at. */
  readonly sources: readonly (readonly Source[])[];
  /** How many there are in all phases together; each has its number. */
  readonly sourceCount: number;
  readonly trie: ChainTrie;
  readonly scanner: ConditionScanner;
}

/** Clauses by what they were made from: a pattern, or another forecast. */
export type ClauseCache = WeakMap<object, readonly Clause[]>;

/** How a group picks what it looks at. */
export interface Membership {
  /** Whether the first link of a rule is looked at. */
  first(phase: Phase, position: number): boolean;
  /** Whether a link of the rule is looked at that may be reached later. */
  later(phase: Phase, position: number, link: Link): boolean;
}

/**
 * Plans the links that `members` picks; `phases` are rules by phase. `analyzed` holds the clauses of patterns met before: those
 * of other plans, and of other programs where they share patterns. There is a pause behind each link, and behind each step in which the
 * automaton of all texts is built.
 */
export function* planValues(
  phases: readonly (readonly Rule[])[],
  members: Membership,
  analyzed: ClauseCache,
): Generator<void, ValuePlan> {
  const trie = new ChainTrie();
  const conditions = new Conditions(analyzed);
  const sources = new SourceList();
  const slotOf = (phase: Phase, position: number, link: Link): Slot => ({
    phase,
    position,
    link,
    matcher: link.test.matcher,
    isNegated: link.test.isNegated,
    condition: link.test.isNegated ? -1 : conditions.numberOf(link),
    denial: isNegatedList(link) ? conditions.numberOf(link) : -1,
    ...nodesOf(link, trie),
    sources: link.targets.map((target) => sources.sourceOf(target)),
  });
  const slots: (Slot | undefined)[][] = [];
  for (const [number, rules] of phases.entries()) {
    const phase = number as Phase;
    const ofPhase = new Array<Slot | undefined>(rules.length);
    slots.push(ofPhase);
    for (const [position, rule] of rules.entries()) {
      const [link] = rule.links;
      if (link === undefined || !members.first(phase, position)) continue;
      ofPhase[position] = slotOf(phase, position, link);
      yield;
    }
  }
  const laterSlots = new Map<Link, Slot>();
  for (const [number, rules] of phases.entries()) {
    const phase = number as Phase;
    for (const [position, { links }] of rules.entries()) {
      for (const link of links.slice(1)) {
        if (!members.later(phase, position, link) || link.test.isNegated || conditions.numberOf(link) === -1) continue;
        laterSlots.set(link, slotOf(phase, rules.length + laterSlots.size, link));
        yield;
      }
    }
  }
  const scanner = yield* scannerOf(conditions.clauses);
  const all = [...slots.flat(), ...laterSlots.values()].filter((slot) => slot !== undefined);
  sources.classify(all, trie, scanner);
  for (const [transformation, asked] of askedBehind(all, trie)) scanner.expect(transformation, asked);
  return {
    positions: slots.map((ofPhase) => Positions.where(ofPhase.length, (position) => ofPhase[position] !== undefined)),
    slots,
    laterSlots,
    sources: slots.map((_, phase) => {
      const own = new Set(all.flatMap((slot) => (slot.phase === phase ? slot.sources : [])));
      return sources.all.filter((source) => own.has(source));
    }),
    sourceCount: sources.all.length,
    trie,
    scanner,
  };
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

/**
 * By transformation that only takes bytes out: the conditions of values on whose way it is. Those behind later transformations are among them,
 * as these may change nothing.
 */
function askedBehind(slots: readonly Slot[], trie: ChainTrie): ReadonlyMap<Transformation, ReadonlySet<number>> {
  const found = new Map<Transformation, Set<number>>();
  for (const { nodes, condition, denial } of slots) {
    for (const node of trie.closure(nodes)) {
      const transformation = trie.transformations[node];
      if (transformation?.removes === undefined) continue;
      const asked = found.get(transformation) ?? new Set();
      found.set(transformation, asked);
      for (const one of [condition, denial]) if (one !== -1) asked.add(one);
    }
  }
  return found;
}

/** Whether a link matches what contains none of many texts: those are found on the way, while the operator takes a pass of its own. */
function isNegatedList({ test, multiMatch }: Link): boolean {
  return test.isNegated && !multiMatch && test.matcher.forecast?.kind === 'phrases';
}

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
    if (forecast === undefined) return -1;
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
