import { lengthRange } from './analyze/length.ts';
import { CLAIMS } from './claims.ts';
import { NumberedSets } from './numbered-sets.ts';
import { OP, type Program } from './program.ts';
import { MAX_INSTRUCTIONS } from './program-size.ts';
import { RegexSyntaxError } from './syntax-error.ts';
import type { RegexNode, RepeatNode } from './tree.ts';

const INITIAL_INSTRUCTIONS = 256;

/**
 * Writes the tree out as instructions.
 *
 * A group is set when it is closed: a reference to it from inside still sees its last value. Programs that can look at groups
 * while they run need that to be exact (`deferred`): the start waits in a slot behind those of all groups until the end is
 * known. For all others only the slots at the end count, and there both are stored directly.
 */
export function assemble(tree: RegexNode, groupCount: number, groups: 'direct' | 'deferred'): Program {
  return new Assembler(groups === 'deferred' ? 2 * (groupCount + 1) : undefined).assemble(tree);
}

/**
 * Where to go on after a node, once per level.
 *
 * PCRE leaves a loop after an iteration that took nothing, so what follows the end of a loop body depends on whether the
 * iteration has consumed a byte. A matcher that remembers (instruction, position) pairs has no place for that, so the
 * program itself knows: inside `n` nested loops whose bodies can be empty an instruction exists up to `n + 1` times, for
 * level `k` = "the outermost `k` loops have consumed a byte in their current iteration". Consuming a byte leads to level
 * `n`, whatever the level was. Outside of such loops, which is nearly everywhere, there is one level.
 */
type Continuation = readonly number[];

class Assembler {
  #length = 0;
  #ops: Uint8Array = new Uint8Array(INITIAL_INSTRUCTIONS);
  #a: Int32Array = new Int32Array(INITIAL_INSTRUCTIONS);
  #b: Int32Array = new Int32Array(INITIAL_INSTRUCTIONS);
  #c: Int32Array = new Int32Array(INITIAL_INSTRUCTIONS);
  readonly #sets = new NumberedSets();
  readonly #canBeEmpty = new Map<RegexNode, boolean>();

  /** Where the slots for starts of groups that are still open begin; `undefined` when starts are stored directly. */
  readonly #waitingSlots: number | undefined;

  constructor(waitingSlots: number | undefined) {
    this.#waitingSlots = waitingSlots;
  }

  assemble(tree: RegexNode): Program {
    const match = this.#emit(OP.match);
    const body = this.#node(tree, [match]);
    const entry = body[0]!;
    const length = this.#length;
    return {
      length,
      ops: this.#ops.slice(0, length),
      a: this.#a.slice(0, length),
      b: this.#b.slice(0, length),
      c: this.#c.slice(0, length),
      entry,
      sets: this.#sets.all,
      setWords: this.#sets.words(),
    };
  }

  #emit(op: number, a = 0, b = 0, c = 0): number {
    const number = this.#length++;
    if (number >= MAX_INSTRUCTIONS) throw new RegexSyntaxError('regular expression is too large', 0);
    if (number === this.#ops.length) this.#grow();
    this.#ops[number] = op;
    this.#a[number] = a;
    this.#b[number] = b;
    this.#c[number] = c;
    return number;
  }

  #grow(): void {
    const ops = new Uint8Array(2 * this.#ops.length);
    ops.set(this.#ops);
    this.#ops = ops;
    this.#a = doubled(this.#a);
    this.#b = doubled(this.#b);
    this.#c = doubled(this.#c);
  }

  /** The node followed by `next`; the answer has as many levels as `next`. */
  #node(node: RegexNode, next: Continuation): Continuation {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'set':
        return this.#same(next, this.#emit(OP.set, this.#sets.numberOf(node.set), next.at(-1)));
      case 'sequence': {
        let entry = next;
        for (let index = node.parts.length - 1; index >= 0; index--) entry = this.#node(node.parts[index]!, entry);
        return entry;
      }
      case 'alternation':
        return node.branches
          .map((branch) => this.#node(branch, next))
          .reduceRight((rest, branch) =>
            this.#perLevel(branch, rest, (first, second) => this.#emit(OP.split, first, second)),
          );
      case 'repeat':
        return this.#repeat(node, next);
      case 'group': {
        const waiting = this.#waitingSlots === undefined ? undefined : this.#waitingSlots + node.index;
        const close = this.#perLevel(next, next, (after) =>
          waiting === undefined
            ? this.#emit(OP.save, 2 * node.index + 1, after)
            : this.#emit(OP.close, node.index, after, waiting),
        );
        const body = this.#node(node.body, close);
        return this.#perLevel(body, body, (after) => this.#emit(OP.save, waiting ?? 2 * node.index, after));
      }
      case 'assertion':
        return this.#perLevel(next, next, (after) => this.#emit(OP.claim, CLAIMS.indexOf(node.claim), after));
      case 'keepOut':
        return this.#perLevel(next, next, (after) => this.#emit(OP.save, 0, after));
      case 'atomic': {
        const body = this.#subProgram(node.body);
        return this.#perLevel(next, next, (after) => this.#emit(OP.atomic, body, after, next.at(-1)));
      }
      case 'look': {
        const body = this.#lookBody(node.body, node.behind);
        return this.#perLevel(next, next, (after) =>
          node.negative ? this.#emit(OP.look, body, -1, after) : this.#emit(OP.look, body, after, -1),
        );
      }
      case 'backreference': {
        const operand = node.index * 2 + (node.caseless ? 1 : 0);
        return this.#perLevel(next, next, (after) => this.#emit(OP.reference, operand, after, next.at(-1)));
      }
      case 'conditional': {
        const yes = this.#node(node.yes, next);
        const no = this.#node(node.no, next);
        const { condition } = node;
        if (condition.kind === 'groupIsSet') {
          return this.#perLevel(yes, no, (ifSet, ifUnset) => this.#emit(OP.ifSet, condition.index, ifSet, ifUnset));
        }
        const body = this.#lookBody(condition.body, condition.behind);
        return this.#perLevel(yes, no, (ifTrue, ifFalse) =>
          condition.negative ? this.#emit(OP.look, body, ifFalse, ifTrue) : this.#emit(OP.look, body, ifTrue, ifFalse),
        );
      }
    }
  }

  #repeat(node: RepeatNode, next: Continuation): Continuation {
    if (node.mode === 'possessive') {
      return this.#node({ kind: 'atomic', body: { ...node, mode: 'greedy' } }, next);
    }
    const isLazy = node.mode === 'lazy';
    let entry = next;
    let copies = node.min;
    if (node.max === Number.POSITIVE_INFINITY) {
      // x{3,} is xx(x+): the last required copy is the loop itself, entered at its body.
      const loop = this.#loop(node.body, next, isLazy);
      entry = copies === 0 ? loop.entry : loop.body;
      copies = Math.max(copies - 1, 0);
    } else {
      for (let optional = node.max - node.min; optional > 0; optional--) {
        entry = this.#choice(this.#node(node.body, entry), next, isLazy);
      }
    }
    for (; copies > 0; copies--) entry = this.#node(node.body, entry);
    return entry;
  }

  /** `body*`: its entry, and the entry of its body for those who must go through it once. */
  #loop(body: RegexNode, next: Continuation, isLazy: boolean): { entry: Continuation; body: Continuation } {
    // The loop must exist before its body, which leads back to it: split first, fill in the operands afterwards.
    const splits = next.map(() => this.#emit(OP.split));
    const last = next.length - 1;
    const backToLoop = splits[last]!;
    const inner = this.#mayBeEmpty(body)
      ? this.#node(body, [...next, backToLoop]).slice(0, next.length)
      : this.#node(
          body,
          next.map(() => backToLoop),
        );
    splits.forEach((split, level) => {
      this.#a[split] = isLazy ? next[level]! : inner[level]!;
      this.#b[split] = isLazy ? inner[level]! : next[level]!;
    });
    return { entry: splits, body: inner };
  }

  #choice(body: Continuation, next: Continuation, isLazy: boolean): Continuation {
    const [first, second] = isLazy ? [next, body] : [body, next];
    return this.#perLevel(first, second, (a, b) => this.#emit(OP.split, a, b));
  }

  /** A body that is run on its own, ending in `succeed`. It has its own loops, so it starts with one level. */
  #subProgram(body: RegexNode): number {
    return this.#node(body, [this.#emit(OP.succeed)])[0]!;
  }

  #lookBody(body: RegexNode, behind: boolean): number {
    if (!behind) return this.#subProgram(body);
    const succeed = [this.#emit(OP.succeed)];
    const branches = body.kind === 'alternation' ? body.branches : [body];
    return branches
      .map((branch) => this.#emit(OP.back, lengthRange(branch).min, this.#node(branch, succeed)[0]))
      .reduceRight((rest, branch) => this.#emit(OP.split, branch, rest));
  }

  /** An instruction for each level, shared by neighbouring levels that would get the same one. */
  #perLevel(first: Continuation, second: Continuation, emit: (a: number, b: number) => number): Continuation {
    const entries: number[] = [];
    for (let level = 0; level < first.length; level++) {
      const isSame = level > 0 && first[level] === first[level - 1] && second[level] === second[level - 1];
      entries.push(isSame ? entries[level - 1]! : emit(first[level]!, second[level]!));
    }
    return entries;
  }

  #same(next: Continuation, instruction: number): Continuation {
    return next.length === 1 ? [instruction] : next.map(() => instruction);
  }

  #mayBeEmpty(node: RegexNode): boolean {
    let known = this.#canBeEmpty.get(node);
    if (known === undefined) {
      known = lengthRange(node).min === 0;
      this.#canBeEmpty.set(node, known);
    }
    return known;
  }
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
