import { OP, type Program } from './program.ts';

/** What a `split` is: nothing but a choice, or the head of a loop over bytes of one set. */
export const LOOP = { none: 0, greedy: 1, lazy: 2 } as const;

/** The loops over bytes of one set, `.*` and `[^>]*?`, by the instruction at their head. */
export interface SetLoops {
  /** One of LOOP for each instruction. */
  readonly kinds: Uint8Array;
  /** The `set` of a loop, and where it goes on behind. */
  readonly bodies: Int32Array;
  readonly exits: Int32Array;
  /** The number of the set whose byte must come behind the loop; -1 where that is not one set, or nothing must come. */
  readonly next: Int32Array;
}

/** Finds them: long stretches of a subject are mostly run through by these, and one loop of our own does that much faster. */
export function setLoopsOf(program: Program): SetLoops {
  const { ops, a, b, length } = program;
  const kinds = new Uint8Array(length);
  const bodies = new Int32Array(length);
  const exits = new Int32Array(length);
  const next = new Int32Array(length).fill(-1);
  const isBodyOf = (pc: number, head: number): boolean => ops[pc] === OP.set && b[pc] === head;
  for (let pc = 0; pc < length; pc++) {
    if (ops[pc] !== OP.split) continue;
    const isGreedy = isBodyOf(a[pc]!, pc);
    // Where both ways lead back there is no way out.
    if (isGreedy === isBodyOf(b[pc]!, pc)) continue;
    kinds[pc] = isGreedy ? LOOP.greedy : LOOP.lazy;
    bodies[pc] = isGreedy ? a[pc]! : b[pc]!;
    exits[pc] = isGreedy ? b[pc]! : a[pc]!;
    let behind = exits[pc]!;
    while (ops[behind] === OP.save) behind = b[behind]!;
    if (ops[behind] === OP.set) next[pc] = a[behind]!;
  }
  return { kinds, bodies, exits, next };
}
