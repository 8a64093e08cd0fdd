import { lowerCase } from '../bytes/ascii.ts';
import type { Target } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import type { Variable } from '../registry/variable.ts';
import { selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import { areSame } from './vain-chains.ts';

/** What a target picked. */
export interface Fact {
  readonly target: Target;
  readonly members: readonly Member[];
}

/** What several targets picked, to be compared with what they pick in other exchanges. */
export class Facts {
  readonly all: readonly Fact[];
  readonly #byVariable: readonly FactsOfVariable[];

  constructor(facts: readonly Fact[]) {
    const byVariable = new Map<Variable, Map<unknown, Fact>>();
    for (const fact of facts) {
      const { variable } = fact.target;
      const ofVariable = byVariable.get(variable) ?? new Map<unknown, Fact>();
      byVariable.set(variable, ofVariable.set(pickOf(fact.target), fact));
    }
    this.all = [...byVariable.values()].flatMap((ofVariable) => [...ofVariable.values()]);
    this.#byVariable = [...byVariable].map(([variable, some]) => new FactsOfVariable(variable, [...some.values()]));
  }

  /** Whether all targets pick the same values under the same keys. */
  areSeen(state: ExchangeState): boolean {
    for (const facts of this.#byVariable) if (!facts.areSeen(state)) return false;
    return true;
  }
}

/** The same for targets that are known to pick the same: rules ask for a few headers again and again. */
function pickOf(target: Target): unknown {
  const { variable, selector } = target;
  if (variable.isVolatile || selector.kind === 'regex' || selector.kind === 'custom') return target;
  return selector.kind === 'key' ? lowerCase(selector.key) : undefined;
}

class FactsOfVariable {
  readonly #variable: Variable;
  readonly #facts: readonly Fact[];
  /** Whether it is a list that may be the same object in other exchanges. */
  readonly #mayRecur: boolean;
  /** The list in which all was as it was seen. */
  #list: readonly Member[] | undefined;

  constructor(variable: Variable, facts: readonly Fact[]) {
    this.#variable = variable;
    this.#facts = facts;
    this.#mayRecur = variable.kind === 'collection' && !variable.isVolatile;
  }

  areSeen(state: ExchangeState): boolean {
    const list = this.#mayRecur ? this.#variable.members(state) : undefined;
    if (list !== undefined && list === this.#list) return true;
    for (const { target, members } of this.#facts) if (!areSame(selectMembers(target, state), members)) return false;
    // Lists with what should not be kept do not recur.
    if (list !== undefined && (list.length === 0 || state.request.recurring.includes(list))) this.#list = list;
    return true;
  }
}
