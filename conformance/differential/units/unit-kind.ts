import type { RuleParts } from '../rule-parts.ts';
import type { LinkSpec } from '../rule-text.ts';

/** The rules of a unit, and other directives behind a link, by the index of the link. */
export interface MadeUnit {
  readonly links: readonly LinkSpec[];
  readonly behind?: ReadonlyMap<number, string>;
}

export type UnitKind = (parts: RuleParts, number: number, phase: number) => MadeUnit;
