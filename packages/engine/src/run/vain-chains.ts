import type { ChainInputs } from '../compile/prefilter/chain-inputs.ts';
import { CAPTURE_NAMES } from '../compile/prefilter/known-names.ts';
import type { ProbeInputs } from '../compile/prefilter/probe-inputs.ts';
import type { Member } from '../registry/member.ts';
import { selectMembers } from './collect-targets.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { Changes, Snapshot } from './variable-map.ts';

/** What a chained rule went by: the values of its inputs, each list in the order of the inputs. */
interface Circumstances {
  readonly ofHead: readonly (readonly Member[])[];
  readonly ofSlots: readonly (Member | undefined)[];
  readonly ofPatterns: readonly (readonly Member[])[];
}

/** A run of a chained rule that ended before the last link matched. */
interface VainChain extends Circumstances {
  readonly changes: Changes;
  /** Slots of captures that must be empty: if there is one, it is removed, and that is no change that is known. */
  readonly empty: readonly number[];
  /** Of the last match of a link. */
  readonly matched: { readonly name: string; readonly value: string };
}

/** What a chained rule went by that has changed nothing. */
export interface SilentRepetition {
  readonly inputs: ProbeInputs;
  readonly matched: { readonly name: string; readonly value: string };
}

/** A run on its way. */
export interface VainChainReport extends Circumstances {
  readonly position: number;
  readonly before: Snapshot;
}

/** Circumstances with more text, or more values, are not remembered. */
const MAX_LENGTH = 2048;
const MAX_VALUES = 64;
/** Runs remembered for one rule: of the clients a worker serves at a time, most send the headers of a few browsers. */
const MAX_CHAINS = 8;
/** A rule whose inputs hardly ever come again, as with a boundary of its own for every body, is noted less and less. */
const MAX_MISSES = 64;

const CAPTURES: readonly number[] = CAPTURE_NAMES.map((_, group) => group);

/** Variable of TX that tells rules of a match that was cut short. */
const LIMITS_EXCEEDED = 'MSC_PCRE_LIMITS_EXCEEDED';

/**
 * What chained rules of a phase did on their way to a link that did not match, for all exchanges of a program. Some rules match
 * with every request as far as their first link goes, and write a variable for each header. Where the inputs are the same, what they
 * leave behind is the same, and need not be worked out again.
 */
export class VainChains {
  readonly #inputs: readonly (ChainInputs | undefined)[];
  /** By position of the rule, the latest first. */
  readonly #known: (VainChain[] | undefined)[] = [];
  /** What was repeated last. */
  #repeated: VainChain | undefined;
  /** By position: runs since one was found that was known. */
  readonly #misses: Uint32Array;

  /** `inputs` by position of the rule. */
  constructor(inputs: readonly (ChainInputs | undefined)[]) {
    this.#inputs = inputs;
    this.#misses = new Uint32Array(inputs.length);
  }

  /** Does what the rule would do, where that is known; nothing otherwise. */
  repeat(position: number, state: ExchangeState): boolean {
    const inputs = this.#inputs[position];
    if (inputs === undefined || state.budget.exceeded) return false;
    for (const chain of this.#known[position] ?? []) {
      const isKnown = isRepeated(chain, inputs, state);
      if (state.budget.exceeded) {
        // Running the rule will note it.
        state.budget.exceeded = false;
        return false;
      }
      if (!isKnown) continue;
      this.#misses[position] = 0;
      this.#repeated = chain;
      state.ignoreChanges();
      state.tx.repeat(chain.changes);
      state.noteMatched(chain.matched, chain.matched.value);
      return true;
    }
    return false;
  }

  /** All that the rule repeated last went by, and what it matched, if it has done nothing but that; undefined otherwise. */
  silentRepetition(position: number): SilentRepetition | undefined {
    const inputs = this.#inputs[position];
    const chain = this.#repeated;
    if (inputs === undefined || chain === undefined || inputs.patterns.length > 0) return undefined;
    if (chain.changes.known.length > 0 || chain.changes.others.size > 0) return undefined;
    return { inputs: { facts: inputs.ofHead, slots: [...inputs.slots, ...chain.empty] }, matched: chain.matched };
  }

  /** To be called before the rule is run; undefined where nobody cares. */
  begin(position: number, state: ExchangeState): VainChainReport | undefined {
    const inputs = this.#inputs[position];
    if (inputs === undefined) return undefined;
    const misses = ++this.#misses[position]!;
    if (misses > MAX_MISSES && (misses & (misses - 1)) !== 0) return undefined;
    const ofHead = inputs.ofHead.map((target) => selectMembers(target, state));
    const ofSlots = inputs.slots.map((slot) => state.tx.at(slot));
    const ofPatterns = inputs.patterns.map((pattern) => state.tx.select(pattern, state.budget));
    // A match that is cut short says so in a variable, and that is not to be repeated.
    const isCutShort = state.budget.exceeded || state.tx.find(LIMITS_EXCEEDED) !== undefined;
    if (isCutShort || state.tx.hasOthers || !isShort([...ofHead, ofSlots, ...ofPatterns].flat())) return undefined;
    return { position, ofHead, ofSlots, ofPatterns, before: state.tx.snapshot };
  }

  /** To be called when the rule has run without a match of its last link. */
  end({ position, before, ...circumstances }: VainChainReport, state: ExchangeState): void {
    const { matchedVarName: name, matchedVar: value, tx } = state;
    if (name === undefined || value === undefined) return;
    if (tx.find(LIMITS_EXCEEDED) !== undefined) return;
    const changes = tx.changesSince(before);
    const written = [...changes.known.map(({ arrival }) => arrival), ...changes.others.values()];
    if (!isShort([...written.map((arrival) => arrival?.member), { value }])) return;
    const { captures } = this.#inputs[position]!;
    const empty = captures ? CAPTURES.filter((slot) => changes.known.every((change) => change.slot !== slot)) : [];
    const known = (this.#known[position] ??= []);
    known.unshift({ ...circumstances, changes, empty, matched: { name, value } });
    known.length = Math.min(known.length, MAX_CHAINS);
  }
}

/** Whether a run of the rule would be the same as the one that is known. */
function isRepeated(chain: VainChain, inputs: ChainInputs, state: ExchangeState): boolean {
  const { tx, budget } = state;
  if (!tx.canRepeat(chain.changes)) return false;
  for (const slot of chain.empty) if (tx.at(slot) !== undefined) return false;
  for (let at = 0; at < inputs.slots.length; at++)
    if (!isSame(tx.at(inputs.slots[at]!), chain.ofSlots[at])) return false;
  for (let at = 0; at < inputs.ofHead.length; at++) {
    if (!areSame(selectMembers(inputs.ofHead[at]!, state), chain.ofHead[at]!)) return false;
  }
  for (let at = 0; at < inputs.patterns.length; at++) {
    if (!areSame(tx.select(inputs.patterns[at]!, budget), chain.ofPatterns[at]!)) return false;
  }
  return true;
}

/** Whether two lists hold the same values under the same keys. */
export function areSame(now: readonly Member[], before: readonly Member[]): boolean {
  if (now === before) return true;
  if (now.length !== before.length) return false;
  for (let at = 0; at < now.length; at++) if (!isSame(now[at], before[at])) return false;
  return true;
}

function isSame(now: Member | undefined, before: Member | undefined): boolean {
  if (now === before) return true;
  return now !== undefined && before !== undefined && now.value === before.value && now.key === before.key;
}

function isShort(values: readonly ({ readonly value: string | undefined } | undefined)[]): boolean {
  return (
    values.length <= MAX_VALUES && values.reduce((sum, value) => sum + (value?.value?.length ?? 0), 0) <= MAX_LENGTH
  );
}
