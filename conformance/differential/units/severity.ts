/** Severities, and what is the highest so far. */
import type { RuleParts } from '../rule-parts.ts';
import { NUMBER_OPERATORS } from '../rule-parts.ts';
import type { LinkSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { UnitKind } from './unit-kind.ts';

export const severity: UnitKind = (parts, number) => {
  const id = number * FIRST_ID + 1;
  const links = [0, 2, 4].flatMap((offset) => [
    parts.test({ id: id + offset, phase: 2 }, [['severity', String(parts.random.below(8))]]),
    severityReader(parts, id + offset + 1),
  ]);
  return { links };
};

function severityReader(parts: RuleParts, id: number): LinkSpec {
  return {
    targets: [{ name: 'HIGHEST_SEVERITY', form: 'members' }],
    isNegated: parts.random.oneIn(4),
    operator: parts.random.pick(NUMBER_OPERATORS),
    argument: String(parts.random.pick([0, 2, 4, 7, 254])),
    actions: [...parts.head(id, 2), ['logdata', '%{MATCHED_VAR} %{HIGHEST_SEVERITY}']],
  };
}
