import type { Matcher } from '../../registry/operator.ts';
import type { Link, Rule, Target } from '../program.ts';
import { ChainTrie } from './chain-trie.ts';
import { type Clause, clausesOf } from './clauses.ts';
import { ConditionScanner } from './condition-scanner.ts';
import { type Source, SourceList } from './source.ts';

/**
 * How a rule is kept from being run for nothing.
 *
 * - `none`: it is run
 * - `probe`: its first link is tried on the values as they are now; trying has no side effects
 * - `foresee`: its first link looks only at values that stay the same for the whole phase, with a verdict that depends on
 *   nothing else: those are scanned once for all such rules together
 */
export type Guard = 'none' | 'probe' | 'foresee';

/** The first link of a rule with the guard `foresee`. */
export interface Slot {
  readonly number: number;
  /** Position of the rule in the phase. */
  readonly position: number;
  readonly link: Link;
  readonly matcher: Matcher;
  readonly isNegated: boolean;
  /** Number of its condition; -1 when every value has to be asked about. */
  readonly condition: number;
  /** Its transformation chain without `lowercase` at the end, as a node of the trie. */
  readonly node: number;
  readonly isLowered: boolean;
  /** Where the values of each target come from. */
  readonly sources: readonly Source[];
}

/** What is known at load about the rules of one phase. */
export interface PhasePlan {
  /** By position of the rule. */
  readonly guards: readonly Guard[];
  /** By position of the rule; undefined for other guards than `foresee`. */
  readonly slots: readonly (Slot | undefined)[];
  readonly slotsOfCondition: readonly (readonly Slot[])[];
  readonly sources: readonly Source[];
  readonly trie: ChainTrie;
  readonly scanner: ConditionScanner;
}

export function planPhase(rules: readonly Rule[]): PhasePlan {
  const guards = rules.map(guardOf);
  const trie = new ChainTrie();
  const conditions = new Conditions();
  const sources = new SourceList();
  const slots: (Slot | undefined)[] = [];
  let count = 0;
  rules.forEach((rule, position) => {
    const [link] = rule.links;
    slots.push(
      guards[position] !== 'foresee' || link === undefined
        ? undefined
        : {
            number: count++,
            position,
            link,
            matcher: link.test.matcher,
            isNegated: link.test.isNegated,
            condition: conditions.numberOf(link),
            ...nodeOf(link, trie),
            sources: link.targets.map((target) => sources.sourceOf(target)),
          },
    );
  });
  const used = slots.filter((slot) => slot !== undefined);
  sources.classify(used, trie);
  return {
    guards,
    slots,
    slotsOfCondition: conditions.clauses.map((_, condition) => used.filter((slot) => slot.condition === condition)),
    sources: sources.all,
    trie,
    scanner: new ConditionScanner(conditions.clauses),
  };
}

function guardOf(rule: Rule): Guard {
  const [link] = rule.links;
  if (link === undefined || link.isUnconditional || link.multiMatch) return 'none';
  const { forecast, testLater } = link.test.matcher;
  if (forecast === undefined || testLater !== undefined) return 'none';
  return forecast.kind !== 'harmless' && link.targets.every(isSteady) ? 'foresee' : 'probe';
}

/** Whether the values of a target are the same at every moment of a phase. */
function isSteady({ variable, isCount }: Target): boolean {
  return !isCount && !variable.isVolatile;
}

/**
 * The node of a link's chain. The automaton reads both cases of a letter as one, so `lowercase` at the end of a chain changes
 * nothing for it and is left to the moment a value has to be asked about.
 */
function nodeOf(link: Link, trie: ChainTrie): { node: number; isLowered: boolean } {
  let length = link.transformations.length;
  while (length > 0 && link.transformations[length - 1]?.name === 'lowercase') length--;
  return { node: trie.nodeOf(link.transformations.slice(0, length)), isLowered: length < link.transformations.length };
}

/** Numbers the distinct conditions: rules with the same pattern share one. */
class Conditions {
  readonly clauses: (readonly Clause[])[] = [];
  readonly #known = new Map<unknown, number>();

  /** -1 when there is no condition. */
  numberOf({ test }: Link): number {
    const { forecast } = test.matcher;
    if (forecast === undefined || test.isNegated) return -1;
    const key = forecast.kind === 'regex' ? forecast.regex : forecast;
    let number = this.#known.get(key);
    if (number === undefined) {
      const clauses = clausesOf(forecast);
      number = clauses.length === 0 ? -1 : this.clauses.push(clauses) - 1;
      this.#known.set(key, number);
    }
    return number;
  }
}
