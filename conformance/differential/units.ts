import { fileURLToPath } from 'node:url';
import type { Seeded } from '../regex/seeded.ts';
import type { LinkSpec, TargetSpec, Unit } from './rule-text.ts';
import { FIRST_ID } from './rule-text.ts';
import { serviceUnit } from './service-units.ts';
import {
  COLLECTIONS,
  LISTS,
  NAMES,
  PATTERNS,
  RESPONSE_COLLECTIONS,
  SCALARS,
  SELECTOR_PATTERNS,
  SHAPES,
  TRANSFORMATIONS,
  VALUES,
} from './words.ts';

type ActionSpec = readonly [name: string, value?: string];

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
const TEXT_OPERATORS = ['contains', 'containsWord', 'within', 'beginsWith', 'endsWith', 'streq', 'strmatch'] as const;
const NUMBER_OPERATORS = ['eq', 'ge', 'gt', 'le', 'lt'] as const;
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
const NUMBERS = ['0', '1', '3', '12', '7', '-5', ' 7', '007', '40', 'x', '9999999999', '2147483647'] as const;

/** Makes the units of one configuration; every choice comes from `random`. */
export class UnitMaker {
  readonly #random: Seeded;
  readonly #hasSeverities: boolean;
  /** To choose from; more often those that are there more often. */
  readonly #phases: readonly number[];
  /** Of the unit being made. */
  #phase = 1;

  constructor(random: Seeded, options: { readonly hasSeverities: boolean; readonly phases: readonly number[] }) {
    this.#random = random;
    this.#hasSeverities = options.hasSeverities;
    this.#phases = options.phases;
  }

  /** A unit that goes on with the request, whatever it finds. */
  passing(number: number): Unit {
    const phase = this.#random.pick(this.#phases);
    this.#phase = phase;
    return this.#unit(number, phase, this.#passingKind()(number, phase));
  }

  /** A unit that may end the request; these come last. */
  disruptive(number: number): Unit {
    const phase = this.#random.pick([1, 2, 2, 3, 4]);
    const id = number * FIRST_ID + 1;
    const disruption: readonly ActionSpec[] = this.#random.pick([
      [['deny'], ['status', '406']],
      [['deny']],
      [['block']],
      [['redirect', 'http://example.test/%{ARGS.a}']],
      [
        ['redirect', 'http://example.test/'],
        ['status', '301'],
      ],
      [['allow']],
      [['allow', 'phase']],
      [['allow', 'request']],
      [['deny'], ['status', '418']],
      [['ctl', 'ruleEngine=DetectionOnly'], ['deny']],
      [['drop']],
    ]);
    const link: LinkSpec = {
      targets: [{ name: 'REQUEST_HEADERS', selector: 'X-End', form: 'members' }],
      isNegated: false,
      operator: 'streq',
      argument: String(this.#random.below(12)),
      actions: [['id', String(id)], ['phase', String(phase)], ['log'], ...this.#metadata(), ...disruption],
    };
    return this.#unit(number, phase, { links: [link] });
  }

  /** The highest severity has no owner: this unit is the only one of its configuration that sets any. */
  severity(number: number): Unit {
    const id = number * FIRST_ID + 1;
    this.#phase = 2;
    const links = [0, 2, 4].flatMap((offset) => [
      this.#test({ id: id + offset, phase: 2 }, [['severity', String(this.#random.below(8))]]),
      this.#severityReader(id + offset + 1),
    ]);
    return this.#unit(number, 2, { links });
  }

  #severityReader(id: number): LinkSpec {
    return {
      targets: [{ name: 'HIGHEST_SEVERITY', form: 'members' }],
      isNegated: this.#random.oneIn(4),
      operator: this.#random.pick(NUMBER_OPERATORS),
      argument: String(this.#random.pick([0, 2, 4, 7, 254])),
      actions: [...this.#head(id, 2), ['logdata', '%{MATCHED_VAR} %{HIGHEST_SEVERITY}']],
    };
  }

  #passingKind(): (
    number: number,
    phase: number,
  ) => { links: readonly LinkSpec[]; behind?: ReadonlyMap<number, string> } {
    const kinds = [
      this.#plain,
      this.#plain,
      this.#plain,
      this.#plain,
      this.#capturing,
      this.#capturing,
      this.#chain,
      this.#chain,
      this.#multiMatch,
      this.#skip,
      this.#skipAfter,
      this.#counters,
      this.#macroArgument,
      this.#removal,
      this.#targetRemoval,
      this.#update,
      this.#shape,
      this.#action,
      this.#persistent,
      this.#xml,
      this.#service,
      this.#service,
      this.#service,
    ];
    return this.#random.pick(kinds).bind(this);
  }

  #unit(
    number: number,
    phase: number,
    made: { readonly links: readonly LinkSpec[]; readonly behind?: ReadonlyMap<number, string> },
  ): Unit {
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

  #plain(number: number, phase: number) {
    return { links: [this.#test({ id: number * FIRST_ID + 1, phase }, this.#setvars(number))] };
  }

  #capturing(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const groups: ActionSpec = ['logdata', '%{MATCHED_VAR_NAME}: %{TX.0}|%{TX.1}|%{TX.2}|%{TX.3}'];
    const any = this.#test({ id, phase }, [['capture'], ...this.#setvars(number)], groups);
    const capture = this.#random.oneIn(4)
      ? { ...any, operator: 'verifyCC', argument: '(\\d{4})-?\\d{4}-?\\d{4}-?(\\d{4})' }
      : any;
    const reading: LinkSpec = {
      targets: [
        {
          name: 'TX',
          selector: this.#random.pick(['0', '1', '2', '/^[0-9]$/']),
          form: this.#random.oneIn(4) ? 'count' : 'members',
        },
      ],
      ...this.#condition(),
      actions: [...this.#head(id + 1, phase), ...this.#transformations(2), this.#shown()],
    };
    return { links: [capture, reading] };
  }

  #chain(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const length = 2 + this.#random.below(3);
    const links = [this.#test({ id, phase }, [['chain'], ...this.#setvars(number)])];
    for (let index = 1; index < length; index++) {
      const targets = this.#random.oneIn(2) ? this.#targets() : [this.#chained(number)];
      links.push({
        targets,
        ...this.#condition(),
        actions: [
          ...(index < length - 1 ? [['chain'] as const] : []),
          ...this.#transformations(2),
          ...(this.#random.oneIn(3) ? [['capture'] as const] : []),
          ...this.#setvars(number),
        ],
      });
    }
    return { links };
  }

  /** What the links of a chain look at: traces of the links before. */
  #chained(number: number): TargetSpec {
    return this.#random.pick<TargetSpec>([
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

  #multiMatch(number: number, phase: number) {
    const rule = this.#test({ id: number * FIRST_ID + 1, phase }, [['multiMatch'], ...this.#setvars(number)]);
    return { links: [{ ...rule, actions: [...rule.actions, ...this.#transformations(4)] }] };
  }

  #skip(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const links = [this.#test({ id, phase }, [['skip', String(1 + this.#random.below(3))]])];
    for (let index = 1; index <= 4; index++) {
      links.push(this.#seen(id + index, phase, index === 2 && this.#random.oneIn(2)));
      if (links.at(-1)?.actions.some(([name]) => name === 'chain'))
        links.push({ ...this.#seen(0, phase, false), actions: [['t', 'none']] });
    }
    return { links };
  }

  #skipAfter(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const marker = `END-${number}`;
    const isMarker = this.#random.oneIn(2);
    const links = [
      this.#test({ id, phase }, [['skipAfter', isMarker ? marker : String(id + 2)]]),
      this.#seen(id + 1, phase, false),
      this.#seen(id + 2, phase, false),
      this.#seen(id + 3, phase, false),
    ];
    return { links, behind: new Map([[2, `SecMarker ${marker}`]]) };
  }

  #counters(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const name = `tx.u${number}_n`;
    const value = (): string =>
      this.#random.pick([
        `+${this.#random.pick(NUMBERS).trim()}`,
        `-${this.#random.pick(['1', '3', '100'])}`,
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
    const links = Array.from({ length: 1 + this.#random.below(3) }, (_, index) =>
      this.#test({ id: id + index, phase }, [
        [
          'setvar',
          this.#random.oneIn(8) ? `!${name}` : `${this.#random.oneIn(3) ? name.toUpperCase() : name}=${value()}`,
        ],
        ...(this.#random.oneIn(3) ? [['setvar', `tx.u${number}_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}`] as const] : []),
        ...(this.#random.oneIn(4) ? [['setvar', `tx.u${number}_c`] as const] : []),
      ]),
    );
    const reading: LinkSpec = {
      targets: [{ name: 'TX', selector: `u${number}_N`, form: 'members' }],
      isNegated: false,
      operator: this.#random.pick(NUMBER_OPERATORS),
      argument: this.#random.pick(NUMBERS).trim(),
      actions: [...this.#head(id + 5, phase), this.#shown()],
    };
    return { links: [...links, reading] };
  }

  #macroArgument(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const first = this.#test({ id, phase }, [
      ['setvar', `tx.u${number}_v=%{MATCHED_VAR}`],
      ['setvar', `tx.u${number}_n=+2`],
    ]);
    const macro = this.#random.pick([
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
      targets: this.#targets(),
      isNegated: this.#random.oneIn(4),
      operator: this.#random.pick([...TEXT_OPERATORS.filter((name) => name !== 'strmatch'), 'eq', 'ge', 'lt', 'rx']),
      argument: macro,
      actions: [...this.#head(id + 1, phase), ...this.#transformations(2), this.#shown()],
    };
    return { links: [first, second] };
  }

  #removal(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const by = this.#random.pick([
      `ruleRemoveById=${id + 1}`,
      `ruleRemoveById=${id + 1}-${id + 2}`,
      `ruleRemoveByTag=tag-${number}-b`,
      `ruleRemoveByTag=^tag-${number}`,
      `ruleRemoveByMsg=message ${number} b`,
    ]);
    const first = this.#test({ id, phase }, [['ctl', by]]);
    const tagged = (index: number, letter: string): LinkSpec => {
      const rule = this.#test({ id: id + index, phase }, []);
      return {
        ...rule,
        actions: [
          ...rule.actions.filter(([name]) => name !== 'msg'),
          ['tag', `tag-${number}-${letter}`],
          ['msg', `message ${number} ${letter}`],
        ],
      };
    };
    return { links: [first, tagged(1, 'a'), tagged(2, 'b'), tagged(3, 'c')] };
  }

  #targetRemoval(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const target = this.#random.pick([
      'ARGS',
      'ARGS:a',
      'ARGS:A',
      'ARGS:/^a/',
      'REQUEST_HEADERS:user-agent',
      'REQUEST_COOKIES:a',
      'ARGS_NAMES:id',
      'REQUEST_URI',
      'ARGS:user.name',
      'TX:1',
    ]);
    const option = this.#random.pick([
      `ruleRemoveTargetById=${id + 1}`,
      `ruleRemoveTargetById=${id + 1}-${id + 3}`,
      `ruleRemoveTargetByTag=remove-${number}`,
      `ruleRemoveTargetByMsg=remove ${number}`,
    ]);
    const first = this.#test({ id, phase }, [['ctl', `${option};${target}`]]);
    const isChain = this.#random.oneIn(3);
    const second = this.#test({ id: id + 1, phase }, [
      ['tag', `remove-${number}-x`],
      ...(isChain ? [['chain'] as const] : []),
    ]);
    const described = {
      ...second,
      targets: this.#reading(target),
      actions: [...second.actions.filter(([name]) => name !== 'msg'), ['msg', `remove ${number}`] as const],
    };
    const follower: LinkSpec = {
      targets: this.#reading(target),
      ...this.#condition(),
      actions: this.#transformations(1),
    };
    return { links: isChain ? [first, described, follower] : [first, described] };
  }

  /** Targets among which a removed one is. */
  #reading(target: string): readonly TargetSpec[] {
    const [name = ''] = target.split(':', 1);
    if (name === 'TX') return [{ name: 'TX', selector: '/^[0-9]$/', form: 'members' }, ...this.#targets()];
    return [{ name, form: this.#random.oneIn(6) && name !== 'REQUEST_URI' ? 'count' : 'members' }, ...this.#targets()];
  }

  #update(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const rule = this.#test({ id, phase }, [['tag', `update-${number}`]]);
    const isChain = this.#random.oneIn(3);
    const links = isChain
      ? [
          { ...rule, actions: [...rule.actions, ['chain'] as const] },
          { targets: this.#targets(), ...this.#condition(), actions: this.#transformations(2) },
        ]
      : [rule];
    const change = this.#random.pick([
      '!ARGS:a',
      '!ARGS:/^a/',
      '!REQUEST_HEADERS',
      'REQUEST_METHOD',
      'ARGS:id,!ARGS:q',
      '!REQUEST_COOKIES:/a/',
      'ARGS',
    ]);
    const directive = this.#random.pick([
      `SecRuleUpdateTargetById ${id} "${change}"`,
      `SecRuleUpdateTargetByTag "update-${number}$" "${change}"`,
      `SecRuleUpdateActionById ${id} "t:none,t:length,tag:'updated'"`,
      `SecRuleUpdateActionById ${id} "logdata:'updated %{MATCHED_VAR}',rev:9"`,
      `SecRuleRemoveById ${id}`,
      `SecRuleRemoveByTag "update-${number}"`,
    ]);
    return { links, behind: new Map([[links.length - 1, directive]]) };
  }

  #shape(number: number, phase: number) {
    const [name, pattern] = this.#random.pick(SHAPES);
    const link: LinkSpec = {
      targets: [{ name, form: 'members' }],
      isNegated: this.#random.oneIn(3),
      operator: 'rx',
      argument: pattern,
      actions: this.#head(number * FIRST_ID + 1, phase),
    };
    return { links: [link] };
  }

  #action(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const first = this.#test({ id, phase }, this.#setvars(number));
    const link: LinkSpec = {
      targets: undefined,
      isNegated: false,
      operator: '',
      argument: '',
      actions: [
        ...this.#head(id + 1, phase),
        ['msg', 'set'],
        ['setvar', `tx.u${number}_rule=%{RULE.id}-%{RULE.rev}-%{RULE.severity}`],
        ['setenv', `U${number}=%{REQUEST_METHOD}`],
        ...(this.#random.oneIn(3) ? [this.#shown()] : []),
      ],
    };
    const reading: LinkSpec = {
      targets: [
        { name: 'ENV', selector: `U${number}`, form: 'members' },
        { name: 'ENV', selector: 'none', form: 'count' },
        { name: 'RULE', selector: this.#random.pick(['id', 'msg', 'severity', 'rev']), form: 'members' },
      ],
      ...this.#condition(),
      actions: [...this.#head(id + 2, phase), ['msg', 'reading'], ['rev', '4'], this.#shown()],
    };
    return { links: [first, link, reading] };
  }

  /** Records no other request shares. */
  #persistent(number: number, phase: number) {
    const id = number * FIRST_ID + 1;
    const [collection, open] = this.#random.pick([
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
        ...this.#head(id, phase),
        open,
        ['setvar', `${collection.toLowerCase()}.u${number}=+3`],
        ['setvar', `${collection.toLowerCase()}.v=%{ARGS.a}`],
        ...(this.#random.oneIn(3) ? [['expirevar', `${collection.toLowerCase()}.v=60`] as const] : []),
        ...(this.#random.oneIn(3) ? [['deprecatevar', `${collection.toLowerCase()}.u${number}=1/60`] as const] : []),
      ],
    };
    const reading: LinkSpec = {
      targets: [
        {
          name: collection,
          selector: this.#random.pick([`u${number}`, 'v', 'IS_NEW', 'TIMEOUT', 'UPDATE_COUNTER', '/^u/', 'none']),
          form: this.#random.oneIn(4) ? 'count' : 'members',
        },
      ],
      ...this.#condition(),
      actions: [...this.#head(id + 1, phase), this.#shown()],
    };
    return { links: [opening, reading] };
  }

  #xml(number: number, phase: number) {
    const link: LinkSpec = {
      targets: [
        {
          name: 'XML',
          selector: this.#random.pick([
            '/*',
            '//@*',
            '/root/item',
            '//item[2]',
            '//text()',
            '/root/p:x/@id',

            "//item[@id='2']",
          ]),
          form: this.#random.oneIn(6) ? 'count' : 'members',
        },
        ...(this.#random.oneIn(3) ? this.#targets() : []),
      ],
      ...this.#condition(),
      actions: [
        ...this.#head(number * FIRST_ID + 1, phase),
        ['xmlns', 'p=urn:p'],
        ...this.#transformations(1),
        this.#shown(),
      ],
    };
    return { links: [link] };
  }

  #service(number: number, phase: number) {
    const parts = {
      random: this.#random,
      head: (id: number, at: number) => this.#head(id, at),
      shown: () => this.#shown(),
      transformations: (most: number) => this.#transformations(most),
      condition: () => this.#condition(),
    };
    return serviceUnit(number, phase, parts) ?? this.#plain(number, phase);
  }

  /** A rule that can be any rule. */
  #test(
    where: { id: number; phase: number },
    actions: readonly ActionSpec[],
    data: ActionSpec = this.#shown(),
  ): LinkSpec {
    return {
      targets: this.#targets(),
      ...this.#condition(),
      actions: [
        ...this.#head(where.id, where.phase),
        ...this.#transformations(3),
        ...this.#metadata(),
        data,
        ...actions,
      ],
    };
  }

  /** A rule that always says it was reached. */
  #seen(id: number, phase: number, isChain: boolean): LinkSpec {
    return {
      targets: [{ name: 'REQUEST_METHOD', form: 'members' }],
      isNegated: false,
      operator: 'unconditionalMatch',
      argument: '',
      actions: [...this.#head(id, phase), ...(isChain ? [['chain'] as const] : [])],
    };
  }

  #head(id: number, phase: number): readonly ActionSpec[] {
    return [['id', String(id)], ['phase', String(phase)], ['log'], ['pass']];
  }

  #shown(): ActionSpec {
    return ['logdata', '%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'];
  }

  #metadata(): readonly ActionSpec[] {
    const random = this.#random;
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

  #setvars(number: number): readonly ActionSpec[] {
    if (!this.#random.oneIn(2)) return [];
    return [
      [
        'setvar',
        this.#random.pick([
          `tx.u${number}_n=+1`,
          `tx.u${number}_v=%{MATCHED_VAR}`,
          `tx.u${number}_%{MATCHED_VAR_NAME}=1`,
          `tx.u${number}_t=%{TX.0}-%{TX.1}`,
        ]),
      ],
      ...(this.#random.oneIn(3) ? [['setvar', `tx.u${number}_hits=+1`] as const] : []),
    ];
  }

  #transformations(most: number): readonly ActionSpec[] {
    const count = this.#random.below(most + 1);
    return Array.from(
      { length: count },
      (_, index): ActionSpec => [
        't',
        this.#random.oneIn(12) && index > 0 ? 'none' : this.#random.pick(TRANSFORMATIONS),
      ],
    );
  }

  #targets(): readonly TargetSpec[] {
    const count = this.#random.pick([1, 1, 1, 2, 2, 3]);
    const targets: TargetSpec[] = [];
    for (let index = 0; index < count; index++) {
      const target = this.#target();
      targets.push(target);
      if (
        target.form === 'members' &&
        target.selector === undefined &&
        (COLLECTIONS as readonly string[]).includes(target.name) &&
        this.#random.oneIn(3)
      ) {
        targets.push({ name: target.name, selector: this.#selector(), form: 'exclusion' });
      }
    }
    // To the left of what it excludes.
    if (this.#random.oneIn(40)) targets.unshift({ name: 'ARGS', selector: 'a', form: 'exclusion' });
    return targets;
  }

  #target(): TargetSpec {
    const random = this.#random;
    const kind = random.below(20);
    if (kind < 5) return { name: random.pick(SCALARS.filter((name) => name !== 'HIGHEST_SEVERITY')), form: 'members' };
    if (kind === 5) return { name: random.pick(LISTS), form: random.oneIn(3) ? 'count' : 'members' };
    if (kind === 6) return { name: `HTTP_${random.pick(['User-Agent', 'Host', 'X-A'])}`, form: 'members' };
    const name =
      kind < 13
        ? random.pick(['ARGS', 'ARGS_NAMES', 'REQUEST_COOKIES', 'REQUEST_HEADERS'])
        : random.pick(this.#phase >= 3 ? [...COLLECTIONS, ...RESPONSE_COLLECTIONS] : COLLECTIONS);
    const form = random.oneIn(7) ? 'count' : 'members';
    return random.oneIn(2) ? { name, form } : { name, selector: this.#selector(name), form };
  }

  #selector(name = ''): string {
    const random = this.#random;
    if (random.oneIn(3)) return random.pick(SELECTOR_PATTERNS);
    if (name.includes('HEADERS'))
      return random.pick(['user-agent', 'Content-Type', 'X-A', 'cookie', 'Host', 'Set-Cookie']);
    return random.pick(NAMES);
  }

  #condition(): Pick<LinkSpec, 'isNegated' | 'operator' | 'argument'> {
    const random = this.#random;
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
