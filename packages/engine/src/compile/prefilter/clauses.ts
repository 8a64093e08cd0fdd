import { lowerCase } from '../../bytes/ascii.ts';
import { ByteSet } from '../../bytes/byte-set.ts';
import { type Requirement, requiredTexts } from '../../regex/analyze/required-texts.ts';
import type { RegexNode } from '../../regex/tree.ts';
import type { Forecast } from '../../registry/operator.ts';
import { likelihood } from './benign-frequency.ts';
import { MASK_BITS } from './byte-mask.ts';

/** Met by values whose mask has one of the bits, or that contain one of the texts in whatever ASCII case. */
export interface Clause {
  readonly mask: number;
  /** In lower case. */
  readonly texts: readonly string[];
}

/** A condition this rare needs no better one and no second one. */
const RARE = 0.004;
/** One this common is not worth looking at. */
const COMMON = 0.85;

/**
 * Bytes with which attacks hide their words, in the order in which they are given up: "contains one of these, or one of the
 * words that remain when none of them is there" is rare where the words alone can be broken up at will (`w\ho'a'mi`).
 */
const EVASIONS: readonly ByteSet[] = cumulative([
  '\\\'"^`',
  '$(){}[]|<>!#~',
  '*?&;@%',
  '\0\t\n\v\f\r',
  ',+:',
  '=',
  ' ',
]);

const EVASION_TIERS: readonly {
  readonly absent: ByteSet;
  readonly bytes: readonly string[];
  /** How likely a value has one of the bytes. */
  readonly cost: number;
}[] = EVASIONS.map((absent) => {
  const bytes = Array.from(absent, (byte) => String.fromCharCode(byte));
  return { absent, bytes, cost: likelihood(bytes) };
});

/** What every value that matches meets, all of it; nothing when every value has to be asked about. */
export function clausesOf(forecast: Forecast): readonly Clause[] {
  switch (forecast.kind) {
    case 'harmless':
    case 'value':
      return [];
    case 'phrases':
      return choose([ranked(requirementOf(forecast.phrases))]);
    case 'bytes':
      return clausesOfBytes([...forecast.bytes].map((byte) => lowerCase(String.fromCharCode(byte))));
    case 'regex':
      return clausesOfTree(forecast.regex.tree);
  }
}

/** A requirement, and how likely a value that is no attack meets it. */
interface Ranked {
  readonly requirement: Requirement;
  readonly cost: number;
}

function clausesOfTree(tree: RegexNode): readonly Clause[] {
  const plain = requiredTexts(tree, { cost: likelihood }).map(ranked);
  const lowest = Math.min(...plain.map(({ cost }) => cost));
  const chosen = choose(lowest <= RARE * 4 ? plain : [...plain, ...conditionalRequirements(tree, plain)]);
  if (chosen.length > 0) return chosen;
  return maskOnly([...plain.map(({ requirement }) => requirement), ...evasionRequirement(tree)]);
}

function clausesOfBytes(bytes: Requirement): readonly Clause[] {
  const chosen = choose([ranked(bytes)]);
  return chosen.length > 0 ? chosen : maskOnly([bytes]);
}

function ranked(requirement: Requirement): Ranked {
  return { requirement, cost: likelihood(requirement) };
}

/**
 * A condition that is common in a value of the usual length still spares many short ones the question. It may be one of kinds
 * of bytes alone, which cost nothing to look for.
 */
function maskOnly(requirements: readonly Requirement[]): readonly Clause[] {
  return requirements
    .map(clauseOf)
    .filter(({ texts }) => texts.length === 0)
    .slice(0, 1);
}

/** "One of the evasion bytes", where without all of them nothing can match. */
function evasionRequirement(tree: RegexNode): readonly Requirement[] {
  const absent = EVASIONS.at(-1)!;
  const [texts] = requiredTexts(tree, { cost: likelihood, absent });
  return texts?.length === 0 ? [EVASION_TIERS.at(-1)!.bytes] : [];
}

/**
 * "One of the bytes, or a text that is required where none of them is", for each set of evasion bytes, as far as they can be
 * chosen: `known` are the requirements without them.
 */
function conditionalRequirements(tree: RegexNode, known: readonly Ranked[]): readonly Ranked[] {
  const found: Ranked[] = [];
  let [first = 1, second = 1] = known.map(({ cost }) => cost).sort((left, right) => left - right);
  for (const { absent, bytes, cost } of EVASION_TIERS) {
    // What follows gives up these bytes and more, so none of it can be among the two that are chosen.
    if (cost >= Math.min(second, COMMON)) break;
    const [texts] = requiredTexts(tree, { cost: likelihood, absent });
    if (texts === undefined) continue;
    const conditional = ranked([...bytes, ...texts]);
    found.push(conditional);
    const own = conditional.cost;
    if (own < first) [first, second] = [own, first];
    else if (own < second) second = own;
    if (first <= RARE) break;
  }
  return found;
}

/** The rarest requirement and, unless that is rare enough, the next one. */
function choose(requirements: readonly Ranked[]): readonly Clause[] {
  const [first, second] = requirements
    .filter(({ cost }) => cost < COMMON)
    .sort((left, right) => left.cost - right.cost);
  if (first === undefined) return [];
  const clauses = [clauseOf(first.requirement)];
  if (second !== undefined && first.cost > RARE) clauses.push(clauseOf(second.requirement));
  return clauses;
}

function clauseOf(requirement: Requirement): Clause {
  let mask = 0;
  const texts: string[] = [];
  for (const text of requirement) {
    const bit = text.length === 1 ? MASK_BITS[text.charCodeAt(0) & 0xff]! : 0;
    if (bit === 0) texts.push(text);
    else mask |= bit;
  }
  return { mask, texts: withoutLonger(texts) };
}

function requirementOf(phrases: readonly string[]): Requirement {
  return [...new Set(phrases.map((phrase) => (HAS_UPPER.test(phrase) ? lowerCase(phrase) : phrase)))];
}

/** Lists have thousands of phrases, nearly all of them in lower case. */
const HAS_UPPER = /[A-Z]/;

/** Texts up to this length are looked for in others: with long ones that would take long, and they are hardly ever there. */
const SHORT = 6;

/** Where a text contains another, short one of the list, that one says it all. */
function withoutLonger(texts: readonly string[]): readonly string[] {
  const all = new Set(texts);
  const short = texts.map(({ length }) => length).filter((length) => length <= SHORT);
  const lengths = [...new Set(short)].sort((left, right) => left - right);
  return texts.filter((text) => {
    for (const length of lengths) {
      if (length >= text.length) return true;
      for (let at = 0; at + length <= text.length; at++) if (all.has(text.slice(at, at + length))) return false;
    }
    return true;
  });
}

/** Each set with all before it. Bytes from 0x80 on belong to all of them: they spell no word. */
function cumulative(steps: readonly string[]): readonly ByteSet[] {
  let sum = ByteSet.range(0x80, 0xff);
  return steps.map((bytes) => {
    sum = sum.union(ByteSet.from(Array.from(bytes, (byte) => byte.charCodeAt(0))));
    return sum;
  });
}
