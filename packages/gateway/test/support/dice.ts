/** Chance for fuzzers that is the same in every run. */

/** Numbers from 0 up to `below` (mulberry32). */
export type Roll = (below: number) => number;

export function dice(seed: number): Roll {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below) | 0;
  };
}

export function pick<Item>(roll: Roll, list: readonly Item[]): Item {
  return list[roll(list.length)] as Item;
}

/** Puts one of `odd` in, in place of up to two bytes or between them, `times` times. */
export function mutate(bytes: string, roll: Roll, odd: readonly string[], times: number): string {
  let text = bytes;
  for (let round = 0; round < times; round++) {
    const at = roll(text.length);
    text = text.slice(0, at) + pick(roll, odd) + text.slice(at + roll(3));
  }
  return text;
}
