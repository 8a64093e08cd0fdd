import type { ActionParts, RuleParts } from '../seclang/make-node.ts';
import type { DefaultActions } from './default-actions.ts';
import type { Filter, FilterTest } from './filter.ts';
import type { FilterActions } from './filter-actions.ts';
import { type FilterPhase, latestPhase } from './locations.ts';

/** A filter, or filters chained to each other, as the rules that do the same; ids and `skip` are still to come. */
export interface RuleGroup {
  readonly filters: readonly Filter[];
  readonly phase: FilterPhase;
  /** Each is a chain of its own; any of them matching is the filter matching. */
  readonly variants: readonly (readonly RuleParts[])[];
  /** Id the file gives it. */
  readonly id: string | undefined;
  /** Single filters that a match passes over. */
  readonly skip: number;
  readonly notes: readonly string[];
  /** Why there is nothing, when there is nothing. */
  readonly reason: string | undefined;
}

/** More ways than this to write one chain are not worth it: only the one where every value is there is written. */
const MOST_VARIANTS = 8;

/** Puts the links of a chain together; a chain with a link that cannot be translated is left out as a whole. */
export function assembleGroup(filters: readonly Filter[], defaults: DefaultActions): RuleGroup {
  const notes: string[] = [];
  const phase = latestPhase(filters);
  const id = lastOf(filters, (actions) => actions.id, 'first');
  const skip = filters.reduce((most, { actions }) => Math.max(most, actions.skip), 0);
  const reason = reasonToLeaveOut(filters);
  if (reason !== undefined) return { filters, phase, variants: [], id, skip: 0, notes, reason };
  if (phase > 2 && (filters.length > 1 || skip > 0)) {
    notes.push('chain and skipnext had no effect on OUTPUT in 1.x; they have one today');
  }
  const words = wordsOf(filters, phase, defaults, notes);
  const variants = combinations(filters, notes).map((tests) => tests.map((test, index) => linkOf(test, index, words)));
  return { filters, phase, variants, id, skip, notes, reason: undefined };
}

function reasonToLeaveOut(filters: readonly Filter[]): string | undefined {
  const broken = filters.find((filter) => filter.reason !== undefined);
  if (broken?.reason !== undefined) {
    const where = filters.length > 1 ? ` (line ${broken.node.span.start.line} of this chain)` : '';
    return `${broken.reason}${where}`;
  }
  return filters.at(-1)?.actions.isChain ? 'the chain has no last filter, so it never matched' : undefined;
}

/** One test of each link, in every way they go together. */
function combinations(filters: readonly Filter[], notes: string[]): readonly (readonly FilterTest[])[] {
  const count = filters.reduce((product, { tests }) => product * tests.length, 1);
  if (count > MOST_VARIANTS) {
    notes.push('missing values are not covered: it would take too many rules');
    return [filters.flatMap(({ tests }) => tests.slice(0, 1))];
  }
  return filters.reduce<readonly (readonly FilterTest[])[]>(
    (chains, { tests }) => tests.flatMap((test) => chains.map((chain) => [...chain, test])),
    [[]],
  );
}

/** The actions of a chain by the place they must have today. */
interface ChainWords {
  readonly starter: readonly ActionParts[];
  /** Per link; the last one has `ctl:ruleEngine=Off` of an `allow`, which must not happen before all links match. */
  readonly effects: readonly (readonly ActionParts[])[];
}

function linkOf(test: FilterTest, index: number, { starter, effects }: ChainWords): RuleParts {
  const isLast = index === effects.length - 1;
  const actions = [
    ...(index === 0 ? starter : []),
    ...test.actions,
    ...(effects[index] ?? []),
    ...(isLast ? [] : [['chain'] as const]),
  ];
  return { ...test, actions };
}

/**
 * 1.x did what the last link of a chain said; today disruptive actions, status and metadata belong to the first one. So
 * the last link's words win, and all of them move.
 */
function wordsOf(
  filters: readonly Filter[],
  phase: FilterPhase,
  defaults: DefaultActions,
  notes: string[],
): ChainWords {
  const own = lastOf(filters, (actions) => actions.disruptive);
  const pause = lastOf(filters, (actions) => actions.pause) ?? defaults.pause;
  const status = lastOf(filters, (actions) => actions.status);
  const effects = filters.map(({ actions }) => [...actions.effects]);
  const last = effects.at(-1);
  last?.push(...defaults.effects);
  const isAllowed = (own ?? defaults.disruptive)[0] === 'allow';
  if (isAllowed) last?.push(['ctl', 'ruleEngine=Off']);
  const starter: ActionParts[] = [['phase', String(phase)]];
  if (pause !== undefined && isAllowed) {
    starter.push(['pause', pause]);
  } else {
    if (pause !== undefined) notes.push('pause is left out: today it would let the request through');
    if (own?.[0] === 'proxy' && phase > 2) {
      notes.push('a response cannot be replaced through proxy; deny takes its place');
      starter.push(['deny']);
    } else if (own !== undefined) starter.push(own);
  }
  if (status !== undefined) starter.push(['status', status]);
  starter.push(...(filters.findLast(({ actions }) => actions.logging.length > 0)?.actions.logging ?? []));
  starter.push(...metadataOf(filters, defaults));
  if (filters.slice(1).some(({ actions }) => hasStarterWords(actions))) {
    notes.push('what the chain does and is called stands in its first rule today');
  }
  return { starter, effects };
}

function metadataOf(filters: readonly Filter[], defaults: DefaultActions): readonly ActionParts[] {
  const found = new Map<string, ActionParts>();
  for (const action of [...filters.flatMap(({ actions }) => actions.metadata), ...defaults.metadata]) {
    if (!found.has(action[0])) found.set(action[0], action);
  }
  return [...found.values()];
}

function hasStarterWords(actions: FilterActions): boolean {
  const { disruptive, status, logging, metadata, id } = actions;
  return [disruptive, status, id].some((word) => word !== undefined) || logging.length + metadata.length > 0;
}

function lastOf<T>(
  filters: readonly Filter[],
  read: (actions: FilterActions) => T | undefined,
  from: 'first' | 'last' = 'last',
): T | undefined {
  const values = filters.map(({ actions }) => read(actions)).filter((value) => value !== undefined);
  return from === 'last' ? values.at(-1) : values[0];
}
