import type { ByteSet } from '../../bytes/byte-set.ts';
import type { RegexNode, RepeatNode } from '../tree.ts';

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
  readonly #sets = new Map<ByteSet, Facts>();
  /** By body. */
  readonly #repeats = new Map<RegexNode, { readonly min: number; readonly max: number; readonly facts: Facts }>();

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
        return this.#bytes(node.set);
      case 'sequence':
        return this.#sequence(node.parts);
      case 'alternation':
        return this.#alternation(node.branches);
      case 'repeat':
        return this.#repeatOf(node);
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
  #bytes(set: ByteSet): Facts {
    const known = this.#sets.get(set);
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
    const facts: Facts = { exact: texts, required: [] };
    this.#sets.set(set, facts);
    return facts;
  }

  #sequence(parts: readonly RegexNode[]): Facts {
    const required: Requirement[] = [];
    let run: readonly string[] = [''];
    let isExact = true;
    for (let index = 0; index < parts.length; index++) {
      const { exact, required: inner } = this.facts(parts[index]!);
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
    const lists: (readonly string[])[] = [];
    const inexact: (readonly string[])[] = [];
    for (const branch of branches) {
      const { exact, required } = this.facts(branch);
      const best = exact ?? required[0];
      if (best === undefined) return UNKNOWN;
      (exact === undefined ? inexact : lists).push(best);
    }
    const texts = union([...lists, ...inexact]);
    if (texts.length > MAX_TEXTS) return UNKNOWN;
    if (inexact.length === 0) return { exact: texts, required: [] };
    return { exact: undefined, required: isUseful(texts) ? [texts] : [] };
  }

  /** The parser shares what is repeated, and it is repeats that stand behind every letter of a word. */
  #repeatOf(node: RepeatNode): Facts {
    let facts = this.#repeats.get(node.body);
    if (facts !== undefined && facts.min === node.min && facts.max === node.max) return facts.facts;
    facts = { min: node.min, max: node.max, facts: this.#repeat(node.body, node.min, node.max) };
    this.#repeats.set(node.body, facts);
    return facts.facts;
  }

  #repeat(body: RegexNode, min: number, max: number): Facts {
    const { exact, required } = this.facts(body);
    if (min === 0) {
      // A body that cannot match can be left out and nothing else.
      if (exact?.length === 0) return NOTHING;
      return max === 1 && exact !== undefined ? { exact: union([[''], exact]), required: [] } : UNKNOWN;
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
  const [head] = left;
  const [tail] = right;
  if (left.length === 1) return head === '' ? right : right.map((text) => head! + text);
  if (right.length === 1) return tail === '' ? left : left.map((text) => text + tail!);
  const joined = new Set<string>();
  for (let index = 0; index < left.length; index++) {
    for (let other = 0; other < right.length; other++) joined.add(left[index]! + right[other]!);
  }
  return [...joined];
}

/** All texts of lists that have each text once. Lists mostly begin with bytes of their own; then nothing can be there twice. */
function union(lists: readonly (readonly string[])[]): readonly string[] {
  const all = lists.flat();
  if (all.length <= 1 || !mayShareTexts(lists)) return all;
  return [...new Set(all)];
}

const EMPTY_TEXT = 256;

function mayShareTexts(lists: readonly (readonly string[])[]): boolean {
  /** By first byte: number of the list that has texts which begin with it, counted from 1. */
  const listOf = new Uint16Array(EMPTY_TEXT + 1);
  for (let number = 1; number <= lists.length; number++) {
    const list = lists[number - 1]!;
    for (let index = 0; index < list.length; index++) {
      const text = list[index]!;
      const first = text === '' ? EMPTY_TEXT : text.charCodeAt(0) & 0xff;
      if (listOf[first] !== 0 && listOf[first] !== number) return true;
      listOf[first] = number;
    }
  }
  return false;
}
