import { lowerCase } from '../bytes/ascii.ts';
import { addSaturating, parseInteger } from '../bytes/integer.ts';
import type { RecordUpdate, StoredRecord } from './store.ts';

/** `__expire_x` holds the second the variable `x` ends in. */
export const EXPIRY_PREFIX = '__expire_';

/**
 * What a record is after an update. The one definition of what updates mean: stores that hold records where JavaScript
 * cannot reach them say the same in their own language.
 *
 * The result may be expired already (`TIMEOUT` of zero); then the record is to be removed.
 */
export function applyUpdate(stored: StoredRecord | undefined, update: RecordUpdate): StoredRecord {
  const before = stored !== undefined && stored.expiresAt > update.openedAt ? stored : update.base;
  const record = new CaselessMap(withoutExpired(before.values, update.openedAt));
  for (const name of update.deletes) record.delete(name);
  for (const [name, value] of update.sets) record.set(name, value);
  for (const [name, delta] of update.deltas) {
    record.set(name, String(Math.max(0, addSaturating(parseInteger(record.get(name) ?? '0'), delta))));
  }
  const timeout = record.get('TIMEOUT');
  const expiresAt = timeout === undefined ? before.expiresAt : addSaturating(update.at, parseInteger(timeout));
  return { values: record.values, expiresAt };
}

/** Whether a variable is a note on when another one ends. */
export function isExpiry(name: string): boolean {
  // Most names need no folding to see that they are none.
  return name.startsWith('_') && lowerCase(name).startsWith(EXPIRY_PREFIX);
}

/** The variables that had not ended by that second, without the notes on those that had. */
export function withoutExpired(values: ReadonlyMap<string, string>, second: number): ReadonlyMap<string, string> {
  let ended: string[] | undefined;
  for (const [name, value] of values) {
    if (!isExpiry(name) || parseInteger(value) > second) continue;
    const lower = lowerCase(name);
    ended ??= [];
    ended.push(lower, lower.slice(EXPIRY_PREFIX.length));
  }
  if (ended === undefined) return values;
  const names = new Set(ended);
  return new Map([...values].filter(([name]) => !names.has(lowerCase(name))));
}

/** Byte strings by name; the spelling of the first use stays. */
class CaselessMap {
  readonly values: Map<string, string>;
  readonly #spellings: Map<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.values = new Map(values);
    this.#spellings = new Map([...values.keys()].map((name) => [lowerCase(name), name]));
  }

  get(name: string): string | undefined {
    return this.values.get(this.#spellings.get(lowerCase(name)) ?? name);
  }

  set(name: string, value: string): void {
    const lower = lowerCase(name);
    const spelling = this.#spellings.get(lower) ?? name;
    this.#spellings.set(lower, spelling);
    this.values.set(spelling, value);
  }

  delete(name: string): void {
    const lower = lowerCase(name);
    this.values.delete(this.#spellings.get(lower) ?? name);
    this.#spellings.delete(lower);
  }
}
