import type { Positions } from '../compile/prefilter/positions.ts';
import type { TxStep } from '../compile/prefilter/tx-step.ts';
import type { Rule } from '../compile/program.ts';
import type { Member } from '../registry/member.ts';
import { SparedRules } from './spared-rules.ts';
import type { VariableMap } from './variable-map.ts';

/** A variable of TX as it was read, by slot; undefined when there was none. */
export interface TxReading {
  readonly slot: number;
  readonly member: Member | undefined;
}

/** A variable of TX as it was left. */
export interface TxOutcome {
  readonly slot: number;
  readonly key: string;
  readonly value: string;
}

/** Neighbouring rules that turn on TX alone, and what passing them came to with TX as it was. */
export interface TxStretch {
  readonly readings: readonly TxReading[];
  readonly outcomes: readonly TxOutcome[];
  /** The rules between that are none of the stretch, and could not match. */
  readonly passed: Positions;
  /** Of the last match. */
  readonly matched: { readonly name: string; readonly value: string } | undefined;
  readonly highestSeverity: number;
  /** Where the phase goes on. */
  readonly to: number;
}

/** Variables of TX that rules turn on are numbers and short words. */
const MAX_LENGTH = 64;
/** Stretches remembered for one beginning: methods and kinds of bodies make some difference. */
const MAX_STRETCHES = 4;

/**
 * What the stretches of a phase came to, for all exchanges of a program: most of them find TX as others have found it, and take
 * a few comparisons where they would ask dozens of rules.
 */
export class TxStretches {
  /** By position of the first rule, the latest first. */
  readonly #known: (TxStretch[] | undefined)[];

  /** The rules that may be part of one. */
  readonly rules: SparedRules;

  /** `rules`: those of the phase. */
  constructor(rules: readonly Rule[], steps: readonly (TxStep | undefined)[]) {
    this.#known = rules.map(() => undefined);
    this.rules = new SparedRules(rules.filter((_, position) => steps[position] !== undefined));
  }

  /** The stretch from a position on that comes to the same end with TX as it is, unless a rule between may match. */
  find(position: number, tx: VariableMap, prospective: Positions): TxStretch | undefined {
    const known = this.#known[position];
    if (known === undefined) return undefined;
    for (const stretch of known) {
      if (isAsRead(stretch.readings, tx) && !stretch.passed.meets(prospective, position, stretch.to)) return stretch;
    }
    return undefined;
  }

  remember(position: number, stretch: TxStretch): void {
    if (stretch.readings.some(({ member }) => member !== undefined && member.value.length > MAX_LENGTH)) return;
    if (stretch.outcomes.some(({ value }) => value.length > MAX_LENGTH)) return;
    const known = this.#known[position];
    if (known === undefined) this.#known[position] = [stretch];
    else {
      known.unshift(stretch);
      known.length = Math.min(known.length, MAX_STRETCHES);
    }
  }
}

/** Whether variables of TX are as they were read. */
export function isAsRead(readings: readonly TxReading[], tx: VariableMap): boolean {
  for (const { slot, member } of readings) {
    const now = tx.at(slot);
    if (now === member) continue;
    if (now === undefined || member === undefined || now.value !== member.value || now.key !== member.key) return false;
  }
  return true;
}
