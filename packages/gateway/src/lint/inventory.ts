import type { InspectedRule, Inspection } from '@sallyport/engine/language';
import { paranoiaLevel, severityName } from '../explain/rule/metadata.ts';

/** What is loaded, counted in every way people ask for. */
export interface RuleInventory {
  readonly name: string;
  readonly files: readonly { readonly file: string; readonly rules: number }[];
  readonly counts: {
    readonly phases: Counts;
    readonly actions: Counts;
    readonly severities: Counts;
    readonly paranoiaLevels: Counts;
    /** Most frequent first. */
    readonly tags: Counts;
  };
  readonly rules: readonly RuleLine[];
  /** Rules that a directive took away, and where it stands. */
  readonly removed: readonly { readonly id: number | undefined; readonly file: string; readonly line: number }[];
}

export type Counts = readonly (readonly [name: string | number, count: number])[];

export interface RuleLine {
  readonly id: number | undefined;
  readonly phase: number;
  readonly action: string;
  readonly severity: string | undefined;
  readonly paranoiaLevel: number | undefined;
  readonly message: string | undefined;
  readonly tags: readonly string[];
  readonly file: string;
  readonly line: number;
  /** Links of the chain. */
  readonly links: number;
}

export function takeInventory(name: string, { rules: all, files }: Inspection): RuleInventory {
  const rules = all.filter((rule) => rule.removedBy === undefined);
  const lines = rules.map(ruleLine);
  const count = (pick: (line: RuleLine) => readonly (string | number | undefined)[]): Counts => {
    const counts = new Map<string | number, number>();
    for (const value of lines.flatMap(pick)) {
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts];
  };
  const ascending = (counts: Counts): Counts => counts.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return {
    name,
    files: files.map((file) => ({ file, rules: lines.filter((line) => line.file === file).length })),
    counts: {
      phases: ascending(count(({ phase }) => [phase])),
      actions: count(({ action }) => [action]),
      severities: count(({ severity }) => [severity]),
      paranoiaLevels: ascending(count(({ paranoiaLevel: level }) => [level])),
      tags: count(({ tags }) => tags).toSorted(([, left], [, right]) => right - left),
    },
    rules: lines,
    removed: all.flatMap(({ id, removedBy }) =>
      removedBy === undefined ? [] : [{ id, file: removedBy.span.file, line: removedBy.span.start.line }],
    ),
  };
}

function ruleLine(rule: InspectedRule): RuleLine {
  const { id, phase, disruption, message, tags, span, links } = rule;
  return {
    id,
    phase,
    action: disruption,
    severity: severityName(rule),
    paranoiaLevel: paranoiaLevel(rule),
    message,
    tags,
    file: span.file,
    line: span.start.line,
    links: links.length,
  };
}
