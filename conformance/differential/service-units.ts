import { fileURLToPath } from 'node:url';
import type { Seeded } from '../regex/seeded.ts';
import type { LinkSpec, TargetSpec } from './rule-text.ts';
import { FIRST_ID } from './rule-text.ts';

type ActionSpec = readonly [name: string, value?: string];

/** What units take from the maker of all others. */
export interface UnitParts {
  readonly random: Seeded;
  head(id: number, phase: number): readonly ActionSpec[];
  shown(): ActionSpec;
  transformations(most: number): readonly ActionSpec[];
  condition(): Pick<LinkSpec, 'isNegated' | 'operator' | 'argument'>;
}

type UnitKind = (
  number: number,
  phase: number,
  parts: UnitParts,
) => { readonly links: readonly LinkSpec[] } | undefined;

const data = (name: string): string => fileURLToPath(new URL(`./data/${name}`, import.meta.url));

const SUBSTITUTIONS = [
  's/a/b/',
  's/admin/root/i',
  's|([a-z]+)=([a-z]+)|$2|',
  's/e//',
  's#<[^>]*>#-#',
  's/(\\d)(\\d)/\\\\2-\\\\1/',
  's/nothing like that/x/',
  's/%{ARGS.a}/x/d',
  's/a/%{REQUEST_METHOD}/',
] as const;

const INJECTED = ['<!-- x -->', '%{ARGS.a}', 'tail %{REQUEST_METHOD} %{tx.none}', '<p>'] as const;

/** Rules about what lies outside of the request: streams, files, schemas, pages, sessions, programs. Undefined in phases without it. */
export function serviceUnit(number: number, phase: number, parts: UnitParts): ReturnType<UnitKind> {
  return parts.random.pick([substitution, uploads, approval, validation, injection, session, program])(
    number,
    phase,
    parts,
  );
}

const members = (name: string, selector?: string): TargetSpec => ({
  name,
  form: 'members',
  ...(selector === undefined ? {} : { selector }),
});

const always = { isNegated: false, operator: 'unconditionalMatch', argument: '' } as const;

/** `@rsub` on a stream, then a look at what became of it. */
const substitution: UnitKind = (number, phase, { random, head, shown, condition }) => {
  const id = number * FIRST_ID + 1;
  const name = phase === 2 ? 'STREAM_INPUT_BODY' : phase === 4 ? 'STREAM_OUTPUT_BODY' : undefined;
  if (name === undefined) return undefined;
  const changing: LinkSpec = {
    targets: [members(name)],
    isNegated: false,
    operator: 'rsub',
    argument: random.pick(SUBSTITUTIONS),
    actions: head(id, phase),
  };
  const reading: LinkSpec = {
    targets: [members(name)],
    ...condition(),
    actions: [...head(id + 1, phase), shown()],
  };
  return { links: [changing, reading] };
};

/** Extracted files; their paths differ from run to run and are not shown. */
const uploads: UnitKind = (number, phase, { random, head, shown, condition, transformations }) => {
  if (phase !== 2) return undefined;
  const id = number * FIRST_ID + 1;
  const content: LinkSpec = {
    targets: [members('FILES_TMP_CONTENT', random.oneIn(3) ? random.pick(['a', 'id', '/a/']) : undefined)],
    ...condition(),
    actions: [...head(id, phase), ...transformations(2), shown()],
  };
  const count: LinkSpec = {
    targets: [
      { name: random.pick(['FILES_TMPNAMES', 'FILES_TMP_CONTENT', 'FILES', 'FILES_SIZES']), form: 'count' },
      members('FILES_COMBINED_SIZE'),
      members('FILES_SIZES', random.oneIn(2) ? 'a' : undefined),
    ],
    ...condition(),
    actions: [...head(id + 1, phase), shown()],
  };
  return { links: [content, count] };
};

const approval: UnitKind = (number, phase, { random, head }) => {
  if (phase !== 2) return undefined;
  const link: LinkSpec = {
    targets: [members('FILES_TMPNAMES', random.oneIn(3) ? 'a' : undefined)],
    isNegated: false,
    operator: 'inspectFile',
    argument: data('approve.sh'),
    actions: [...head(number * FIRST_ID + 1, phase), ...(random.oneIn(2) ? [['capture'] as const] : [])],
  };
  return { links: [link] };
};

const validation: UnitKind = (number, phase, { random, head }) => {
  if (phase !== 2) return undefined;
  const [operator, file] = random.pick([
    ['validateSchema', 'root.xsd'],
    ['validateDTD', 'root.dtd'],
  ]);
  const link: LinkSpec = {
    targets: [members('XML')],
    isNegated: random.oneIn(4),
    operator,
    argument: data(file),
    actions: head(number * FIRST_ID + 1, phase),
  };
  return { links: [link] };
};

const injection: UnitKind = (number, phase, { random, head, condition }) => {
  if (phase > 3) return undefined;
  const link: LinkSpec = {
    targets: [members('ARGS', 'a'), members('REQUEST_METHOD')],
    ...(random.oneIn(2) ? always : condition()),
    actions: [
      ...head(number * FIRST_ID + 1, phase),
      ...(random.oneIn(2) ? [['append', random.pick(INJECTED)] as const] : []),
      ...(random.oneIn(2) ? [['prepend', random.pick(INJECTED)] as const] : []),
    ],
  };
  return { links: [link] };
};

/** Sessions and users no other request shares, and the variables that tell of them. */
const session: UnitKind = (number, phase, { random, head, shown, condition }) => {
  const id = number * FIRST_ID + 1;
  const [open, collection, variable] = random.pick([
    ['setsid', 'SESSION', 'SESSIONID'],
    ['setuid', 'USER', 'USERID'],
  ] as const);
  const opening: LinkSpec = {
    targets: [members('REQUEST_HEADERS', 'X-Case')],
    ...always,
    actions: [
      ...head(id, phase),
      [open, `${number}-%{REQUEST_HEADERS.X-Case}`],
      ['setvar', `${collection.toLowerCase()}.n=+2`],
      ['setvar', `${collection.toLowerCase()}.v=%{ARGS.a}`],
      ['setvar', `!${collection.toLowerCase()}.${random.pick(['v', 'none'])}`],
    ],
  };
  const reading: LinkSpec = {
    targets: [members(variable), members(collection, random.pick(['n', 'v', 'KEY', 'CREATE_TIME', 'IS_NEW']))],
    ...condition(),
    actions: [...head(id + 1, phase), ['logdata', '%{MATCHED_VAR_NAME}'], shown()].slice(0, -1) as ActionSpec[],
  };
  return { links: [opening, reading] };
};

/** A program whose output nobody reads. */
const program: UnitKind = (number, phase, { head, condition }) => {
  const link: LinkSpec = {
    targets: [members('ARGS')],
    ...condition(),
    actions: [...head(number * FIRST_ID + 1, phase), ['exec', data('approve.sh')]],
  };
  return { links: [link] };
};
