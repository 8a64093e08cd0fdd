import { OP, type Program } from './program.ts';

/**
 * The bytes over which a match that is in progress can come back to what waits at the beginning of the pattern, as the loop of
 * `a*b` does over `a`: a 1 for each such byte. `isAlways` says of an instruction whether it waits at every position.
 *
 * The automaton leaves out of its states what waits everywhere, so behind such a byte an empty state does not say that no match
 * is in progress.
 */
export function restartBytes({ length, ops, a, b, sets }: Program, isAlways: Uint8Array): Uint8Array {
  /** Instructions that lead, without a byte, to one that always waits. Claims are taken to hold. */
  const leads = isAlways.slice();
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (let pc = length - 1; pc >= 0; pc--) {
      if (leads[pc] === 1 || ops[pc] === OP.set || ops[pc] === OP.match) continue;
      if (leads[b[pc]!] !== 1 && (ops[pc] !== OP.split || leads[a[pc]!] !== 1)) continue;
      leads[pc] = 1;
      hasChanged = true;
    }
  }
  const found = new Uint8Array(256);
  const isNoted = new Uint8Array(sets.length);
  for (let pc = 0; pc < length; pc++) {
    if (ops[pc] !== OP.set || leads[b[pc]!] !== 1 || isNoted[a[pc]!] === 1) continue;
    isNoted[a[pc]!] = 1;
    for (const byte of sets[a[pc]!]!) found[byte] = 1;
  }
  return found;
}
