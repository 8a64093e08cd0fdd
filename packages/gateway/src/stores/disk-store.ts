import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import {
  applyUpdate,
  checkAddress,
  isAddress,
  MAXIMUM_RECORD_SIZE,
  type RecordUpdate,
  recordSize,
  type StoredRecord,
  tooLarge,
} from '@sallyport/engine';
import type { BackingStore } from './backing-store.ts';
import { openDatabaseFile, PAGE_SIZE } from './database-file.ts';
import { readRecord, writeRecord } from './record-format.ts';
import { sqliteCode } from './sqlite-error.ts';

export interface DiskStoreOptions {
  readonly path: string;
  /** Bytes the file may grow to. */
  readonly maximumSize?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Time requests may stand still while another process writes, in milliseconds; a write takes some hundredths of one. */
const BLOCKING_WAIT = 20;
/** An update that finds the file locked longer is tried again in the background for this long, in milliseconds. */
const PATIENCE = 5000;
/** Between two attempts, in milliseconds. */
const LONGEST_PAUSE = 20;
/** Updates that may wait in the background. */
const MAXIMUM_WAITING = 1000;
/** Updates between two clearings of expired records, and how many are cleared: more than can have been added. */
const CLEARING_INTERVAL = 100;
const CLEARED_AT_ONCE = 200;
/** Records that give way when the file has grown to its limit. */
const EVICTED_AT_ONCE = 100;
const EVICTION_ROUNDS = 10;

const MAXIMUM_EXPIRY = Number.MAX_SAFE_INTEGER;

/**
 * Keeps persistent collections in one SQLite file that all processes of a machine share. Reading never waits for writers
 * (write-ahead log); an update is one IMMEDIATE transaction, so that what it adds to is what is stored at that moment.
 */
export class DiskStore implements BackingStore {
  readonly description: string;
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #statements: Statements;
  #updates = 0;
  #waiting = 0;
  #isClosing = false;

  /** Throws when the file cannot be used; the message says why. */
  constructor({ path, maximumSize = 256 * 1024 * 1024, now = Date.now }: DiskStoreOptions) {
    this.description = path;
    this.#now = now;
    this.#database = openDatabaseFile(path);
    this.#database.exec(`PRAGMA busy_timeout = ${BLOCKING_WAIT}`);
    this.#database.exec(`PRAGMA max_page_count = ${Math.max(16, Math.floor(maximumSize / PAGE_SIZE))}`);
    this.#statements = prepareStatements(this.#database);
  }

  load(collection: string, key: string): StoredRecord | undefined | Promise<StoredRecord | undefined> {
    if (!isAddress(collection, key)) return undefined;
    try {
      const record = this.#read(toBlob(collection), toBlob(key));
      return record === undefined || record.expiresAt <= this.#seconds() ? undefined : record;
    } catch (cause) {
      return Promise.reject(cause);
    }
  }

  update(collection: string, key: string, update: RecordUpdate): void | Promise<void> {
    return this.#soon(() => {
      checkAddress(collection, key);
      this.#change(collection, key, update);
      if (++this.#updates % CLEARING_INTERVAL === 0) this.#clear();
    });
  }

  delete(collection: string, key: string): void | Promise<void> {
    return this.#soon(() => {
      this.#statements.remove.run(toBlob(collection), toBlob(key));
    });
  }

  /** Writes and takes back: a full disk can still be read. */
  probe(): void | Promise<void> {
    const name = toBlob('\0probe');
    return this.#soon(() =>
      this.#inTransaction(() => {
        this.#statements.write.run(name, name, 0, '');
        this.#statements.remove.run(name, name);
      }),
    );
  }

  /** Updates that wait for a lock are tried once more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    while (this.#waiting > 0) await setTimeout(LONGEST_PAUSE);
    if (this.#database.isOpen) this.#database.close();
  }

  #change(collection: string, key: string, update: RecordUpdate): void {
    const blobs = [toBlob(collection), toBlob(key)] as const;
    const write = (): void =>
      this.#inTransaction(() => {
        const record = applyUpdate(this.#read(...blobs), update);
        const size = recordSize(record);
        if (size > MAXIMUM_RECORD_SIZE) throw tooLarge(collection, size);
        if (record.expiresAt <= update.at) this.#statements.remove.run(...blobs);
        else this.#statements.write.run(...blobs, Math.min(record.expiresAt, MAXIMUM_EXPIRY), writeRecord(record));
      });
    for (let round = 0; ; round++) {
      try {
        write();
        return;
      } catch (cause) {
        if (sqliteCode(cause) !== 'full' || round === EVICTION_ROUNDS) throw cause;
        this.#statements.evict.run(EVICTED_AT_ONCE);
      }
    }
  }

  #read(collection: Uint8Array, key: Uint8Array): StoredRecord | undefined {
    const row = this.#statements.read.get(collection, key);
    return row === undefined ? undefined : readRecord(String(row['content']), Number(row['expires']));
  }

  #inTransaction(task: () => void): void {
    this.#statements.begin.run();
    try {
      task();
      this.#statements.commit.run();
    } catch (cause) {
      if (this.#database.isTransaction) this.#statements.rollback.run();
      throw cause;
    }
  }

  /** Now, or when another process has given the file free. */
  #soon(attempt: () => void): void | Promise<void> {
    try {
      attempt();
    } catch (cause) {
      return sqliteCode(cause) === 'busy' ? this.#tryAgain(attempt, cause) : Promise.reject(cause);
    }
  }

  async #tryAgain(attempt: () => void, cause: unknown): Promise<void> {
    if (this.#waiting >= MAXIMUM_WAITING) throw cause;
    this.#waiting++;
    try {
      const end = performance.now() + PATIENCE;
      for (;;) {
        // Random, so that processes that met once do not meet again.
        await setTimeout(Math.random() * LONGEST_PAUSE);
        try {
          attempt();
          return;
        } catch (again) {
          if (sqliteCode(again) !== 'busy' || this.#isClosing || performance.now() > end) throw again;
        }
      }
    } finally {
      this.#waiting--;
    }
  }

  #clear(): void {
    try {
      this.#statements.clear.run(this.#seconds(), CLEARED_AT_ONCE);
    } catch {
      // The update itself is done. What is wrong, if it is more than a lock, the next update meets and reports.
    }
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}

type Statements = Readonly<
  Record<'begin' | 'commit' | 'rollback' | 'read' | 'write' | 'remove' | 'clear' | 'evict', StatementSync>
>;

function prepareStatements(database: DatabaseSync): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    read: database.prepare('SELECT expires, content FROM record WHERE collection = ? AND key = ?'),
    write: database.prepare(
      'INSERT INTO record (collection, key, expires, content) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET expires = excluded.expires, content = excluded.content',
    ),
    remove: database.prepare('DELETE FROM record WHERE collection = ? AND key = ?'),
    clear: database.prepare('DELETE FROM record WHERE rowid IN (SELECT rowid FROM record WHERE expires <= ? LIMIT ?)'),
    evict: database.prepare('DELETE FROM record WHERE rowid IN (SELECT rowid FROM record ORDER BY expires LIMIT ?)'),
  };
}

/** One byte per character, so that keys of any bytes are kept as they are. */
function toBlob(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}
