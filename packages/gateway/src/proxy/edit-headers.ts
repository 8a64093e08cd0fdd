import type { HeaderEditsConfig } from '../config/sections/route-actions.ts';

/** Carries the edits of a route out in place. `list`: names and values in turn; it is also given back. */
export function editHeaders(list: string[], { set, remove }: HeaderEditsConfig): string[] {
  const dropped = new Set([...set.keys(), ...remove].map((name) => name.toLowerCase()));
  let kept = 0;
  for (let at = 0; at + 1 < list.length; at += 2) {
    if (dropped.has((list[at] as string).toLowerCase())) continue;
    list[kept] = list[at] as string;
    list[kept + 1] = list[at + 1] as string;
    kept += 2;
  }
  list.length = kept;
  for (const [name, value] of set) list.push(name, value);
  return list;
}
