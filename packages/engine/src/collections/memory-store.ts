import { applyUpdate } from './apply-update.ts';
import { checkAddress, MAXIMUM_RECORD_SIZE, recordSize, tooLarge } from './record-limits.ts';
import type { CollectionStore, RecordUpdate, StoredRecord } from './store.ts';

interface Options {
  /** Most records held; the ones updated longest ago are dropped. */
  readonly maximumRecords?: number;
  /** Most bytes of keys, names and values held; the records updated longest ago are dropped. */
  readonly maximumBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Records looked at per update in search of expired ones: more than one, so that clearing keeps up with filling. */
const SWEPT_PER_UPDATE = 2;

interface Held {
  readonly record: StoredRecord;
  readonly size: number;
}

/** Keeps persistent collections in this process. Exact, since updates never interleave; gone when the process ends. */
export class MemoryStore implements CollectionStore {
  readonly #maximumRecords: number;
  readonly #maximumBytes: number;
  readonly #now: () => number;
  /** In order of the last update, oldest first. */
  readonly #records = new Map<string, Held>();
  #bytes = 0;
  #sweep: Iterator<[string, Held]> = this.#records.entries();

  constructor({ maximumRecords = 100_000, maximumBytes = 64 * 1024 * 1024, now = Date.now }: Options = {}) {
    this.#maximumRecords = maximumRecords;
    this.#maximumBytes = maximumBytes;
    this.#now = now;
  }

  /** Records held, expired ones that have not been removed yet included. */
  get size(): number {
    return this.#records.size;
  }

  load(collection: string, key: string): StoredRecord | undefined {
    // Rules that never fill the records they open are common, and an address is a text to be made.
    if (this.#records.size === 0) return undefined;
    const record = this.#records.get(addressOf(collection, key))?.record;
    return record === undefined || this.#isOver(record) ? undefined : record;
  }

  update(collection: string, key: string, update: RecordUpdate): void | Promise<void> {
    try {
      this.#change(collection, key, update);
    } catch (cause) {
      return Promise.reject(cause);
    }
  }

  delete(collection: string, key: string): void {
    this.#remove(addressOf(collection, key));
  }

  #change(collection: string, key: string, update: RecordUpdate): void {
    checkAddress(collection, key);
    const address = addressOf(collection, key);
    const record = applyUpdate(this.#records.get(address)?.record, update);
    const size = recordSize(record);
    if (size > MAXIMUM_RECORD_SIZE) throw tooLarge(collection, size);
    this.#remove(address);
    if (record.expiresAt > update.at) {
      const held = { record, size: size + address.length };
      this.#records.set(address, held);
      this.#bytes += held.size;
    }
    this.#sweepSome();
    this.#makeRoom();
  }

  #remove(address: string): void {
    const held = this.#records.get(address);
    if (held === undefined) return;
    this.#records.delete(address);
    this.#bytes -= held.size;
  }

  #isOver(record: StoredRecord): boolean {
    return record.expiresAt <= Math.floor(this.#now() / 1000);
  }

  /** Goes through the records a few at a time; an iterator of a Map stays good while the Map changes. */
  #sweepSome(): void {
    for (let count = 0; count < SWEPT_PER_UPDATE; count++) {
      const { value, done } = this.#sweep.next();
      if (done === true) {
        this.#sweep = this.#records.entries();
        return;
      }
      const [address, { record }] = value;
      if (this.#isOver(record)) this.#remove(address);
    }
  }

  #makeRoom(): void {
    for (const address of this.#records.keys()) {
      if (this.#records.size <= this.#maximumRecords && this.#bytes <= this.#maximumBytes) return;
      this.#remove(address);
    }
  }
}

/** The length in front keeps two addresses apart whatever bytes they hold. */
function addressOf(collection: string, key: string): string {
  return `${collection.length}:${collection}${key}`;
}
