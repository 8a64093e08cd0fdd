/**
 * Where persistent collections (`ip`, `session`, `user`, `global`, `resource`) live between transactions.
 *
 * What every store promises, and `test/collections/store.cases.ts` checks:
 *
 * - An update is atomic: `applyUpdate` of what is stored at that moment, whatever else is going on. No delta is lost.
 * - Collections, keys, names and values are byte strings; any byte may occur. Names compare caseless (ASCII) and keep the
 *   spelling of their first use. Collections and keys compare exactly.
 * - `load` and `update` do not throw. What cannot be done is a rejected promise, so that a rule's failure and a store's
 *   failure are told apart and one record does not keep the others from being stored.
 * - Expired records are not given out; how soon they are removed is the store's business.
 */
export interface StoredRecord {
  /** Variables, and for each with a time of its own the second it ends in under `__expire_<name>`. */
  readonly values: ReadonlyMap<string, string>;
  /** Seconds since the epoch. From this second on there is no record. */
  readonly expiresAt: number;
}

/** What one transaction changes in a record. A name occurs in one of `sets`, `deletes`, `deltas` at most. */
export interface RecordUpdate {
  /**
   * The second the transaction opened the record in. What had expired by then is gone; what has expired since is kept,
   * because rules have seen it.
   */
  readonly openedAt: number;
  /** The second of this update. The record lives on for `TIMEOUT` seconds from here. */
  readonly at: number;
  /**
   * The record as it was found, or as a new one begins. Used when the store holds none: of two transactions that both
   * found none, the first creates the record and the second merges into it.
   */
  readonly base: StoredRecord;
  /** Absolute values; of two transactions the later wins. */
  readonly sets: ReadonlyMap<string, string>;
  readonly deletes: ReadonlySet<string>;
  /** Whole numbers, added to the value stored at that moment; the sum is never below zero. */
  readonly deltas: ReadonlyMap<string, number>;
}

export interface CollectionStore {
  /**
   * The record, or undefined when there is none alive; what was given out never changes. A promise makes the transaction wait at
   * `initcol`.
   */
  load(collection: string, key: string): StoredRecord | undefined | Promise<StoredRecord | undefined>;
  /** Creates or changes a record. Rejects with a `RecordLimitError` where key or record are too large. */
  update(collection: string, key: string, update: RecordUpdate): void | Promise<void>;
  delete(collection: string, key: string): void | Promise<void>;
}
