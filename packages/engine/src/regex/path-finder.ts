import type { MatchBudget } from './budget.ts';
import type { MatchOutcome } from './captures.ts';
import { afterAt, beforeAt, CLAIMS, holds } from './claims.ts';
import { type Place, PreferenceBuilder, searchStart } from './preference-builder.ts';
import { OP, type Program, takes } from './program.ts';
import { DEAD, resized, type SavedState, StateCache, UNKNOWN } from './state-cache.ts';
import type { StateMemory } from './state-memory.ts';

const NEWLINE = 0x0a;
/** Positions whose states are held at once: 256 KB. */
const STRETCH = 1 << 16;
/** Parents remembered before all of them are forgotten: 1 MB. */
const MAX_PARENTS = 1 << 18;

/** Positions whose states are known from `begin` on, given the state there. */
interface Stretch {
  readonly begin: number;
  readonly state: SavedState<Place>;
}

/**
 * The same answer as the capture matcher, for subjects too long for it: in linear time, and with memory that does not grow
 * with them.
 *
 * An automaton whose states are lists in order of preference reads the subject and notes its states. The last match it comes
 * to is the one looked for. From there the way to it is followed back, from each entry of a list to the entry of the list
 * before that led to it, up to where it begins.
 *
 * Notes are held for one stretch of the subject. Where the automaton had to forget its states, or the subject is longer, a
 * stretch is read once more from its saved beginning when the way back comes to it.
 */
export class PathFinder {
  readonly #program: Program;
  readonly #slotCount: number;
  /** How many of them the program stores. */
  readonly #storedSlots: number;
  readonly #memory: StateMemory;
  readonly #builder: PreferenceBuilder;
  readonly #cache: StateCache<Place>;
  /** For a transition, by its place in the table of the automaton: where its parents begin in `#parents`, plus 1; or 0. */
  #parentsOf: Int32Array = new Int32Array(0);
  #parents: Int32Array = new Int32Array(0);
  #parentCount = 0;
  #parentsGeneration = -1;
  readonly #seen: Int32Array;
  #generation = 0;
  readonly #stack: number[] = [];

  constructor(program: Program, groupCount: number, memory: StateMemory) {
    this.#program = program;
    this.#slotCount = 2 * (groupCount + 1);
    this.#storedSlots = new Set(program.a.filter((_, pc) => program.ops[pc] === OP.save)).size;
    this.#memory = memory;
    this.#builder = new PreferenceBuilder(program);
    this.#cache = new StateCache(this.#builder, memory);
    this.#seen = new Int32Array(program.length);
  }

  /** The slots of the leftmost match that begins at or after `from`, 'none', or 'exhausted' when the budget ran out. */
  exec(subject: string, from: number, budget?: MatchBudget): MatchOutcome {
    const search = new Search(subject, from, this.#builder, this.#memory.rows(STRETCH), budget);
    const first = this.#cache.initial(searchStart(beforeAt(subject, from)));
    if (!this.#readOn(search, { begin: from, state: this.#cache.save(first) }, subject.length)) return 'exhausted';
    const slots = new Int32Array(this.#slotCount).fill(-1);
    const outcome = this.#findEnd(search);
    if (outcome !== 'found') return outcome;
    return this.#goBack(search, slots) ? slots : 'exhausted';
  }

  /**
   * Fills in the states from the beginning of a stretch up to `stop`, or to where nothing can match any more. False when the
   * budget did not allow it. Stretches that turn out to be several are put on the pile, the last one on top.
   */
  #readOn(search: Search, stretch: Stretch, stop: number): boolean {
    const { rows, budget, stretches } = search;
    const cache = this.#cache;
    let row = cache.restore(stretch.state);
    let { generation, table } = cache;
    stretches.push(stretch);
    rows[stretch.begin % STRETCH] = row;
    let at = stretch.begin;
    while (at < stop) {
      const column = search.columnAt(at);
      let next = table[row + column]!;
      if (next === UNKNOWN) {
        next = cache.build(row, column, budget);
        table = cache.table;
      }
      if (next === DEAD) break;
      at++;
      row = next;
      if (generation !== cache.generation || at % STRETCH === 0) {
        generation = cache.generation;
        stretches.push({ begin: at, state: cache.save(row) });
      }
      rows[at % STRETCH] = row;
    }
    search.at = at;
    return budget === undefined || (budget.spend(at - stretch.begin) && !budget.exceeded);
  }

  /** Goes back from where reading ended to where the last match ends, and to the entry that led to it. */
  #findEnd(search: Search): 'found' | 'none' | 'exhausted' {
    const { subject, from } = search;
    const cache = this.#cache;
    const { found, end, parents } = this.#builder;
    if (search.at === subject.length) {
      cache.step(search.row, end);
      const { count, waiting } = this.#builder;
      if (count > 0 && waiting[count - 1] === found) {
        search.entry = parents[count - 1]!;
        return 'found';
      }
    }
    while (search.at > from) {
      const { row } = search;
      if (cache.entry(row, -1) === found) {
        const last = cache.size(row) - 1;
        if (!this.#comeBackTo(search, search.at - 1)) return 'exhausted';
        search.entry = this.#parentOf(search.row, search.columnAt(search.at), last);
        return 'found';
      }
      if (!this.#comeBackTo(search, search.at - 1)) return 'exhausted';
    }
    return 'none';
  }

  /** Follows the parents from where the match ends to where it begins, and fills in the slots. */
  #goBack(search: Search, slots: Int32Array): boolean {
    const cache = this.#cache;
    const { rows } = search;
    const { start } = this.#builder;
    const { entry: origin } = this.#program;
    let unset = this.#storedSlots;
    let at = search.at;
    let { entry } = search;
    slots[1] = at;
    let row = search.row;
    let target = -1;
    let begin = search.stretches.at(-1)!.begin;
    for (;;) {
      if (unset > 0) {
        const pc = cache.entry(row, entry);
        unset -= this.#fillIn(slots, search, at, pc === start ? origin : pc, target);
        target = pc;
      }
      if (entry === cache.size(row) - 1 && cache.entry(row, entry) === start) break;
      at--;
      if (at < begin) {
        if (!this.#comeBackTo(search, at)) return false;
        begin = search.stretches.at(-1)!.begin;
      }
      row = rows[at % STRETCH]!;
      entry = this.#parentOf(row, search.columnAt(at), entry);
    }
    if (slots[0] === -1) slots[0] = at;
    return search.budget === undefined || search.budget.spend(slots[1]! - at);
  }

  /** Makes a position before the present one the present, where its state may have to be found anew. */
  #comeBackTo(search: Search, at: number): boolean {
    const { stretches } = search;
    while (at < stretches.at(-1)!.begin) {
      const { begin } = stretches.pop()!;
      if (!this.#readOn(search, stretches.pop()!, begin - 1)) return false;
    }
    search.at = at;
    return true;
  }

  /** Which entry of the list before a transition led to the given one behind it. */
  #parentOf(row: number, column: number, entry: number): number {
    const first = this.#parentsOf[row + column];
    if (this.#parentsGeneration === this.#cache.generation && first !== undefined && first !== 0) {
      return this.#parents[first - 1 + entry]!;
    }
    this.#noteParents(row, column);
    return this.#builder.parents[entry]!;
  }

  #noteParents(row: number, column: number): void {
    const cache = this.#cache;
    if (this.#parentsGeneration !== cache.generation || this.#parentCount > MAX_PARENTS) {
      this.#parentsGeneration = cache.generation;
      this.#parentsOf = new Int32Array(cache.table.length);
      this.#parentCount = 0;
    }
    if (this.#parentsOf.length < cache.table.length) this.#parentsOf = resized(this.#parentsOf, cache.table.length);
    cache.step(row, column);
    const { count, parents } = this.#builder;
    const first = this.#parentCount;
    this.#parentCount += count;
    if (this.#parentCount > this.#parents.length) this.#parents = resized(this.#parents, this.#parentCount * 2);
    this.#parents.set(parents.subarray(0, count), first);
    this.#parentsOf[row + column] = first + 1;
  }

  /**
   * The slots that are stored on the way from an instruction over the byte at the position to `target`, or to the end of the
   * pattern for -1, unless they are stored again further on. Returns how many were filled in.
   */
  #fillIn(slots: Int32Array, { subject, from }: Search, at: number, origin: number, target: number): number {
    const { ops, a, b, setWords } = this.#program;
    const stack = this.#stack;
    const stored: number[] = [];
    this.#generation++;
    let pc = origin;
    for (;;) {
      let isDeadEnd = this.#seen[pc] === this.#generation;
      if (!isDeadEnd) {
        this.#seen[pc] = this.#generation;
        const op = ops[pc];
        const takesByte = op === OP.set && b[pc] === target && takes(setWords, a[pc]!, subject.charCodeAt(at));
        if (takesByte || (op === OP.match && target === -1)) break;
        if (op === OP.split) stack.push(b[pc]!, stored.length);
        if (op === OP.save) stored.push(a[pc]!);
        isDeadEnd =
          op === OP.set ||
          op === OP.match ||
          (op === OP.claim && !holds(CLAIMS[a[pc]!]!, beforeAt(subject, at), afterAt(subject, at), at === from));
        if (!isDeadEnd) pc = op === OP.split ? a[pc]! : b[pc]!;
      }
      if (isDeadEnd) {
        stored.length = stack.pop()!;
        pc = stack.pop()!;
      }
    }
    stack.length = 0;
    let filled = 0;
    for (const slot of stored) {
      if (slots[slot] !== -1) continue;
      slots[slot] = at;
      filled++;
    }
    return filled;
  }
}

/** One call of `exec` on its way. */
class Search {
  readonly subject: string;
  readonly from: number;
  readonly budget: MatchBudget | undefined;
  /** State at each position of the topmost stretch. */
  readonly rows: Int32Array;
  /** The one that is held on top, those before it below. */
  readonly stretches: Stretch[] = [];
  at: number;
  /** Index in the list at the position. */
  entry = 0;
  readonly #classOf: Uint8Array;
  readonly #finalNewline: number;
  /** Where the newline is that has a column of its own; -1 when there is none. */
  readonly #finalNewlineAt: number;

  constructor(
    subject: string,
    from: number,
    { classes, finalNewline }: PreferenceBuilder,
    rows: Int32Array,
    budget: MatchBudget | undefined,
  ) {
    this.subject = subject;
    this.from = from;
    this.at = from;
    this.rows = rows;
    this.budget = budget;
    this.#classOf = classes.classOf;
    this.#finalNewline = finalNewline;
    const last = subject.length - 1;
    this.#finalNewlineAt = classes.needsFinalNewline && subject.charCodeAt(last) === NEWLINE ? last : -1;
  }

  columnAt(position: number): number {
    if (position === this.#finalNewlineAt) return this.#finalNewline;
    return this.#classOf[this.subject.charCodeAt(position) & 0xff]!;
  }

  /** The state at the position. */
  get row(): number {
    return this.rows[this.at % STRETCH]!;
  }
}
