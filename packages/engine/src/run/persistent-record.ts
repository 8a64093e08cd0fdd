import { equalsIgnoreCase, lowerCase } from '../bytes/ascii.ts';
import { addSaturating, parseInteger } from '../bytes/integer.ts';
import { EXPIRY_PREFIX, isExpiry, withoutExpired } from '../collections/apply-update.ts';
import type { RecordUpdate, StoredRecord } from '../collections/store.ts';
import { KnownNames } from '../compile/prefilter/known-names.ts';
import type { Member } from '../registry/member.ts';
import type { PersistentCollection } from '../registry/transaction-state.ts';
import { VariableMap } from './variable-map.ts';

/** Variables rules may read but not write. */
const readOnly: ReadonlySet<string> = new Set([
  'is_new',
  'key',
  'create_time',
  'update_counter',
  'update_rate',
  'last_update_time',
]);

/** Variables every record has, or gets. */
const OWN: readonly string[] = [
  'IS_NEW',
  'KEY',
  'TIMEOUT',
  'CREATE_TIME',
  'UPDATE_COUNTER',
  'UPDATE_RATE',
  'LAST_UPDATE_TIME',
];
const NAMES = new KnownNames(OWN);

/** A record as rules know it, by the upper-case name of the variable, and as the store does. */
export interface RecordAddress {
  readonly name: string;
  readonly storeName: string;
  readonly key: string;
}

/** What a transaction has done to one variable. */
type Change =
  | { readonly kind: 'set'; readonly name: string; readonly value: string }
  | { readonly kind: 'delete'; readonly name: string }
  | { readonly kind: 'add'; readonly name: string; readonly delta: number };

/**
 * A persistent collection as one transaction sees it: the record as loaded, plus this transaction's changes. Counters are
 * remembered as deltas, so that what other transactions add meanwhile is not lost when the record is stored.
 */
export class PersistentRecord implements PersistentCollection {
  readonly name: string;
  readonly storeName: string;
  readonly key: string;
  /** Filled when something is read that may be there: most exchanges open records, and ask for flags nobody has set. */
  #filled: VariableMap | undefined;
  /** As it came from the store; undefined for a record that is new. */
  readonly #loaded: StoredRecord | undefined;
  /** The same without what had ended by then, once somebody has asked. */
  #kept: StoredRecord | undefined;
  readonly #timeout: number;
  /** By name in lower case; most transactions change nothing. */
  #changes: Map<string, Change> | undefined;
  readonly #openedAt: number;
  readonly #openedAtMonotonic: number;

  /**
   * `now`: seconds since the epoch, and `monotonic` the same moment in milliseconds of the clock that does not jump; `timeout` is
   * SecCollectionTimeout.
   */
  constructor(
    { name, storeName, key }: RecordAddress,
    record: StoredRecord | undefined,
    { now, monotonic, timeout }: { readonly now: number; readonly monotonic: number; readonly timeout: number },
  ) {
    this.name = name;
    this.storeName = storeName;
    this.key = key;
    this.#openedAt = now;
    this.#openedAtMonotonic = monotonic;
    this.#timeout = timeout;
    this.#loaded = record !== undefined && record.expiresAt > now ? record : undefined;
  }

  get #values(): VariableMap {
    this.#filled ??= this.#fill();
    return this.#filled;
  }

  /** What was there when the record was opened, whenever that is asked for. */
  #fill(): VariableMap {
    const values = new VariableMap(NAMES);
    const stored = this.#stored;
    if (stored !== undefined) this.#restore(values, stored);
    else {
      values.set('IS_NEW', '1');
      for (const [variable, value] of this.#initial()) values.set(variable, value);
    }
    return values;
  }

  /** The record without what had ended when it was opened; undefined for one that is new. */
  get #stored(): StoredRecord | undefined {
    const loaded = this.#loaded;
    if (loaded === undefined) return undefined;
    this.#kept ??= { values: withoutExpired(loaded.values, this.#openedAt), expiresAt: loaded.expiresAt };
    return this.#kept;
  }

  /** What a new record holds. */
  #initial(): readonly (readonly [name: string, value: string])[] {
    return [
      ['KEY', this.key],
      ['TIMEOUT', String(this.#timeout)],
      ['CREATE_TIME', String(this.#openedAt)],
      ['UPDATE_COUNTER', '0'],
    ];
  }

  #restore(values: VariableMap, stored: StoredRecord): void {
    for (const [name, value] of stored.values) {
      if (!isExpiry(name)) values.set(name, value);
    }
    const age = this.#openedAt - parseInteger(values.get('CREATE_TIME') ?? '0');
    const updates = parseInteger(values.get('UPDATE_COUNTER') ?? '0');
    values.set('UPDATE_RATE', String(age > 0 ? Math.floor((updates * 60) / age) : 0));
  }

  #note(name: string, change: Change): void {
    this.#changes ??= new Map();
    this.#changes.set(name, change);
  }

  get members(): readonly Member[] {
    return this.#values.members;
  }

  get(key: string): string | undefined {
    return this.find(key)?.value;
  }

  find(key: string): Member | undefined {
    if (this.#filled === undefined && this.#loaded === undefined && !isOwn(key)) return undefined;
    return this.#values.find(key);
  }

  set(key: string, value: string): void {
    this.swap(key, value);
  }

  swap(key: string, value: string): string | undefined {
    const lower = lowerCase(key);
    if (readOnly.has(lower)) return this.#values.get(key);
    this.#note(lower, { kind: 'set', name: key, value });
    return this.#values.swap(key, value);
  }

  /**
   * What is stored later is the net effect: 5 lowered by 10 and raised by 3 is 3, a delta of −2 (ModSecurity compares with
   * the value it loaded, too).
   */
  add(key: string, delta: number): void {
    const lower = lowerCase(key);
    if (readOnly.has(lower)) return;
    const before = parseInteger(this.#values.get(key) ?? '0');
    const after = Math.max(0, addSaturating(before, delta));
    this.#values.set(key, String(after));
    const earlier = this.#changes?.get(lower);
    // After an absolute change in the same transaction the sum is absolute too.
    if (earlier !== undefined && earlier.kind !== 'add') {
      this.#note(lower, { kind: 'set', name: key, value: String(after) });
    } else {
      this.#note(lower, { kind: 'add', name: key, delta: addSaturating(earlier?.delta ?? 0, after - before) });
    }
  }

  delete(key: string): void {
    const lower = lowerCase(key);
    if (readOnly.has(lower)) return;
    this.#values.delete(key);
    this.#note(lower, { kind: 'delete', name: key });
  }

  /** Seconds from now. The variables of the record's own life do not end by themselves; `TIMEOUT` ends the record. */
  expire(key: string, seconds: number): void {
    const lower = lowerCase(key);
    if (readOnly.has(lower)) return;
    const value = String(addSaturating(this.#now(), seconds));
    this.#note(EXPIRY_PREFIX + lower, { kind: 'set', name: EXPIRY_PREFIX + key, value });
  }

  /** What to store at the end of the transaction; undefined when nothing changed. */
  update(): RecordUpdate | undefined {
    if (this.#changes === undefined) return undefined;
    const at = this.#now();
    const sets = new Map<string, string>();
    const deletes = new Set<string>();
    const deltas = new Map<string, number>([['UPDATE_COUNTER', 1]]);
    for (const change of this.#changes.values()) {
      if (change.kind === 'set') sets.set(change.name, change.value);
      else if (change.kind === 'add') deltas.set(change.name, change.delta);
      else deletes.add(change.name);
    }
    sets.set('LAST_UPDATE_TIME', String(at));
    const base = this.#stored ?? {
      values: new Map(this.#initial()),
      expiresAt: this.#openedAt + this.#timeout,
    };
    return { openedAt: this.#openedAt, at, base, sets, deletes, deltas };
  }

  /** Bodies may take minutes to arrive; time measured by the monotonic clock does not jump meanwhile. */
  #now(): number {
    return this.#openedAt + Math.floor((performance.now() - this.#openedAtMonotonic) / 1000);
  }
}

/** Whether a new record may hold a variable of this name. */
function isOwn(key: string): boolean {
  for (const name of OWN) if (equalsIgnoreCase(name, key)) return true;
  return false;
}
