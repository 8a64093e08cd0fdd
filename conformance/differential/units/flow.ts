/** Which rule comes next: chains and jumps. */
import type { RuleParts } from '../rule-parts.ts';
import type { TargetSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { UnitKind } from './unit-kind.ts';

/** Links, some of which look at what the links before found. */
export const chain: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const length = 2 + parts.random.below(3);
  const links = [parts.test({ id, phase }, [['chain'], ...parts.setvars(number)])];
  for (let index = 1; index < length; index++) {
    const targets = parts.random.oneIn(2) ? parts.targets() : [chained(parts, number)];
    links.push({
      targets,
      ...parts.condition(),
      actions: [
        ...(index < length - 1 ? [['chain'] as const] : []),
        ...parts.transformations(2),
        ...(parts.random.oneIn(3) ? [['capture'] as const] : []),
        ...parts.setvars(number),
      ],
    });
  }
  return { links };
};

/** What the links of a chain look at: traces of the links before. */
function chained(parts: RuleParts, number: number): TargetSpec {
  return parts.random.pick<TargetSpec>([
    { name: 'MATCHED_VARS', form: 'members' },
    { name: 'MATCHED_VARS_NAMES', form: 'members' },
    { name: 'MATCHED_VAR', form: 'members' },
    { name: 'MATCHED_VAR_NAME', form: 'members' },
    { name: 'MATCHED_VARS', form: 'count' },
    { name: 'TX', selector: '1', form: 'members' },
    { name: 'TX', selector: `u${number}_n`, form: 'members' },
    { name: 'TX', selector: `/^u${number}_/`, form: 'members' },
  ]);
}

/** A jump over so many rules. */
export const skip: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const links = [parts.test({ id, phase }, [['skip', String(1 + parts.random.below(3))]])];
  for (let index = 1; index <= 4; index++) {
    links.push(parts.seen(id + index, phase, index === 2 && parts.random.oneIn(2)));
    if (links.at(-1)?.actions.some(([name]) => name === 'chain'))
      links.push({ ...parts.seen(0, phase, false), actions: [['t', 'none']] });
  }
  return { links };
};

/** A jump to a marker, or behind a rule. */
export const skipAfter: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const marker = `END-${number}`;
  const isMarker = parts.random.oneIn(2);
  const links = [
    parts.test({ id, phase }, [['skipAfter', isMarker ? marker : String(id + 2)]]),
    parts.seen(id + 1, phase, false),
    parts.seen(id + 2, phase, false),
    parts.seen(id + 3, phase, false),
  ];
  return { links, behind: new Map([[2, `SecMarker ${marker}`]]) };
};
