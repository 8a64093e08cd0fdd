import { addSaturating, parseInteger } from '../bytes/integer.ts';
import type { CollectionStore, RecordUpdate, StoredRecord } from './store.ts';

interface Options {
  /** Most records held; the ones updated longest ago are dropped. */
  readonly maximumRecords?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface MemoryRecord {
  values: Map<string, string>;
  expiresAt: number;
}

/** Keeps persistent collections in this process. Exact, since updates never interleave; gone when the process ends. */
export class MemoryStore implements CollectionStore {
  readonly #maximumRecords: number;
  readonly #now: () => number;
  /** In order of the last update, oldest first. */
  readonly #records = new Map<string, MemoryRecord>();

  constructor({ maximumRecords = 100_000, now = Date.now }: Options = {}) {
    this.#maximumRecords = maximumRecords;
    this.#now = now;
  }

  get size(): number {
    return this.#records.size;
  }

  load(collection: string, key: string): StoredRecord | undefined {
    const record = this.#alive(addressOf(collection, key));
    return record === undefined ? undefined : { values: new Map(record.values), expiresAt: record.expiresAt };
  }

  update(collection: string, key: string, update: RecordUpdate): void {
    const address = addressOf(collection, key);
    const record = this.#alive(address) ?? { values: new Map<string, string>(), expiresAt: 0 };
    for (const name of update.deletes) record.values.delete(name);
    for (const [name, value] of update.sets) record.values.set(name, value);
    for (const [name, delta] of update.deltas) {
      const sum = addSaturating(parseInteger(record.values.get(name) ?? '0'), delta);
      record.values.set(name, String(Math.max(0, sum)));
    }
    record.expiresAt = update.expiresAt;
    this.#records.delete(address);
    this.#records.set(address, record);
    this.#makeRoom();
  }

  delete(collection: string, key: string): void {
    this.#records.delete(addressOf(collection, key));
  }

  #alive(address: string): MemoryRecord | undefined {
    const record = this.#records.get(address);
    if (record === undefined) return undefined;
    if (record.expiresAt > Math.floor(this.#now() / 1000)) return record;
    this.#records.delete(address);
    return undefined;
  }

  #makeRoom(): void {
    for (const address of this.#records.keys()) {
      if (this.#records.size <= this.#maximumRecords) return;
      this.#records.delete(address);
    }
  }
}

/** Collection names hold no NUL, so the pair cannot be taken for another. */
function addressOf(collection: string, key: string): string {
  return `${collection}\0${key}`;
}
