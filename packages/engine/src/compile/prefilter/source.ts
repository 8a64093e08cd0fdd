import { equalsIgnoreCase, lowerCase } from '../../bytes/ascii.ts';
import type { Member } from '../../registry/member.ts';
import type { TransactionState } from '../../registry/transaction-state.ts';
import type { Variable } from '../../registry/variable.ts';
import type { Selector, Target } from '../program.ts';
import type { ChainTrie } from './chain-trie.ts';
import type { ConditionScanner } from './condition-scanner.ts';
import { ValueClass } from './value-class.ts';
import type { Slot } from './value-plan.ts';

/**
 * Values that hardly ever come twice; remembering them would only push the others out. Of arguments some do, but there are
 * passwords among them, which nobody should be able to ask for by how long an answer takes. Cookies come with every request of
 * a client.
 */
const UNIQUE_VARIABLES: ReadonlySet<string> = new Set([
  'ARGS',
  'ARGS_GET',
  'ARGS_POST',
  'FILES',
  'FULL_REQUEST',
  'QUERY_STRING',
  'REQUEST_BODY',
  'REQUEST_LINE',
  'REQUEST_URI',
  'REQUEST_URI_RAW',
  'RESPONSE_BODY',
  'UNIQUE_ID',
  'XML',
]);
const UNIQUE_KEYS: ReadonlySet<string> = new Set(['authorization', 'content-length']);

/** A variable, or what a selector of its own kind picks from it, as the rules of a phase look at it. */
export class Source {
  readonly variable: Variable;
  /** Number among the sources of its plan. */
  readonly number: number;
  readonly read: (tx: TransactionState) => readonly Member[];
  readonly isCollection: boolean;
  /**
   * Classes of the keys that some rule picks or leaves out, by length of the key: few have that of a given one. A table of
   * spellings would have to hash every key, and a client decides how many there are.
   */
  readonly #named: (readonly (readonly [key: string, valueClass: ValueClass])[])[] = [];
  #general: ValueClass | undefined;

  constructor(variable: Variable, number: number, read: (tx: TransactionState) => readonly Member[]) {
    this.variable = variable;
    this.number = number;
    this.read = read;
    this.isCollection = variable.kind === 'collection';
  }

  /** The class of values with this key. */
  classOf(key: string | undefined): ValueClass | undefined {
    if (key === undefined || key.length >= this.#named.length) return this.#general;
    for (const [candidate, valueClass] of this.#named[key.length]!) {
      if (equalsIgnoreCase(candidate, key)) return valueClass;
    }
    return this.#general;
  }

  /** Makes the classes, once all slots are known. */
  classify(slots: readonly Slot[], trie: ChainTrie, scanner: ConditionScanner, nextNumber: () => number): void {
    const own = slots.filter((slot) => slot.sources.includes(this));
    const make = (key: string | undefined): ValueClass => {
      const members = own.filter(({ link, sources }) =>
        link.targets.some((target, index) => sources[index] === this && mayPick(target, key)),
      );
      const isRecurring = !UNIQUE_VARIABLES.has(this.variable.name) && !UNIQUE_KEYS.has(lowerCase(key ?? ''));
      return new ValueClass(nextNumber(), members, { trie, scanner, isRecurring });
    };
    const keys = keysNamedBy(own, this);
    const longest = Math.max(-1, ...keys.map(({ length }) => length));
    for (let length = 0; length <= longest; length++) {
      this.#named.push(keys.filter((key) => key.length === length).map((key) => [key, make(key)]));
    }
    this.#general = make(undefined);
  }
}

/** The sources of a phase; targets that read the same values share one. */
export class SourceList {
  readonly all: Source[] = [];
  readonly #byVariable = new Map<Variable, Source>();
  readonly #byText = new Map<string, Source>();

  sourceOf({ variable, selector }: Target): Source {
    if (selector.kind !== 'custom') {
      let source = this.#byVariable.get(variable);
      if (source === undefined) {
        source = this.#add(variable, readerOf(variable));
        this.#byVariable.set(variable, source);
      }
      return source;
    }
    // A colon may belong to a prefix, whose name space only the rule knows.
    if (selector.text.includes(':')) return this.#add(variable, selector.read);
    const key = `${variable.name}:${selector.text}`;
    let source = this.#byText.get(key);
    if (source === undefined) {
      source = this.#add(variable, selector.read);
      this.#byText.set(key, source);
    }
    return source;
  }

  classify(slots: readonly Slot[], trie: ChainTrie, scanner: ConditionScanner): void {
    let number = 0;
    for (const source of this.all) source.classify(slots, trie, scanner, () => number++);
  }

  #add(variable: Variable, read: (tx: TransactionState) => readonly Member[]): Source {
    const source = new Source(variable, this.all.length, read);
    this.all.push(source);
    return source;
  }
}

/** Reads all members. The function is looked up now: variables have many shapes, and each exchange reads dozens of them. */
function readerOf(variable: Variable): (tx: TransactionState) => readonly Member[] {
  const { members } = variable;
  return (tx) => members.call(variable, tx);
}

/** Whether a target can pick a value with this key; `undefined` stands for every key that no rule names. */
function mayPick({ selector, exclusions }: Target, key: string | undefined): boolean {
  const isNamed = (one: Selector): boolean => one.kind === 'key' && key !== undefined && equalsIgnoreCase(one.key, key);
  if (selector.kind === 'key' && !isNamed(selector)) return false;
  return !exclusions.some((exclusion) => exclusion.kind === 'all' || isNamed(exclusion));
}

function keysNamedBy(slots: readonly Slot[], source: Source): readonly string[] {
  const keys = new Map<string, string>();
  for (const { link, sources } of slots) {
    link.targets.forEach(({ selector, exclusions }, index) => {
      if (sources[index] !== source) return;
      for (const one of [selector, ...exclusions]) if (one.kind === 'key') keys.set(lowerCase(one.key), one.key);
    });
  }
  return [...keys.values()];
}
