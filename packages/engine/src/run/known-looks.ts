import type { Source } from '../compile/prefilter/source.ts';
import type { Phase } from '../contract.ts';
import type { Member } from '../registry/member.ts';
import type { Sighting } from './looks.ts';

/** What was seen for one rule. */
export interface SightingsOfRule {
  readonly phase: Phase;
  readonly position: number;
  readonly sightings: readonly Sighting[];
}

/**
 * What was seen of lists of values that are the same objects in many requests: it is seen once for all of them. A list that is
 * forgotten by those who share it is forgotten here.
 */
export class KnownLooks {
  readonly #known = new Map<Source, WeakMap<readonly Member[], readonly SightingsOfRule[]>>();

  /** What was seen of all values of a list, rules that have said no to theirs since left out; undefined when nobody has looked. */
  recall(source: Source, members: readonly Member[]): readonly SightingsOfRule[] | undefined {
    const ofSource = this.#known.get(source);
    const known = ofSource?.get(members);
    if (known === undefined || !known.some(({ sightings }) => sightings.some(isDenied))) return known;
    const open = known
      .map(({ sightings, ...rule }) => ({ ...rule, sightings: sightings.filter((sighting) => !isDenied(sighting)) }))
      .filter(({ sightings }) => sightings.length > 0);
    ofSource?.set(members, open);
    return open;
  }

  remember(source: Source, members: readonly Member[], sightings: readonly Sighting[]): void {
    let ofSource = this.#known.get(source);
    if (ofSource === undefined) {
      ofSource = new WeakMap();
      this.#known.set(source, ofSource);
    }
    const rules = new Map<string, SightingsOfRule & { readonly sightings: Sighting[] }>();
    for (const sighting of sightings) {
      const { phase, position } = sighting.prospect.slot;
      const key = `${phase} ${position}`;
      const rule = rules.get(key);
      if (rule === undefined) rules.set(key, { phase, position, sightings: [sighting] });
      else rule.sightings.push(sighting);
    }
    ofSource.set(members, [...rules.values()]);
  }
}

function isDenied({ prospect }: Sighting): boolean {
  return prospect.verdict === false;
}
