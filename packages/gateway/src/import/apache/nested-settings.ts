import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

/** `floods`, `evasive`, `page_count`: the section first, then the keys below it. */
export type SettingPath = readonly [section: string, key: string, inner?: string];

/** Writes one setting and accounts for it. What stands in a virtual host holds for the whole gate. */
export function carry(
  { at }: Directive,
  scope: Scope,
  { draft, ledger }: Workshop,
  [section, key, inner]: SettingPath,
  value: unknown,
  ...notes: readonly string[]
): void {
  if (inner === undefined) draft.set(section, key, value);
  else draft.set(section, key, { ...(draft.get(section, key) as object | undefined), [inner]: value });
  const name = [section, key, inner].filter((part) => part !== undefined).join('.');
  const written = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  const holds = scope.kind === 'server' ? [] : ['it holds for all sites'];
  ledger.carried(at, `${name}: ${written}`, ...notes, ...holds);
}

/** Adds to a list. */
export function append(
  directive: Directive,
  scope: Scope,
  workshop: Workshop,
  [section, key]: SettingPath,
  values: readonly string[],
  ...notes: readonly string[]
): void {
  const known = (workshop.draft.get(section, key) as readonly string[] | undefined) ?? [];
  carry(
    directive,
    scope,
    workshop,
    [section, key],
    [...known, ...values.filter((one) => !known.includes(one))],
    ...notes,
  );
}

/** A whole number within bounds; undefined after it has been accounted for. */
export function wholeNumber(
  { args, at }: Directive,
  { ledger }: Workshop,
  least: number,
  position = 0,
): number | undefined {
  const written = args[position] ?? '';
  if (/^\d{1,9}$/.test(written) && Number(written) >= least) return Number(written);
  ledger.leftOut(at, `"${written}" is not a number from ${least} on`);
  return undefined;
}
