import { addSaturating, parseInteger } from '../bytes/integer.ts';
import type { RecordUpdate, StoredRecord } from '../collections/store.ts';
import type { Member } from '../registry/member.ts';
import type { PersistentCollection } from '../registry/transaction-state.ts';
import { VariableMap } from './variable-map.ts';

/** Variables rules may read but not write (spec §7.14). */
const readOnly: ReadonlySet<string> = new Set([
  'is_new',
  'key',
  'create_time',
  'update_counter',
  'update_rate',
  'last_update_time',
]);

const EXPIRY_PREFIX = '__expire_';

/**
 * A persistent collection as one transaction sees it: the record as loaded, plus this transaction's changes. Counters are
 * remembered as deltas, so that what other transactions add meanwhile is not lost when the record is stored.
 */
export class PersistentRecord implements PersistentCollection {
  readonly name: string;
  readonly storeName: string;
  readonly key: string;
  readonly #values = new VariableMap();
  readonly #sets = new Map<string, string>();
  readonly #deletes = new Set<string>();
  readonly #deltas = new Map<string, number>();
  readonly #now: number;
  readonly #isNew: boolean;

  /** `now` in seconds; `timeout` is SecCollectionTimeout. */
  constructor(
    name: string,
    storeName: string,
    key: string,
    record: StoredRecord | undefined,
    now: number,
    timeout: number,
  ) {
    this.name = name;
    this.storeName = storeName;
    this.key = key;
    this.#now = now;
    const isAlive = record !== undefined && record.expiresAt > now;
    this.#isNew = !isAlive;
    if (isAlive) this.#restore(record);
    else this.#begin(key, timeout);
  }

  #begin(key: string, timeout: number): void {
    this.#values.set('IS_NEW', '1');
    this.#values.set('KEY', key);
    this.#values.set('TIMEOUT', String(timeout));
    this.#values.set('CREATE_TIME', String(this.#now));
    this.#values.set('UPDATE_COUNTER', '0');
  }

  #restore(record: StoredRecord): void {
    const expired = new Set<string>();
    for (const [key, value] of record.values) {
      if (key.startsWith(EXPIRY_PREFIX) && parseInteger(value) <= this.#now) {
        expired.add(key.slice(EXPIRY_PREFIX.length).toLowerCase());
        this.#deletes.add(key);
      }
    }
    for (const [key, value] of record.values) {
      if (expired.has(key.toLowerCase())) this.#deletes.add(key);
      else if (!key.startsWith(EXPIRY_PREFIX)) this.#values.set(key, value);
    }
    const age = this.#now - parseInteger(this.#values.get('CREATE_TIME') ?? '0');
    const updates = parseInteger(this.#values.get('UPDATE_COUNTER') ?? '0');
    this.#values.set('UPDATE_RATE', String(age > 0 ? Math.floor((updates * 60) / age) : 0));
  }

  get members(): readonly Member[] {
    return this.#values.members;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  find(key: string): Member | undefined {
    return this.#values.find(key);
  }

  set(key: string, value: string): void {
    if (readOnly.has(key.toLowerCase())) return;
    this.#values.set(key, value);
    const spelling = this.#spelling(key);
    this.#sets.set(spelling, value);
    this.#deltas.delete(spelling);
    this.#deletes.delete(spelling);
  }

  add(key: string, delta: number): void {
    if (readOnly.has(key.toLowerCase())) return;
    const before = parseInteger(this.#values.get(key) ?? '0');
    const after = String(Math.max(0, addSaturating(before, delta)));
    this.#values.set(key, after);
    const spelling = this.#spelling(key);
    // After an absolute assignment in the same transaction the sum is absolute too.
    if (this.#sets.has(spelling)) this.#sets.set(spelling, after);
    else this.#deltas.set(spelling, addSaturating(this.#deltas.get(spelling) ?? 0, delta));
    this.#deletes.delete(spelling);
  }

  delete(key: string): void {
    if (readOnly.has(key.toLowerCase())) return;
    const spelling = this.#spelling(key);
    this.#values.delete(key);
    this.#sets.delete(spelling);
    this.#deltas.delete(spelling);
    this.#deletes.add(spelling);
  }

  expire(key: string, seconds: number): void {
    const name = EXPIRY_PREFIX + this.#spelling(key);
    this.#sets.set(name, String(this.#now + seconds));
    this.#deletes.delete(name);
  }

  /** What to store at the end of the transaction; undefined when nothing changed. */
  update(): RecordUpdate | undefined {
    if (this.#sets.size === 0 && this.#deltas.size === 0 && this.#deletes.size === 0) return undefined;
    const timeout = parseInteger(this.#values.get('TIMEOUT') ?? '0');
    const sets = new Map(this.#sets);
    sets.set('LAST_UPDATE_TIME', String(this.#now));
    if (this.#isNew) {
      for (const name of ['KEY', 'TIMEOUT', 'CREATE_TIME']) sets.set(name, this.#values.get(name) ?? '');
    }
    const deltas = new Map(this.#deltas);
    deltas.set('UPDATE_COUNTER', 1);
    return { sets, deletes: this.#deletes, deltas, expiresAt: this.#now + timeout, replaces: this.#isNew };
  }

  /** Names are stored in the spelling they have in the record, so that `IP:Counter` and `ip:counter` are one. */
  #spelling(key: string): string {
    return this.#values.find(key)?.key ?? key;
  }
}
