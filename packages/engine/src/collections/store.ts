/**
 * Where persistent collections (`ip`, `session`, `user`, `global`, `resource`) live between transactions (spec §7.14).
 * Stores keep plain records; expiry of variables and records is decided by the caller, the store may also drop records
 * whose `expiresAt` has passed.
 */
export interface StoredRecord {
  /** Variable names in their original spelling, and values, byte strings. */
  readonly values: ReadonlyMap<string, string>;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** One change of a record. Deltas are applied to what is stored at that moment, never below zero. */
export interface RecordUpdate {
  readonly sets: ReadonlyMap<string, string>;
  readonly deletes: ReadonlySet<string>;
  readonly deltas: ReadonlyMap<string, number>;
  /**
   * The transaction found no living record, so one that has expired is emptied first. A record that another transaction
   * created meanwhile is kept and merged into.
   */
  readonly replaces: boolean;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface CollectionStore {
  /** The record, or undefined when there is none. A promise makes the transaction wait at `initcol`. */
  load(collection: string, key: string): StoredRecord | undefined | Promise<StoredRecord | undefined>;
  /** Creates or changes a record, atomically. */
  update(collection: string, key: string, update: RecordUpdate): void | Promise<void>;
  delete(collection: string, key: string): void | Promise<void>;
}
