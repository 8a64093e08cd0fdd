import { lowerCase } from '../bytes/ascii.ts';
import type { Member } from '../registry/member.ts';
import type { WritableCollection } from '../registry/transaction-state.ts';

/** A collection in memory: keys compare caseless, keep the spelling of their first use and the order of arrival. */
export class VariableMap implements WritableCollection {
  readonly #byKey = new Map<string, Member>();
  #members: readonly Member[] | undefined;

  get members(): readonly Member[] {
    this.#members ??= [...this.#byKey.values()];
    return this.#members;
  }

  get(key: string): string | undefined {
    return this.find(key)?.value;
  }

  find(key: string): Member | undefined {
    // Keys of rules are mostly lower case already; the second look-up is for the others.
    return this.#byKey.get(key) ?? this.#byKey.get(lowerCase(key));
  }

  /** As `find`, for a key that is in lower case. */
  findLower(key: string): Member | undefined {
    return this.#byKey.get(key);
  }

  set(key: string, value: string): void {
    const lower = lowerCase(key);
    const spelling = this.#byKey.get(lower)?.key ?? key;
    this.#byKey.set(lower, { key: spelling, value });
    this.#members = undefined;
  }

  delete(key: string): void {
    if (this.#byKey.delete(lowerCase(key))) this.#members = undefined;
  }
}
