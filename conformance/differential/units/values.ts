import type { LinkSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import { SHAPES } from '../words.ts';
import type { UnitKind } from './unit-kind.ts';

/** One rule that can be any rule. */
export const plain: UnitKind = (parts, number, phase) => {
  return { links: [parts.test({ id: number * FIRST_ID + 1, phase }, parts.setvars(number))] };
};

/** Each step of the transformations is tested. */
export const multiMatch: UnitKind = (parts, number, phase) => {
  const rule = parts.test({ id: number * FIRST_ID + 1, phase }, [['multiMatch'], ...parts.setvars(number)]);
  return { links: [{ ...rule, actions: [...rule.actions, ...parts.transformations(4)] }] };
};

/** Variables whose values differ, and have a shape. */
export const shape: UnitKind = (parts, number, phase) => {
  const [name, pattern] = parts.random.pick(SHAPES);
  const link: LinkSpec = {
    targets: [{ name, form: 'members' }],
    isNegated: parts.random.oneIn(3),
    operator: 'rx',
    argument: pattern,
    actions: parts.head(number * FIRST_ID + 1, phase),
  };
  return { links: [link] };
};

/** XPath. */
export const xml: UnitKind = (parts, number, phase) => {
  const link: LinkSpec = {
    targets: [
      {
        name: 'XML',
        selector: parts.random.pick([
          '/*',
          '//@*',
          '/root/item',
          '//item[2]',
          '//text()',
          '/root/p:x/@id',

          "//item[@id='2']",
        ]),
        form: parts.random.oneIn(6) ? 'count' : 'members',
      },
      ...(parts.random.oneIn(3) ? parts.targets() : []),
    ],
    ...parts.condition(),
    actions: [
      ...parts.head(number * FIRST_ID + 1, phase),
      ['xmlns', 'p=urn:p'],
      ...parts.transformations(1),
      parts.shown(),
    ],
  };
  return { links: [link] };
};
