import type { Seeded } from '../regex/seeded.ts';
import { type ActionSpec, RuleParts } from './rule-parts.ts';
import { FIRST_ID, type LinkSpec, type Unit } from './rule-text.ts';
import { removal, targetRemoval, update } from './units/changes.ts';
import { disruptive } from './units/disruptive.ts';
import { chain, skip, skipAfter } from './units/flow.ts';
import { service } from './units/services.ts';
import { severity } from './units/severity.ts';
import type { MadeUnit, UnitKind } from './units/unit-kind.ts';
import { multiMatch, plain, shape, xml } from './units/values.ts';
import { action, capturing, counters, macroArgument, persistent } from './units/variables.ts';

/** What goes on with the request; those that are there more often are made more often. */
const PASSING: readonly UnitKind[] = [
  plain,
  plain,
  plain,
  plain,
  capturing,
  capturing,
  chain,
  chain,
  multiMatch,
  skip,
  skipAfter,
  counters,
  macroArgument,
  removal,
  targetRemoval,
  update,
  shape,
  action,
  persistent,
  xml,
  service,
  service,
  service,
];

/** Makes the units of one configuration; every choice comes from `random`. */
export class UnitMaker {
  readonly #parts: RuleParts;
  /** To choose from; more often those that are there more often. */
  readonly #phases: readonly number[];

  constructor(random: Seeded, options: { readonly hasSeverities: boolean; readonly phases: readonly number[] }) {
    this.#parts = new RuleParts(random, options.hasSeverities);
    this.#phases = options.phases;
  }

  /** A unit that goes on with the request, whatever it finds. */
  passing(number: number): Unit {
    const { random } = this.#parts;
    const phase = random.pick(this.#phases);
    this.#parts.phase = phase;
    return unit(number, phase, random.pick(PASSING)(this.#parts, number, phase));
  }

  /** A unit that may end the request; these come last. */
  disruptive(number: number): Unit {
    const phase = this.#parts.random.pick([1, 2, 2, 3, 4]);
    return unit(number, phase, disruptive(this.#parts, number, phase));
  }

  /** The highest severity has no owner: this unit is the only one of its configuration that sets any. */
  severity(number: number): Unit {
    this.#parts.phase = 2;
    return unit(number, 2, severity(this.#parts, number, 2));
  }
}

function unit(number: number, phase: number, made: MadeUnit): Unit {
  // Everybody starts from the same: what other units left in TX.0-9 and MATCHED_VAR is gone.
  const reset: LinkSpec = {
    targets: [{ name: 'REMOTE_ADDR', form: 'members' }],
    isNegated: false,
    operator: 'unconditionalMatch',
    argument: '',
    actions: [
      ['id', String(number * FIRST_ID)],
      ['phase', String(phase)],
      ['nolog'],
      ['pass'],
      ['t', 'none'],
      ...Array.from({ length: 10 }, (_, group): ActionSpec => ['setvar', `!tx.${group}`]),
    ],
  };
  const behind = new Map([...(made.behind ?? [])].map(([index, line]) => [index + 1, line]));
  return { number, phase, links: [reset, ...made.links], behind };
}
