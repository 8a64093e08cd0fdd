/** What rules of the generator are made of: targets, conditions, actions. */
import { fileURLToPath } from 'node:url';
import type { Seeded } from '../regex/seeded.ts';
import type { LinkSpec, TargetSpec } from './rule-text.ts';
import {
  COLLECTIONS,
  LISTS,
  NAMES,
  PATTERNS,
  RESPONSE_COLLECTIONS,
  SCALARS,
  SELECTOR_PATTERNS,
  TRANSFORMATIONS,
  VALUES,
} from './words.ts';

export type ActionSpec = readonly [name: string, value?: string];

const data = (name: string): string => fileURLToPath(new URL(`./data/${name}`, import.meta.url));

/** Values that can stand in a rule file as they are. */
const WRITABLE = VALUES.filter(
  (value) => /^[!-~\x80-\xff](?:[ -~\x80-\xff]*[!-~\x80-\xff])?$/.test(value) && !value.includes('%{'),
);

/** The same without the escapes of phrases. */
const PHRASES = WRITABLE.filter((value) => !/[\\|]/.test(value));

const OPERATORS_WITHOUT_ARGUMENT = [
  'detectSQLi',
  'detectXSS',
  'validateUrlEncoding',
  'validateUtf8Encoding',
  'unconditionalMatch',
  'noMatch',
] as const;
export const TEXT_OPERATORS = [
  'contains',
  'containsWord',
  'within',
  'beginsWith',
  'endsWith',
  'streq',
  'strmatch',
] as const;
export const NUMBER_OPERATORS = ['eq', 'ge', 'gt', 'le', 'lt'] as const;
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  pm: ['admin select x', 'ADMIN 1', '|41 42| etc', 'a\\:b <script', 'passwd pass', 'abcd bc', "' \\;"],
  pmFromFile: [data('phrases.data'), data('phrases.data'), data('phrases.data'), data('short-phrases.data')],
  validateByteRange: ['32-126', '1-255', '9,10,13,32-126,128-255', '48-57', '0'],
  verifyCC: ['\\d{13,16}', '(\\d{4})-?\\d{4}-?\\d{4}-?(\\d{4})'],
  verifyCPF: ['\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}', '([0-9]{3}\\.){2}[0-9]{3}-[0-9]{2}'],
  verifySSN: ['\\d{3}-?\\d{2}-?\\d{4}', '(\\d{3})-(\\d{2})-(\\d{4})'],
  ipMatch: ['127.0.0.1', '10.0.0.0/8,2001:db8::/32', '::ffff:10.0.0.0/104,127.0.0.0/8'],
  ipMatchFromFile: [data('addresses.data')],
};
export const NUMBERS = ['0', '1', '3', '12', '7', '-5', ' 7', '007', '40', 'x', '9999999999', '2147483647'] as const;

/** Makes parts of rules; every choice comes from `random`. */
export class RuleParts {
  readonly random: Seeded;
  readonly #hasSeverities: boolean;
  /** Of the unit being made: what there is to look at. */
  phase = 1;

  /** `hasSeverities`: severities belong to a unit of their own. */
  constructor(random: Seeded, hasSeverities: boolean) {
    this.random = random;
    this.#hasSeverities = hasSeverities;
  }

  /** A rule that can be any rule. */
  test(
    where: { id: number; phase: number },
    actions: readonly ActionSpec[],
    data: ActionSpec = this.shown(),
  ): LinkSpec {
    return {
      targets: this.targets(),
      ...this.condition(),
      actions: [...this.head(where.id, where.phase), ...this.transformations(3), ...this.metadata(), data, ...actions],
    };
  }

  /** A rule that always says it was reached. */
  seen(id: number, phase: number, isChain: boolean): LinkSpec {
    return {
      targets: [{ name: 'REQUEST_METHOD', form: 'members' }],
      isNegated: false,
      operator: 'unconditionalMatch',
      argument: '',
      actions: [...this.head(id, phase), ...(isChain ? [['chain'] as const] : [])],
    };
  }

  head(id: number, phase: number): readonly ActionSpec[] {
    return [['id', String(id)], ['phase', String(phase)], ['log'], ['pass']];
  }

  shown(): ActionSpec {
    return ['logdata', '%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'];
  }

  metadata(): readonly ActionSpec[] {
    const random = this.random;
    return [
      ...(random.oneIn(2)
        ? [
            [
              'msg',
              random.pick([
                'plain',
                'found %{MATCHED_VAR_NAME}',
                '%{ARGS.a} and %{TX.1}',
                'it\'s \\ "quoted"',
                '%{REQUEST_LINE}',
                '%{REQUEST_LINE}|'.repeat(9),
                '%{ARGS_NAMES}',
                'rule %{RULE.id} %{RULE.severity}',
                '%{none.x}',
                '%{',
              ]),
            ] as const,
          ]
        : []),
      ...(random.oneIn(4) ? [['tag', random.pick(['attack', 'a b', 'tag/%{REQUEST_METHOD}'])] as const] : []),
      ...(random.oneIn(6) ? [['tag', 'second'] as const] : []),
      ...(random.oneIn(8) ? [['rev', '2'] as const] : []),
      ...(random.oneIn(8) ? [['ver', 'set/1.0'] as const] : []),
      ...(random.oneIn(8) ? [['maturity', '3'] as const] : []),
      ...(random.oneIn(8) ? [['accuracy', '7'] as const] : []),
      ...(!this.#hasSeverities && random.oneIn(4)
        ? [['severity', random.pick(['CRITICAL', '0', 'warning', '7'])] as const]
        : []),
    ];
  }

  setvars(number: number): readonly ActionSpec[] {
    if (!this.random.oneIn(2)) return [];
    return [
      [
        'setvar',
        this.random.pick([
          `tx.u${number}_n=+1`,
          `tx.u${number}_v=%{MATCHED_VAR}`,
          `tx.u${number}_%{MATCHED_VAR_NAME}=1`,
          `tx.u${number}_t=%{TX.0}-%{TX.1}`,
        ]),
      ],
      ...(this.random.oneIn(3) ? [['setvar', `tx.u${number}_hits=+1`] as const] : []),
    ];
  }

  transformations(most: number): readonly ActionSpec[] {
    const count = this.random.below(most + 1);
    return Array.from(
      { length: count },
      (_, index): ActionSpec => ['t', this.random.oneIn(12) && index > 0 ? 'none' : this.random.pick(TRANSFORMATIONS)],
    );
  }

  targets(): readonly TargetSpec[] {
    const count = this.random.pick([1, 1, 1, 2, 2, 3]);
    const targets: TargetSpec[] = [];
    for (let index = 0; index < count; index++) {
      const target = this.#target();
      targets.push(target);
      if (
        target.form === 'members' &&
        target.selector === undefined &&
        (COLLECTIONS as readonly string[]).includes(target.name) &&
        this.random.oneIn(3)
      ) {
        targets.push({ name: target.name, selector: this.#selector(), form: 'exclusion' });
      }
    }
    // To the left of what it excludes.
    if (this.random.oneIn(40)) targets.unshift({ name: 'ARGS', selector: 'a', form: 'exclusion' });
    return targets;
  }

  #target(): TargetSpec {
    const random = this.random;
    const kind = random.below(20);
    if (kind < 5) return { name: random.pick(SCALARS.filter((name) => name !== 'HIGHEST_SEVERITY')), form: 'members' };
    if (kind === 5) return { name: random.pick(LISTS), form: random.oneIn(3) ? 'count' : 'members' };
    if (kind === 6) return { name: `HTTP_${random.pick(['User-Agent', 'Host', 'X-A'])}`, form: 'members' };
    const name =
      kind < 13
        ? random.pick(['ARGS', 'ARGS_NAMES', 'REQUEST_COOKIES', 'REQUEST_HEADERS'])
        : random.pick(this.phase >= 3 ? [...COLLECTIONS, ...RESPONSE_COLLECTIONS] : COLLECTIONS);
    const form = random.oneIn(7) ? 'count' : 'members';
    return random.oneIn(2) ? { name, form } : { name, selector: this.#selector(name), form };
  }

  #selector(name = ''): string {
    const random = this.random;
    if (random.oneIn(3)) return random.pick(SELECTOR_PATTERNS);
    if (name.includes('HEADERS'))
      return random.pick(['user-agent', 'Content-Type', 'X-A', 'cookie', 'Host', 'Set-Cookie']);
    return random.pick(NAMES);
  }

  condition(): Pick<LinkSpec, 'isNegated' | 'operator' | 'argument'> {
    const random = this.random;
    const isNegated = random.oneIn(5);
    switch (random.below(7)) {
      case 0:
      case 1:
        return { isNegated, operator: 'rx', argument: random.pick(PATTERNS) };
      case 2:
        return { isNegated, operator: random.pick(OPERATORS_WITHOUT_ARGUMENT), argument: '' };
      case 3:
        return { isNegated, operator: random.pick(NUMBER_OPERATORS), argument: random.pick(NUMBERS).trim() };
      case 4: {
        const operator = random.pick(Object.keys(ARGUMENTS));
        return { isNegated, operator, argument: random.pick(ARGUMENTS[operator] ?? []) };
      }
      default: {
        const operator = random.pick(TEXT_OPERATORS);
        const argument = random.oneIn(2)
          ? random.pick(operator === 'strmatch' ? PHRASES : WRITABLE)
          : random.pick(['a', 'e', 'min', '1', 'script', '/', '=']);
        return {
          isNegated,
          operator,
          argument: operator === 'within' ? `${argument} ${random.pick(WRITABLE)}` : argument,
        };
      }
    }
  }
}
