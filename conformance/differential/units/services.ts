/** What lies outside of the request: streams, files, schemas, pages, sessions, programs. */
import { fileURLToPath } from 'node:url';
import type { ActionSpec, RuleParts } from '../rule-parts.ts';
import type { LinkSpec, TargetSpec } from '../rule-text.ts';
import { FIRST_ID } from '../rule-text.ts';
import type { MadeUnit, UnitKind } from './unit-kind.ts';
import { plain } from './values.ts';

/** Undefined in phases without it. */
type ServiceKind = (parts: RuleParts, number: number, phase: number) => MadeUnit | undefined;

const data = (name: string): string => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

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

/** A rule about one of these; any rule in phases without it. */
export const service: UnitKind = (parts, number, phase) => {
  const kind = parts.random.pick([substitution, uploads, approval, validation, injection, session, program]);
  return kind(parts, number, phase) ?? plain(parts, number, phase);
};

const members = (name: string, selector?: string): TargetSpec => ({
  name,
  form: 'members',
  ...(selector === undefined ? {} : { selector }),
});

const always = { isNegated: false, operator: 'unconditionalMatch', argument: '' } as const;

/** `@rsub` on a stream, then a look at what became of it. */
const substitution: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
  const id = number * FIRST_ID + 1;
  const name = phase === 2 ? 'STREAM_INPUT_BODY' : phase === 4 ? 'STREAM_OUTPUT_BODY' : undefined;
  if (name === undefined) return undefined;
  const changing: LinkSpec = {
    targets: [members(name)],
    isNegated: false,
    operator: 'rsub',
    argument: random.pick(SUBSTITUTIONS),
    actions: parts.head(id, phase),
  };
  const reading: LinkSpec = {
    targets: [members(name)],
    ...parts.condition(),
    actions: [...parts.head(id + 1, phase), parts.shown()],
  };
  return { links: [changing, reading] };
};

/** Extracted files; their paths differ from run to run and are not shown. */
const uploads: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
  if (phase !== 2) return undefined;
  const id = number * FIRST_ID + 1;
  const content: LinkSpec = {
    targets: [members('FILES_TMP_CONTENT', random.oneIn(3) ? random.pick(['a', 'id', '/a/']) : undefined)],
    ...parts.condition(),
    actions: [...parts.head(id, phase), ...parts.transformations(2), parts.shown()],
  };
  const count: LinkSpec = {
    targets: [
      { name: random.pick(['FILES_TMPNAMES', 'FILES_TMP_CONTENT', 'FILES', 'FILES_SIZES']), form: 'count' },
      members('FILES_COMBINED_SIZE'),
      members('FILES_SIZES', random.oneIn(2) ? 'a' : undefined),
    ],
    ...parts.condition(),
    actions: [...parts.head(id + 1, phase), parts.shown()],
  };
  return { links: [content, count] };
};

const approval: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
  if (phase !== 2) return undefined;
  const link: LinkSpec = {
    targets: [members('FILES_TMPNAMES', random.oneIn(3) ? 'a' : undefined)],
    isNegated: false,
    operator: 'inspectFile',
    argument: data('approve.sh'),
    actions: [...parts.head(number * FIRST_ID + 1, phase), ...(random.oneIn(2) ? [['capture'] as const] : [])],
  };
  return { links: [link] };
};

const validation: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
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
    actions: parts.head(number * FIRST_ID + 1, phase),
  };
  return { links: [link] };
};

const injection: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
  if (phase > 3) return undefined;
  const link: LinkSpec = {
    targets: [members('ARGS', 'a'), members('REQUEST_METHOD')],
    ...(random.oneIn(2) ? always : parts.condition()),
    actions: [
      ...parts.head(number * FIRST_ID + 1, phase),
      ...(random.oneIn(2) ? [['append', random.pick(INJECTED)] as const] : []),
      ...(random.oneIn(2) ? [['prepend', random.pick(INJECTED)] as const] : []),
    ],
  };
  return { links: [link] };
};

/** Sessions and users no other request shares, and the variables that tell of them. */
const session: ServiceKind = (parts, number, phase) => {
  const { random } = parts;
  const id = number * FIRST_ID + 1;
  const [open, collection, variable] = random.pick([
    ['setsid', 'SESSION', 'SESSIONID'],
    ['setuid', 'USER', 'USERID'],
  ] as const);
  const opening: LinkSpec = {
    targets: [members('REQUEST_HEADERS', 'X-Case')],
    ...always,
    actions: [
      ...parts.head(id, phase),
      [open, `${number}-%{REQUEST_HEADERS.X-Case}`],
      ['setvar', `${collection.toLowerCase()}.n=+2`],
      ['setvar', `${collection.toLowerCase()}.v=%{ARGS.a}`],
      ['setvar', `!${collection.toLowerCase()}.${random.pick(['v', 'none'])}`],
    ],
  };
  const reading: LinkSpec = {
    targets: [members(variable), members(collection, random.pick(['n', 'v', 'KEY', 'CREATE_TIME', 'IS_NEW']))],
    ...parts.condition(),
    actions: [...parts.head(id + 1, phase), ['logdata', '%{MATCHED_VAR_NAME}'], parts.shown()].slice(
      0,
      -1,
    ) as ActionSpec[],
  };
  return { links: [opening, reading] };
};

/** A program whose output nobody reads. */
const program: ServiceKind = (parts, number, phase) => {
  const link: LinkSpec = {
    targets: [members('ARGS')],
    ...parts.condition(),
    actions: [...parts.head(number * FIRST_ID + 1, phase), ['exec', data('approve.sh')]],
  };
  return { links: [link] };
};
