/** Variables that rules write, and read again. */
import type { ActionSpec } from '../rule-parts.ts';
import { NUMBER_OPERATORS, NUMBERS, TEXT_OPERATORS } from '../rule-parts.ts';
import type { LinkSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { UnitKind } from './unit-kind.ts';

/** A rule that captures, and one that reads the captures. */
export const capturing: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const groups: ActionSpec = ['logdata', '%{MATCHED_VAR_NAME}: %{TX.0}|%{TX.1}|%{TX.2}|%{TX.3}'];
  const any = parts.test({ id, phase }, [['capture'], ...parts.setvars(number)], groups);
  const capture = parts.random.oneIn(4)
    ? { ...any, operator: 'verifyCC', argument: '(\\d{4})-?\\d{4}-?\\d{4}-?(\\d{4})' }
    : any;
  const reading: LinkSpec = {
    targets: [
      {
        name: 'TX',
        selector: parts.random.pick(['0', '1', '2', '/^[0-9]$/']),
        form: parts.random.oneIn(4) ? 'count' : 'members',
      },
    ],
    ...parts.condition(),
    actions: [...parts.head(id + 1, phase), ...parts.transformations(2), parts.shown()],
  };
  return { links: [capture, reading] };
};

/** Counters of TX, and a look at one. */
export const counters: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const name = `tx.u${number}_n`;
  const value = (): string =>
    parts.random.pick([
      `+${parts.random.pick(NUMBERS).trim()}`,
      `-${parts.random.pick(['1', '3', '100'])}`,
      '5',
      'abc',
      '',
      ' 8',
      '+%{ARGS.a}',
      '-%{MATCHED_VAR}',
      '%{ARGS.id}',
      `+%{tx.u${number}_n}`,
      '12abc',
      '-0',
    ]);
  const links = Array.from({ length: 1 + parts.random.below(3) }, (_, index) =>
    parts.test({ id: id + index, phase }, [
      [
        'setvar',
        parts.random.oneIn(8) ? `!${name}` : `${parts.random.oneIn(3) ? name.toUpperCase() : name}=${value()}`,
      ],
      ...(parts.random.oneIn(3) ? [['setvar', `tx.u${number}_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}`] as const] : []),
      ...(parts.random.oneIn(4) ? [['setvar', `tx.u${number}_c`] as const] : []),
    ]),
  );
  const reading: LinkSpec = {
    targets: [{ name: 'TX', selector: `u${number}_N`, form: 'members' }],
    isNegated: false,
    operator: parts.random.pick(NUMBER_OPERATORS),
    argument: parts.random.pick(NUMBERS).trim(),
    actions: [...parts.head(id + 5, phase), parts.shown()],
  };
  return { links: [...links, reading] };
};

/** An operator whose argument is made of variables. */
export const macroArgument: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const first = parts.test({ id, phase }, [
    ['setvar', `tx.u${number}_v=%{MATCHED_VAR}`],
    ['setvar', `tx.u${number}_n=+2`],
  ]);
  const macro = parts.random.pick([
    `%{tx.u${number}_v}`,
    `%{TX.U${number}_V}`,
    `%{tx.u${number}_none}`,
    '%{ARGS.a}',
    '%{args.ID}',
    '%{REQUEST_HEADERS.user-agent}',
    'a%{ARGS.q}',
    '%{ARGS.a}%{ARGS.q}',
    '%{REQUEST_METHOD} POST',
    '%{MATCHED_VAR}',
    '%{unknown_thing}',
    '%{ARGS',
  ]);
  const second: LinkSpec = {
    targets: parts.targets(),
    isNegated: parts.random.oneIn(4),
    operator: parts.random.pick([...TEXT_OPERATORS.filter((name) => name !== 'strmatch'), 'eq', 'ge', 'lt', 'rx']),
    argument: macro,
    actions: [...parts.head(id + 1, phase), ...parts.transformations(2), parts.shown()],
  };
  return { links: [first, second] };
};

/** SecAction, with the environment and RULE. */
export const action: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const first = parts.test({ id, phase }, parts.setvars(number));
  const link: LinkSpec = {
    targets: undefined,
    isNegated: false,
    operator: '',
    argument: '',
    actions: [
      ...parts.head(id + 1, phase),
      ['msg', 'set'],
      ['setvar', `tx.u${number}_rule=%{RULE.id}-%{RULE.rev}-%{RULE.severity}`],
      ['setenv', `U${number}=%{REQUEST_METHOD}`],
      ...(parts.random.oneIn(3) ? [parts.shown()] : []),
    ],
  };
  const reading: LinkSpec = {
    targets: [
      { name: 'ENV', selector: `U${number}`, form: 'members' },
      { name: 'ENV', selector: 'none', form: 'count' },
      { name: 'RULE', selector: parts.random.pick(['id', 'msg', 'severity', 'rev']), form: 'members' },
    ],
    ...parts.condition(),
    actions: [...parts.head(id + 2, phase), ['msg', 'reading'], ['rev', '4'], parts.shown()],
  };
  return { links: [first, link, reading] };
};

/** Records no other request shares. */
export const persistent: UnitKind = (parts, number, phase) => {
  const id = number * FIRST_ID + 1;
  const [collection, open] = parts.random.pick([
    ['IP', ['initcol', `ip=%{REQUEST_HEADERS.X-Case}-${number}`]],
    ['GLOBAL', ['initcol', `global=%{REQUEST_HEADERS.X-Case}-${number}`]],
    ['SESSION', ['setsid', `%{REQUEST_HEADERS.X-Case}-${number}`]],
    ['USER', ['setuid', `%{REQUEST_HEADERS.X-Case}-${number}`]],
    ['RESOURCE', ['setrsc', `%{REQUEST_HEADERS.X-Case}-${number}`]],
  ] as const);
  const opening: LinkSpec = {
    targets: [{ name: 'REQUEST_HEADERS', selector: 'X-Case', form: 'members' }],
    isNegated: false,
    operator: 'unconditionalMatch',
    argument: '',
    actions: [
      ...parts.head(id, phase),
      open,
      ['setvar', `${collection.toLowerCase()}.u${number}=+3`],
      ['setvar', `${collection.toLowerCase()}.v=%{ARGS.a}`],
      ...(parts.random.oneIn(3) ? [['expirevar', `${collection.toLowerCase()}.v=60`] as const] : []),
      ...(parts.random.oneIn(3) ? [['deprecatevar', `${collection.toLowerCase()}.u${number}=1/60`] as const] : []),
    ],
  };
  const reading: LinkSpec = {
    targets: [
      {
        name: collection,
        selector: parts.random.pick([`u${number}`, 'v', 'IS_NEW', 'TIMEOUT', 'UPDATE_COUNTER', '/^u/', 'none']),
        form: parts.random.oneIn(4) ? 'count' : 'members',
      },
    ],
    ...parts.condition(),
    actions: [...parts.head(id + 1, phase), parts.shown()],
  };
  return { links: [opening, reading] };
};
