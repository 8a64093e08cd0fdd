import { equalsIgnoreCase, lowerCase } from '../../bytes/ascii.ts';
import type { Member } from '../../registry/member.ts';
import type { TransactionState } from '../../registry/transaction-state.ts';
import type { Variable } from '../../registry/variable.ts';
import type { Selector, Target } from '../program.ts';
import type { ChainTrie } from './chain-trie.ts';
import type { Slot } from './phase-plan.ts';

/** Values that the same slots look at, with everything needed to judge one. */
export interface ValueClass {
  /** Number among the classes of the phase. */
  readonly number: number;
  /** By number of the condition: the slots with it that may look at values of this class, if there are any. */
  readonly slotsOf: readonly (readonly Slot[] | undefined)[];
  /** Slots of the class without a condition. */
  readonly always: readonly Slot[];
  /** Nodes of the trie on the ways to the slots that have one, parents first: their values are scanned. */
  readonly nodes: Int32Array;
  /** By node: whether it is one of these, or the value as it is. */
  readonly isScanned: Uint8Array;
  /** Bits of which a value must have one for any of the nodes to change it. */
  readonly triggers: number;
  /** Whether one of the nodes can change any value. */
  readonly changesAnything: boolean;
  /** Whether judgements of its values are worth remembering: they come again with the next request. */
  readonly isRecurring: boolean;
}

/** Values that hardly ever come twice; remembering them would only push the others out. */
const UNIQUE_VARIABLES: ReadonlySet<string> = new Set([
  'ARGS',
  'ARGS_GET',
  'ARGS_POST',
  'FILES',
  'FULL_REQUEST',
  'QUERY_STRING',
  'REQUEST_BODY',
  'REQUEST_COOKIES',
  'REQUEST_LINE',
  'REQUEST_URI',
  'REQUEST_URI_RAW',
  'RESPONSE_BODY',
  'UNIQUE_ID',
  'XML',
]);
const UNIQUE_KEYS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'content-length']);

/** A variable, or what a selector of its own kind picks from it, as the rules of a phase look at it. */
export class Source {
  readonly variable: Variable;
  readonly read: (tx: TransactionState) => readonly Member[];
  /** Classes of the keys that some rule picks or leaves out. */
  readonly #named: (readonly [key: string, valueClass: ValueClass])[] = [];
  #general: ValueClass | undefined;

  constructor(variable: Variable, read: (tx: TransactionState) => readonly Member[]) {
    this.variable = variable;
    this.read = read;
  }

  /** The class of values with this key. */
  classOf(key: string | undefined): ValueClass | undefined {
    const name = key ?? '';
    for (const [candidate, valueClass] of this.#named) if (equalsIgnoreCase(candidate, name)) return valueClass;
    return this.#general;
  }

  /** Makes the classes, once all slots are known. */
  classify(slots: readonly Slot[], trie: ChainTrie, nextNumber: () => number): void {
    const own = slots.filter((slot) => slot.sources.includes(this));
    const make = (key: string | undefined): ValueClass => ({
      number: nextNumber(),
      ...this.#classFor(key, own, trie),
    });
    for (const key of keysNamedBy(own, this)) this.#named.push([key, make(key)]);
    this.#general = make(undefined);
  }

  #classFor(key: string | undefined, slots: readonly Slot[], trie: ChainTrie): Omit<ValueClass, 'number'> {
    const members = slots.filter(({ link, sources }) =>
      link.targets.some((target, index) => sources[index] === this && mayPick(target, key)),
    );
    const slotsOf: (Slot[] | undefined)[] = [];
    for (const slot of members) {
      if (slot.condition === -1) continue;
      while (slotsOf.length <= slot.condition) slotsOf.push(undefined);
      const same = slotsOf[slot.condition];
      if (same === undefined) slotsOf[slot.condition] = [slot];
      else same.push(slot);
    }
    const nodes = trie.closure(members.flatMap(({ condition, nodes }) => (condition === -1 ? [] : nodes)));
    const isScanned = new Uint8Array(trie.parents.length);
    for (const node of [0, ...nodes]) isScanned[node] = 1;
    let triggers = 0;
    let changesAnything = false;
    for (const node of nodes) {
      const own = trie.triggers[node];
      if (own === undefined) changesAnything = true;
      else triggers |= own;
    }
    return {
      slotsOf,
      always: members.filter(({ condition }) => condition === -1),
      nodes: Int32Array.from(nodes),
      isScanned,
      triggers,
      changesAnything,
      isRecurring: !UNIQUE_VARIABLES.has(this.variable.name) && !UNIQUE_KEYS.has(lowerCase(key ?? '')),
    };
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
        source = this.#add(new Source(variable, (tx) => variable.members(tx)));
        this.#byVariable.set(variable, source);
      }
      return source;
    }
    // A colon may belong to a prefix, whose name space only the rule knows.
    if (selector.text.includes(':')) return this.#add(new Source(variable, selector.read));
    const key = `${variable.name}:${selector.text}`;
    let source = this.#byText.get(key);
    if (source === undefined) {
      source = this.#add(new Source(variable, selector.read));
      this.#byText.set(key, source);
    }
    return source;
  }

  classify(slots: readonly Slot[], trie: ChainTrie): void {
    let number = 0;
    for (const source of this.all) source.classify(slots, trie, () => number++);
  }

  #add(source: Source): Source {
    this.all.push(source);
    return source;
  }
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
