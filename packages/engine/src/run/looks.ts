import type { Source } from '../compile/prefilter/source.ts';
import type { Phase } from '../contract.ts';
import type { Member } from '../registry/member.ts';
import type { Prospect } from './judgement.ts';
import type { SightingsOfRule } from './known-looks.ts';

/** A prospect among the values of this request. */
export interface Sighting {
  readonly prospect: Prospect;
  readonly member: Member;
  readonly source: Source;
}

const NO_SIGHTINGS: readonly Sighting[] = [];
const NO_POSITIONS: readonly number[] = [];

/**
 * What has been seen of the values of an exchange for the rules of one group. It holds for later phases that were planned together with
 * this one, for as long as the values are the same.
 */
export class Looks {
  /** By number of the source: what it gave when it was looked at; null while the look is under way, undefined before. */
  readonly #seen: (readonly Member[] | null | undefined)[];
  /** By phase and position of the rule. */
  readonly #sightings: (Map<number, Sighting[]> | undefined)[] = [];

  /** `sourceCount`: how many sources the plan of the group has. */
  constructor(sourceCount: number) {
    // Not filled: that takes longer than to look at all of them.
    this.#seen = new Array<readonly Member[] | undefined>(sourceCount);
  }

  /** The sightings for a rule, or for a later link by its number. */
  of(phase: Phase, position: number): readonly Sighting[] {
    return this.#sightings[phase]?.get(position) ?? NO_SIGHTINGS;
  }

  /** Positions of the rules of a phase, and numbers of later links, for which something has been seen. */
  positionsIn(phase: Phase): Iterable<number> {
    return this.#sightings[phase]?.keys() ?? NO_POSITIONS;
  }

  note(sighting: Sighting): void {
    const { phase, position } = sighting.prospect.slot;
    const ofPhase = this.#ofPhase(phase);
    const known = ofPhase.get(position);
    if (known === undefined) ofPhase.set(position, [sighting]);
    else known.push(sighting);
  }

  /** The same for all sightings of a rule of a phase to come; the list stays the caller's. */
  noteAll({ phase, position, sightings }: SightingsOfRule): void {
    const ofPhase = this.#ofPhase(phase);
    const known = ofPhase.get(position);
    if (known === undefined) ofPhase.set(position, sightings.slice());
    else known.push(...sightings);
  }

  /**
   * Whether these values have been seen to the end; where there are none, nothing is to be seen. If not, a look at them begins, and what
   * was noted of others is forgotten.
   */
  hasSeen(source: Source, members: readonly Member[]): boolean {
    const seen = this.#seen[source.number];
    if (seen === undefined ? members.length === 0 : seen !== null && areSame(seen, members)) return true;
    if (seen !== undefined) this.#forget(source);
    this.#seen[source.number] = null;
    return false;
  }

  /** A look has come to its end. */
  end(source: Source, members: readonly Member[]): void {
    this.#seen[source.number] = members;
  }

  #ofPhase(phase: Phase): Map<number, Sighting[]> {
    return (this.#sightings[phase] ??= new Map<number, Sighting[]>());
  }

  #forget(source: Source): void {
    for (const ofPhase of this.#sightings) {
      for (const [position, sightings] of ofPhase ?? []) {
        ofPhase?.set(
          position,
          sightings.filter((sighting) => sighting.source !== source),
        );
      }
    }
  }
}

function areSame(before: readonly Member[], now: readonly Member[]): boolean {
  if (before === now) return true;
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at++) {
    if (before[at]!.value !== now[at]!.value || before[at]!.key !== now[at]!.key) return false;
  }
  return true;
}
