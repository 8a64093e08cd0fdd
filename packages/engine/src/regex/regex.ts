import { fixedPrefix } from './analyze/fixed-prefix.ts';
import { type AutomatonKind, isAutomaton, relax } from './analyze/linear.ts';
import { matchesWholeSubject } from './analyze/whole-subject.ts';
import { assemble } from './assemble.ts';
import { Backtracker } from './backtracker.ts';
import { MatchBudget } from './budget.ts';
import { CaptureMatcher, type MatchOutcome } from './captures.ts';
import { JointDfa } from './joint-dfa.ts';
import { LazyDfa } from './lazy-dfa.ts';
import type { RegexOptions } from './options.ts';
import { parseRegex } from './parse/grammar.ts';
import { PathFinder } from './path-finder.ts';
import type { Program } from './program.ts';
import { MAX_INSTRUCTIONS, programSize } from './program-size.ts';
import { StartFinder } from './start-finder.ts';
import { StateMemory } from './state-memory.ts';
import { RegexSyntaxError } from './syntax-error.ts';
import type { RegexNode } from './tree.ts';

/** In longer subjects it is first found out where about a match is, before the matcher is asked that goes back. */
const SHORT = 256;
/** How far behind the end of a match the longest one may reach that begins there, before another matcher is asked. */
const SURROUNDINGS = 256;

/**
 * A compiled pattern. Subjects are byte strings (char codes 0-255); positions count bytes.
 *
 * When `budget` runs out the answer is "no match" and `budget.exceeded` is set. Without a budget linear patterns run to the
 * end; patterns that have to backtrack run with the default limits, and exceeding those throws a RangeError, because there
 * is nobody else to tell.
 */
export interface Regex {
  readonly source: string;
  readonly options: RegexOptions;
  readonly tree: RegexNode;
  /** Capturing groups, without group 0, the whole match. */
  readonly groupCount: number;
  /** Group numbers of the named groups. */
  readonly groupNames: ReadonlyMap<string, number>;
  /** Whether time is linear in the subject whatever the subject; false for look-around, references, atomic groups. */
  readonly isLinear: boolean;
  /** Whether the pattern matches anywhere in the subject. */
  test(subject: string, budget?: MatchBudget): boolean;
  /** As `test`, over the first `length` bytes of a buffer. */
  testBytes(bytes: Uint8Array, length: number, budget?: MatchBudget): boolean;
  /**
   * The match PCRE would find at or after `from`: start and end of group 0, of group 1, …, with -1 for a group that is not
   * set. What is before `from` can still be seen by `^`, `\b` and look-behind.
   */
  exec(subject: string, from?: number, budget?: MatchBudget): Int32Array | undefined;
  /** Whether a match has no groups and can only be the whole subject, so that `test` tells its place, too. */
  readonly isWhole: boolean;
  /** Builds what the first `test` would build otherwise. False when there is nothing to do. */
  prepare(): boolean;
  /** What says of this pattern and others together whether they may match; undefined where they do not share their memory. */
  jointly(others: readonly Regex[]): JointDfa | undefined;
}

/**
 * Reads a PCRE pattern. Cheap: automata and programs are built by the first match that needs them, and the states of all
 * patterns given the same `memory` share its limits.
 *
 * @throws RegexSyntaxError
 */
export function compileRegex(
  pattern: string,
  options: RegexOptions = {},
  memory: StateMemory = new StateMemory(),
): Regex {
  return new CompiledRegex(pattern, options, memory);
}

class CompiledRegex implements Regex {
  readonly source: string;
  readonly options: RegexOptions;
  readonly tree: RegexNode;
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
  readonly #memory: StateMemory;
  #kind: AutomatonKind | undefined;
  #automaton: LazyDfa | undefined;
  #program: Program | undefined;
  #starts: StartFinder | undefined;
  #captures: CaptureMatcher | undefined;
  #paths: PathFinder | undefined;
  #backtracker: Backtracker | undefined;
  readonly isWhole: boolean;
  /** All there is to compare, where that is the beginning of the subject. */
  readonly #prefix: string | undefined;

  constructor(pattern: string, options: RegexOptions, memory: StateMemory) {
    const { tree, groupCount, groupNames } = parseRegex(pattern, options);
    if (mayBeLarge(pattern) && programSize(tree) > MAX_INSTRUCTIONS)
      throw new RegexSyntaxError('regular expression is too large', pattern.length);
    this.source = pattern;
    this.options = options;
    this.tree = tree;
    this.groupCount = groupCount;
    this.groupNames = groupNames;
    this.#memory = memory;
    this.#prefix = fixedPrefix(tree);
    this.isWhole = groupCount === 0 && matchesWholeSubject(tree);
  }

  get isLinear(): boolean {
    this.#kind ??= isAutomaton(this.tree);
    return this.#kind !== 'never';
  }

  /** Whether the automaton decides; otherwise its yes only means that asking the matcher is worth while. */
  get #isDecidedByAutomaton(): boolean {
    this.#kind ??= isAutomaton(this.tree);
    return this.#kind === 'always';
  }

  prepare(): boolean {
    if (this.#automaton !== undefined || this.#prefix !== undefined) return false;
    this.#lazyDfa();
    return true;
  }

  jointly(others: readonly Regex[]): JointDfa | undefined {
    const parts = [this.#lazyDfa()];
    for (const other of others) {
      if (!(other instanceof CompiledRegex) || other.#memory !== this.#memory) return undefined;
      parts.push(other.#lazyDfa());
    }
    return new JointDfa(parts, this.#memory);
  }

  test(subject: string, budget?: MatchBudget): boolean {
    if (this.#prefix !== undefined) return subject.startsWith(this.#prefix);
    if (!this.#lazyDfa().test(subject, budget)) return false;
    return this.#isDecidedByAutomaton || this.#match(subject, 0, budget) !== undefined;
  }

  testBytes(bytes: Uint8Array, length: number, budget?: MatchBudget): boolean {
    if (!this.#lazyDfa().testBytes(bytes, length, budget)) return false;
    if (this.#isDecidedByAutomaton) return true;
    let subject = '';
    for (let at = 0; at < length; at += 4096) {
      subject += String.fromCharCode(...bytes.subarray(at, Math.min(at + 4096, length)));
    }
    return this.#match(subject, 0, budget) !== undefined;
  }

  exec(subject: string, from = 0, budget?: MatchBudget): Int32Array | undefined {
    if (from > subject.length) return undefined;
    if (this.isWhole && this.#isDecidedByAutomaton) {
      return this.#lazyDfa().test(subject, budget, from) ? Int32Array.of(0, subject.length) : undefined;
    }
    if (subject.length - from > SHORT && this.#isDecidedByAutomaton) return this.#matchInLong(subject, from, budget);
    return this.#lazyDfa().test(subject, budget, from) ? this.#match(subject, from, budget) : undefined;
  }

  /** The groups of a match in a subject the automaton does not exclude. */
  #match(subject: string, from: number, budget: MatchBudget | undefined): Int32Array | undefined {
    if (!this.isLinear) return this.#backtrack(subject, from, budget);
    const captures = this.#captureMatcher();
    if (captures.fits(subject, from)) return slotsOf(captures.exec(subject, from, budget));
    return slotsOf(this.#pathFinder().exec(subject, from, budget));
  }

  #matchInLong(subject: string, from: number, budget: MatchBudget | undefined): Int32Array | undefined {
    const window = this.#lazyDfa().narrow(subject, from, budget);
    if (window === undefined) return undefined;
    const { begin, end } = window;
    const captures = this.#captureMatcher();
    // Most matches are short, wherever they are; of the others most are found without going back much.
    for (const to of [Math.min(subject.length, end + SURROUNDINGS), subject.length]) {
      const outcome = captures.attempt(subject, begin, to, budget);
      if (outcome !== 'cut') return slotsOf(outcome);
    }
    return slotsOf(this.#pathFinder().exec(subject, begin, budget));
  }

  #backtrack(subject: string, from: number, budget: MatchBudget | undefined): Int32Array | undefined {
    this.#backtracker ??= new Backtracker(this.#instructions(), this.groupCount, this.#startFinder());
    const outcome = this.#backtracker.exec(subject, from, budget ?? new MatchBudget());
    if (outcome === 'exhausted' && budget === undefined) {
      throw new RangeError('regular expression needs more steps than the default limits allow');
    }
    return slotsOf(outcome);
  }

  #lazyDfa(): LazyDfa {
    this.#automaton ??= this.#isDecidedByAutomaton
      ? new LazyDfa(this.#instructions(), this.#memory)
      : new LazyDfa(assemble(relax(this.tree), this.groupCount, 'direct'), this.#memory);
    return this.#automaton;
  }

  #instructions(): Program {
    this.#program ??= assemble(this.tree, this.groupCount, this.isLinear ? 'direct' : 'deferred');
    return this.#program;
  }

  #captureMatcher(): CaptureMatcher {
    this.#captures ??= new CaptureMatcher(
      this.#instructions(),
      this.groupCount,
      this.#startFinder(),
      this.#memory.scratch,
    );
    return this.#captures;
  }

  #pathFinder(): PathFinder {
    this.#paths ??= new PathFinder(this.#instructions(), this.groupCount, this.#memory);
    return this.#paths;
  }

  #startFinder(): StartFinder {
    this.#starts ??= new StartFinder(this.tree);
    return this.#starts;
  }
}

/** Instructions that a byte of a pattern becomes, at most. */
const INSTRUCTIONS_PER_BYTE = 5;

/** Whether the size has to be worked out: it can only surprise where something is written out several times. */
function mayBeLarge(pattern: string): boolean {
  return pattern.includes('{') || pattern.length * INSTRUCTIONS_PER_BYTE > MAX_INSTRUCTIONS;
}

function slotsOf(outcome: MatchOutcome | 'cut'): Int32Array | undefined {
  return typeof outcome === 'string' ? undefined : outcome;
}
