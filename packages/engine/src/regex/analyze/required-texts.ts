import type { ByteSet } from '../../bytes/byte-set.ts';
import type { RegexNode } from '../tree.ts';

/**
 * Texts of which every match contains at least one; ASCII letters are in lower case and stand for both. No text at all
 * means that nothing matches.
 */
export type Requirement = readonly string[];

export interface RequirementOptions {
  /** How unwelcome a requirement is: how often values that do not match would meet it. The lowest is kept. */
  readonly cost: (requirement: Requirement) => number;
  /** Bytes the subject is known not to contain: whatever needs one of them cannot match. */
  readonly absent?: ByteSet;
}

/** Texts that are put together from smaller ones; beyond this the pieces are better requirements than the whole. */
const MAX_PRODUCT = 48;
/** Alternatives of one requirement. */
const MAX_TEXTS = 4096;
/** Longer texts are not put together any further. */
const MAX_LENGTH = 24;
/** Requirements kept of one sequence. */
const MAX_KEPT = 3;

/**
 * What every match of a pattern must contain, best first; empty when nothing is known. After the prefilter of RE2
 * (Cox 2012, "Regular Expression Matching with a Trigram Index"): small sets of exact texts are multiplied out along a
 * sequence for as long as they stay small, then the rarest pieces are kept.
 */
export function requiredTexts(tree: RegexNode, options: RequirementOptions): readonly Requirement[] {
  const facts = new Analysis(options).facts(tree);
  return facts.exact === undefined ? facts.required : isUseful(facts.exact) ? [facts.exact] : [];
}

interface Facts {
  /** Every text the node can match, where they are few. */
  readonly exact: readonly string[] | undefined;
  /** What a match contains; only looked at when there is no `exact`. */
  readonly required: readonly Requirement[];
}

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

const NOTHING: Facts = { exact: [''], required: [] };
const UNKNOWN: Facts = { exact: undefined, required: [] };

class Analysis {
  readonly #cost: (requirement: Requirement) => number;
  readonly #absent: ByteSet | undefined;
  /** Patterns repeat few distinct sets many times. */
  readonly #texts = new Map<ByteSet, readonly string[]>();

  constructor({ cost, absent }: RequirementOptions) {
    this.#cost = cost;
    this.#absent = absent;
  }

  facts(node: RegexNode): Facts {
    switch (node.kind) {
      case 'empty':
      case 'assertion':
      case 'keepOut':
      case 'look':
        return NOTHING;
      case 'set':
        return { exact: this.#bytes(node.set), required: [] };
      case 'sequence':
        return this.#sequence(node.parts);
      case 'alternation':
        return this.#alternation(node.branches);
      case 'repeat':
        return this.#repeat(node.body, node.min, node.max);
      case 'group':
      case 'atomic':
        return this.facts(node.body);
      case 'backreference':
        return UNKNOWN;
      case 'conditional':
        return this.#alternation([node.yes, node.no]);
    }
  }

  /** The bytes of the set that can be there, as texts in lower case. */
  #bytes(set: ByteSet): readonly string[] {
    const known = this.#texts.get(set);
    if (known !== undefined) return known;
    const left = this.#absent === undefined ? set : set.subtract(this.#absent);
    const { words } = left.foldCase();
    const texts: string[] = [];
    for (let index = 0; index < words.length; index++) {
      for (let word = words[index]!; word !== 0; word &= word - 1) {
        const byte = index * 32 + 31 - Math.clz32(word & -word);
        if (byte < 0x41 || byte > 0x5a) texts.push(BYTES[byte]!);
      }
    }
    this.#texts.set(set, texts);
    return texts;
  }

  #sequence(parts: readonly RegexNode[]): Facts {
    const required: Requirement[] = [];
    let run: readonly string[] = [''];
    let isExact = true;
    for (const part of parts) {
      const { exact, required: inner } = this.facts(part);
      if (exact !== undefined && canJoin(run, exact)) {
        run = join(run, exact);
        continue;
      }
      isExact = false;
      if (isUseful(run)) required.push(run);
      required.push(...inner);
      if (exact !== undefined && isUseful(exact)) required.push(exact);
      run = exact ?? [''];
    }
    if (isExact) return { exact: run, required: [] };
    if (isUseful(run)) required.push(run);
    return { exact: undefined, required: this.#best(required) };
  }

  #alternation(branches: readonly RegexNode[]): Facts {
    const all = branches.map((branch) => this.facts(branch));
    const texts = new Set<string>();
    for (const { exact } of all) for (const text of exact ?? []) texts.add(text);
    if (texts.size > MAX_TEXTS) return UNKNOWN;
    if (all.every(({ exact }) => exact !== undefined)) return { exact: [...texts], required: [] };
    for (const { exact, required } of all) {
      if (exact !== undefined) continue;
      const [best] = required;
      if (best === undefined) return UNKNOWN;
      for (const text of best) texts.add(text);
    }
    const union = [...texts];
    return { exact: undefined, required: isUseful(union) && union.length <= MAX_TEXTS ? [union] : [] };
  }

  #repeat(body: RegexNode, min: number, max: number): Facts {
    const { exact, required } = this.facts(body);
    if (min === 0) {
      // A body that cannot match can be left out and nothing else.
      if (exact?.length === 0) return NOTHING;
      return max === 1 && exact !== undefined ? { exact: union([''], exact), required: [] } : UNKNOWN;
    }
    if (exact === undefined) return { exact: undefined, required };
    let power = exact;
    let copies = 1;
    while (copies < min && canJoin(power, exact)) {
      power = join(power, exact);
      copies++;
    }
    if (copies === max) return { exact: power, required: [] };
    return { exact: undefined, required: isUseful(power) ? [power] : [] };
  }

  #best(required: readonly Requirement[]): readonly Requirement[] {
    if (required.length <= 1) return required;
    return required
      .map((requirement) => ({ requirement, cost: this.#cost(requirement) }))
      .sort((left, right) => left.cost - right.cost)
      .slice(0, MAX_KEPT)
      .map(({ requirement }) => requirement);
  }
}

/** Whether containing one of the texts says anything: each of them has to be longer than nothing. */
function isUseful(texts: readonly string[]): boolean {
  return !texts.includes('');
}

function canJoin(left: readonly string[], right: readonly string[]): boolean {
  if (left.length === 1 && left[0] === '') return true;
  if (right.length === 1 && right[0] === '') return true;
  return left.length * right.length <= MAX_PRODUCT && left.every((text) => text.length < MAX_LENGTH);
}

function join(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.length === 1 && left[0] === '') return right;
  if (right.length === 1 && right[0] === '') return left;
  const joined = new Set<string>();
  for (const head of left) for (const tail of right) joined.add(head + tail);
  return [...joined];
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}
