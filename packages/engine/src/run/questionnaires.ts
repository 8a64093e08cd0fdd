import type { Station } from '../compile/prefilter/course.ts';
import type { ValueClass } from '../compile/prefilter/value-class.ts';
import type { Slot, ValuePlan } from '../compile/prefilter/value-plan.ts';
import type { JointDfa, Regex } from '../regex/index.ts';
import type { DistinctValues } from './distinct-values.ts';

/** A slot to ask about the distinct value with this index; -1 where that was not worked out. */
export interface Question {
  readonly slot: Slot;
  readonly index: number;
}

/** Slots whose patterns read the same distinct value, all at once. */
export interface Lot {
  readonly index: number;
  readonly isLowered: boolean;
  readonly questions: readonly Question[];
  readonly automaton: JointDfa;
}

/** Whom to ask about a value: the slots whose condition it meets, and those without one but for denials. */
export interface Questionnaire {
  readonly lots: readonly Lot[];
  /** Each is asked for itself. */
  readonly singles: readonly Question[];
}

/** Kept at a time; a power of two. */
const ENTRIES = 64;
/** Values that have to fare alike before it is made; making automata for two or three would take longer than they save. */
const ENOUGH = 32;
/** How many values that fare differently an entry can outlive. */
const MOST_LIVES = 64;
/** So many may be made at once, and one more behind so many values: a client must not keep the engine busy with making them. */
const MOST_MADE = 32;
const VALUES_PER_MADE = 512;

interface Entry {
  valueClass: ValueClass | undefined;
  station: Station | undefined;
  /** What the values meet, and the kinds of bytes that matter. */
  readonly key: Int32Array;
  uses: number;
  lives: number;
  questionnaire: Questionnaire | undefined;
}

/**
 * Where a request has thousands of values, most fare alike: they are changed by the same transformations and meet the same conditions, and so
 * the same slots have to be asked. For these it is worth while to ask many patterns in one pass.
 */
export class Questionnaires {
  readonly #plan: ValuePlan;
  readonly #key: Int32Array;
  readonly #entries: Entry[] = [];
  /** How many may be made. */
  #credit = MOST_MADE;

  constructor(plan: ValuePlan) {
    const size = plan.trie.parents.length;
    this.#plan = plan;
    this.#key = new Int32Array(size * (plan.scanner.words + 1));
  }

  /** Whom to ask about a value that came to a station; undefined where that has to be found out for it alone. */
  recall(valueClass: ValueClass, station: Station, values: DistinctValues): Questionnaire | undefined {
    const key = this.#key;
    const { met, masks, count } = values;
    const { tested } = station;
    const { unscannedTriggers } = valueClass;
    let hash = valueClass.number;
    let length = 0;
    for (; length < tested.length; length++) {
      const bits = met[length]! & tested[length]!;
      key[length] = bits;
      hash = Math.imul(hash ^ bits, 0x9e3779b1) ^ (hash >>> 15);
    }
    if (unscannedTriggers !== 0) {
      for (let index = 0; index < count; index++) key[length++] = masks[index]! & unscannedTriggers;
    }
    const entry = this.#entryAt((hash ^ (hash >>> 16)) & (ENTRIES - 1));
    if (entry.station !== station || entry.valueClass !== valueClass || !begins(entry.key, key, length)) {
      if (entry.lives > 0) {
        entry.lives--;
        return undefined;
      }
      entry.valueClass = valueClass;
      entry.station = station;
      entry.key.set(key);
      entry.uses = 0;
      entry.questionnaire = undefined;
    }
    if (entry.lives < MOST_LIVES) entry.lives++;
    this.#credit = Math.min(MOST_MADE, this.#credit + 1 / VALUES_PER_MADE);
    if (entry.questionnaire === undefined && ++entry.uses > ENOUGH && this.#credit >= 1) {
      this.#credit--;
      entry.questionnaire = this.#make(valueClass, station, values);
    }
    return entry.questionnaire;
  }

  #entryAt(place: number): Entry {
    const known = this.#entries[place];
    if (known !== undefined) return known;
    while (this.#entries.length <= place) {
      const key = new Int32Array(this.#key.length);
      this.#entries.push({
        valueClass: undefined,
        station: undefined,
        key,
        uses: 0,
        lives: 0,
        questionnaire: undefined,
      });
    }
    return this.#entries[place]!;
  }

  #make(valueClass: ValueClass, station: Station, values: DistinctValues): Questionnaire {
    const lots = new Map<number, Question[]>();
    const singles: Question[] = [];
    for (const question of this.#questions(valueClass, station, values)) {
      const { slot, index } = question;
      if (index === -1 || patternOf(slot) === undefined) {
        singles.push(question);
        continue;
      }
      const place = index * 2 + (slot.isLowered ? 1 : 0);
      const lot = lots.get(place);
      if (lot === undefined) lots.set(place, [question]);
      else lot.push(question);
    }
    const made: Lot[] = [];
    for (const [place, questions] of lots) {
      const [first, ...others] = questions.map(({ slot }) => patternOf(slot)!);
      const automaton = others.length === 0 ? undefined : first!.jointly(others);
      if (automaton === undefined) singles.push(...questions);
      else made.push({ index: place >> 1, isLowered: (place & 1) === 1, questions, automaton });
    }
    return { lots: made, singles };
  }

  /** All there are, each slot with `multiMatch` once. */
  *#questions(valueClass: ValueClass, station: Station, { met, masks, count }: DistinctValues): Generator<Question> {
    const { words } = this.#plan.scanner;
    const { tested, indexAt } = station;
    const several = new Set<Slot>();
    for (let index = 0; index < count; index++) {
      for (let bit = 0; bit < words * 32; bit++) {
        const word = index * words + (bit >> 5);
        if ((met[word]! & tested[word]! & (1 << (bit & 31))) === 0) continue;
        for (const slot of valueClass.slotsOf[bit]!) {
          if (several.has(slot) || !slot.nodes.some((node) => indexAt[node] === index)) continue;
          if (slot.link.multiMatch) several.add(slot);
          yield { slot, index };
        }
      }
    }
    for (const slot of valueClass.always) {
      if (slot.denial === -1) yield { slot, index: this.#indexOf(slot.nodes.at(-1)!, valueClass, indexAt, masks) };
    }
  }

  /** Index of the value of a node; one that is not scanned may be known because nothing in the value triggers its transformation. */
  #indexOf(node: number, valueClass: ValueClass, indexAt: Int32Array, masks: Int32Array): number {
    if (valueClass.isScanned[node] === 1) return indexAt[node]!;
    const { parents, triggers } = this.#plan.trie;
    const before = this.#indexOf(parents[node]!, valueClass, indexAt, masks);
    const trigger = triggers[node];
    return before === -1 || trigger === undefined || (masks[before]! & trigger) !== 0 ? -1 : before;
  }
}

/** The pattern without which the link of a slot does not match. */
function patternOf({ matcher, isNegated, link }: Slot): Regex | undefined {
  const { forecast } = matcher;
  return forecast?.kind === 'regex' && !isNegated && !link.multiMatch ? forecast.regex : undefined;
}

function begins(key: Int32Array, other: Int32Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (key[index] !== other[index]) return false;
  return true;
}
