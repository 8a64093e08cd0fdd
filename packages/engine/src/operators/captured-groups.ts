/** TX.0 to TX.9: the whole match and nine groups. */
export const CAPTURES = 10;

/**
 * What `capture` stores of a match given as pairs of offsets, start and end of each group, -1 where it took no part: ten
 * groups at most, an empty text for one that is followed by another, nothing for those at the end.
 */
export function capturedGroups(value: string, offsets: ArrayLike<number> | undefined): readonly string[] {
  const groups: string[] = [];
  if (offsets === undefined) return groups;
  for (let group = 0; group < CAPTURES && group * 2 < offsets.length; group++) {
    const start = offsets[group * 2]!;
    if (start === -1) continue;
    while (groups.length < group) groups.push('');
    groups.push(value.slice(start, offsets[group * 2 + 1]));
  }
  return groups;
}
