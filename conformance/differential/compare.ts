import { type Configuration, IDS } from './configuration.ts';
import type { LogLine, Observation } from './observations.ts';
import type { WireRequest } from './requests.ts';
import { idsOf, type Unit, unitOfId } from './rule-text.ts';

/** One thing both sides were asked, and said differently. */
export interface Difference {
  readonly configuration: Configuration;
  readonly request: WireRequest;
  /** Undefined when it is about the answer as a whole. */
  readonly unit: Unit | undefined;
  /** A rule of the unit; undefined for its variables and for the answer. */
  readonly id: number | undefined;
  /** What ModSecurity 2 said: lines of its log, or the status. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly sides: { readonly theirs: Observation; readonly ours: Observation };
}

export interface Comparison {
  /** Outcomes looked at: one per rule, per unit for its variables, and one for the status. */
  readonly count: number;
  readonly differences: readonly Difference[];
}

/** Compares what two sides did with one request. */
export function compare(
  configuration: Configuration,
  request: WireRequest,
  theirs: Observation,
  ours: Observation,
): Comparison {
  const differences: Difference[] = [];
  let count = 0;
  const look = (
    unit: Unit | undefined,
    id: number | undefined,
    left: readonly string[],
    right: readonly string[],
  ): void => {
    count++;
    if (left.length === right.length && left.every((line, index) => line === right[index])) return;
    differences.push({ configuration, request, unit, id, theirs: left, ours: right, sides: { theirs, ours } });
  };
  look(undefined, undefined, [String(theirs.status)], [String(ours.status)]);
  const left = sorted(theirs.lines);
  const right = sorted(ours.lines);
  look(undefined, IDS.bodyError, left.rules.get(IDS.bodyError) ?? [], right.rules.get(IDS.bodyError) ?? []);
  for (const unit of configuration.units) {
    for (const id of idsOf(unit)) look(unit, id, left.rules.get(id) ?? [], right.rules.get(id) ?? []);
    look(unit, undefined, left.variables.get(unit.number) ?? [], right.variables.get(unit.number) ?? []);
  }
  // Behind the rules that may have changed them.
  // Refusals have pages of the server's own.
  if (ours.endedIn === undefined && theirs.status === ours.status)
    look(undefined, IDS.page, [theirs.page], [ours.page]);
  return { count, differences };
}

interface Sorted {
  /** Lines by rule. */
  readonly rules: ReadonlyMap<number, readonly string[]>;
  /** Variables left behind, as `TX:name=value` in alphabetical order, by unit. */
  readonly variables: ReadonlyMap<number, readonly string[]>;
}

function sorted(lines: readonly LogLine[]): Sorted {
  const rules = new Map<number, string[]>();
  const variables = new Map<number, string[]>();
  for (const { id, text } of lines) {
    if (id !== IDS.variables) {
      push(rules, id, text);
      continue;
    }
    const data = /\[data "(.*?)"\]/.exec(text)?.[1] ?? text;
    push(variables, Number(/^TX:u(\d+)/i.exec(data)?.[1]), data);
  }
  for (const list of variables.values()) list.sort();
  return { rules, variables };
}

function push(lists: Map<number, string[]>, key: number, text: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [text]);
  else list.push(text);
}

/** Where a difference is, in one line. */
export function placeOf({ configuration, request, unit, id }: Difference): string {
  const what =
    unit === undefined
      ? id === undefined
        ? 'status'
        : id === IDS.page
          ? 'page'
          : 'body error'
      : id === undefined
        ? `variables of unit ${unit.number}`
        : `rule ${id}`;
  return `seed ${configuration.seed}, request ${request.label}, ${what}`;
}

/** The link that has an id, and its followers. */
export function linksOf(unit: Unit, id: number): Unit['links'] {
  const start = unit.links.findIndex(({ actions }) =>
    actions.some(([name, value]) => name === 'id' && Number(value) === id),
  );
  if (start === -1 || unitOfId(id) !== unit.number) return [];
  let end = start;
  while (unit.links[end]?.actions.some(([name]) => name === 'chain')) end++;
  return unit.links.slice(start, end + 1);
}
