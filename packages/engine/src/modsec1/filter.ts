import type { DirectiveNode, Word } from '../seclang/ast.ts';
import type { ActionParts, RuleParts, TargetParts } from '../seclang/make-node.ts';
import type { Modsec1Context } from './context.ts';
import { type FilterActions, readFilterActions } from './filter-actions.ts';
import { type FilterPhase, type Location, latestPhase, readLocation } from './locations.ts';

/** One `SecFilter` or `SecFilterSelective`, understood. */
export interface Filter {
  readonly node: DirectiveNode;
  readonly actions: FilterActions;
  /** Ways the filter can match; each is a rule of its own. Empty when `reason` says why there is none. */
  readonly tests: readonly FilterTest[];
  readonly phase: FilterPhase;
  readonly reason: string | undefined;
  readonly notes: readonly string[];
}

/** Targets, operator and the actions that belong to the link itself: transformations. */
export type FilterTest = Pick<RuleParts, 'targets' | 'operator' | 'actions'> & { readonly isNegated: boolean };

/** What 1.x did to every value before it looked: decode, NUL to blank, `/./` and `//` to `/`. */
const normalisation: readonly ActionParts[] = [
  ['t', 'none'],
  ['t', 'urlDecodeUni'],
  ['t', 'replaceNulls'],
  ['t', 'normalizePath'],
];

const asIs: readonly ActionParts[] = [['t', 'none']];

/** `SecFilter` looks at the request line and at the body; ARGS adds the decoded body of multipart requests. */
const keywordTargets: readonly TargetParts[] = [{ name: 'REQUEST_LINE' }, { name: 'REQUEST_BODY' }, { name: 'ARGS' }];

/** Reads a filter. Its notes say where today's rule differs from what 1.x did. */
export function readFilter(node: DirectiveNode, context: Modsec1Context): Filter {
  const isSelective = node.name.toLowerCase() === 'secfilterselective';
  const [locations, pattern, list, surplus] = isSelective ? node.words : [undefined, ...node.words];
  const actions = readFilterActions(list);
  const broken = (reason: string): Filter => ({ node, actions, tests: [], phase: 2, reason, notes: [] });
  if (pattern === undefined || surplus !== undefined) {
    return broken(`${node.name} takes ${isSelective ? 'locations, ' : ''}a pattern and perhaps actions`);
  }
  const notes = [...actions.notes];
  const isNegated = pattern.text.startsWith('!');
  const source = isNegated ? pattern.text.slice(1) : pattern.text;
  const places = isSelective ? readPlaces(locations, notes, context) : keywordPlaces(isNegated, notes);
  if (typeof places === 'string') return broken(places);
  const phase = latestPhase(places);
  const tests = testsFor({ source, isNegated, places, phase, notes }, context);
  return { node, actions, tests, phase, reason: undefined, notes };
}

interface Place extends Location {
  readonly isExclusion: boolean;
}

function keywordPlaces(isNegated: boolean, notes: string[]): Place[] {
  const targets = isNegated ? keywordTargets.slice(0, 2) : keywordTargets;
  if (isNegated) notes.push('the request line and the body are looked at one by one: each must have the pattern');
  return [{ targets, phase: 2, canBeAbsent: false, isExclusion: false }];
}

function readPlaces(word: Word | undefined, notes: string[], context: Modsec1Context): Place[] | string {
  const places: Place[] = [];
  const reasons: string[] = [];
  for (const item of (word?.text ?? '').split(/[|\s]+/).filter((text) => text !== '')) {
    const isExclusion = item.startsWith('!');
    const location = readLocation(isExclusion ? item.slice(1) : item, context.knows.variable);
    if (typeof location === 'string') reasons.push(location);
    else places.push({ ...location, isExclusion });
  }
  if (!places.some((place) => !place.isExclusion)) return reasons.join('; ') || 'no location is named';
  for (const reason of reasons) notes.push(`${reason}, so it is not looked at`);
  return places;
}

interface Question {
  readonly source: string;
  readonly isNegated: boolean;
  readonly places: readonly Place[];
  readonly phase: FilterPhase;
  readonly notes: string[];
}

function testsFor(question: Question, context: Modsec1Context): FilterTest[] {
  const { source, isNegated, places, phase, notes } = question;
  const named = places.flatMap((place) =>
    place.targets.map((target) => (place.isExclusion ? { ...target, isExclusion: true } : target)),
  );
  const targets = withRawArguments(named, question);
  const hasOnlyCounts = targets.every((target) => target.isCount === true);
  const actions: ActionParts[] = [...(phase > 2 || hasOnlyCounts ? asIs : normalisation)];
  if (phase === 2 && !isNegated && /\.\\?\.|\.\{2|\\x2e/i.test(source)) {
    actions.push(['multiMatch']);
    notes.push('multiMatch lets the pattern see ".." before the path is normalised, which removes it');
  }
  const pattern = `(?i)${source.replaceAll('%{', '%\\{')}`;
  const tests: FilterTest[] = [{ targets, operator: ['rx', pattern], isNegated, actions }];
  const absent = places.filter((place) => place.canBeAbsent && !place.isExclusion);
  if (absent.length > 0 && context.matchesNothing(pattern) !== isNegated) {
    notes.push('1.x looked at a missing value as if it were empty, so a second rule matches when there is none');
    const counts = absent.flatMap((place) => place.targets.map((target) => ({ ...target, isCount: true })));
    tests.push({ targets: counts, operator: ['eq', '0'], isNegated: false, actions: asIs });
  }
  return tests;
}

/**
 * ARGS was one string, `name=value&name=value`; now it is the values, one by one. A pattern with `=` or `&` in it meant the
 * string, so it gets the raw one too.
 */
function withRawArguments(targets: readonly TargetParts[], { source, isNegated, notes }: Question): TargetParts[] {
  const hasArgs = targets.some(({ name, key }) => name === 'ARGS' && key === undefined);
  const hasExclusion = targets.some((target) => target.isExclusion);
  if (!hasArgs || hasExclusion || isNegated || !/[=&]/.test(source)) return [...targets];
  notes.push('ARGS is now each value by itself; QUERY_STRING and REQUEST_BODY are what the pattern meant with = or &');
  const raw = ['QUERY_STRING', 'REQUEST_BODY'].filter((name) => !targets.some((target) => target.name === name));
  return [...targets, ...raw.map((name) => ({ name }))];
}
