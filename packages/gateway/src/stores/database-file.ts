/** Opens the file of the disk store: private, ours, whole. Whatever is wrong with it is said; nothing is created anew. */
import { chmodSync, closeSync, constants, lstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf, sqliteCode } from './sqlite-error.ts';

/** Bytes of a page of SQLite, its default. */
export const PAGE_SIZE = 4096;

/** `PRAGMA application_id`: "spco". Keeps us from writing into somebody else's database. */
const APPLICATION_ID = 0x7370_636f;
const FORMAT_VERSION = 1;

/** While several processes start at once, each waits for the others this long, in milliseconds. */
const OPENING_PATIENCE = 5000;

const SCHEMA = `
  CREATE TABLE record (
    collection BLOB NOT NULL,
    key BLOB NOT NULL,
    expires INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) STRICT;
  CREATE INDEX record_expires ON record (expires);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/** Throws, with the file and the reason in one line, when the file cannot be used. */
export function openDatabaseFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    makePrivate(path);
    database = new DatabaseSync(path, { timeout: OPENING_PATIENCE });
    prepare(database);
    return database;
  } catch (cause) {
    database?.close();
    throw new Error(`collections cannot be kept in ${path}: ${openingReason(path, cause)}`, { cause });
  }
}

/**
 * Only the owner may read or write: keys are addresses and session ids. A file that exists is not opened here, because
 * closing it would drop the locks this process may hold on it through SQLite.
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
    return;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const found = lstatSync(path);
  if (!found.isFile()) throw new Error('it is not a plain file');
  const user = process.geteuid?.();
  if (user !== undefined && found.uid !== user) throw new Error('it belongs to another user');
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function prepare(database: DatabaseSync): void {
  untilFree(() => database.exec('PRAGMA journal_mode = WAL'));
  // With a write-ahead log this survives a killed process whole; a power cut may cost the last moments, never the file.
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(`PRAGMA journal_size_limit = ${4096 * PAGE_SIZE}`);
  const check = database.prepare('PRAGMA quick_check(1)').get();
  const finding = String(Object.values(check ?? {})[0]).replace(/\s*\n\s*/g, ' ');
  if (finding !== 'ok') throw new Error(`it is damaged (${finding})`);
  database.exec('BEGIN IMMEDIATE');
  try {
    if (number(database, 'PRAGMA application_id') !== APPLICATION_ID) {
      if (number(database, 'SELECT count(*) FROM sqlite_schema') > 0)
        throw new Error("it is another program's database");
      database.exec(SCHEMA);
    }
    const version = number(database, 'PRAGMA user_version');
    if (version !== FORMAT_VERSION) throw new Error(`it has format ${version}, this program knows ${FORMAT_VERSION}`);
    database.exec('COMMIT');
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}

function number(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

/** Changing the journal mode does not wait for other connections by itself. */
function untilFree(task: () => void): void {
  const end = performance.now() + OPENING_PATIENCE;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      task();
      return;
    } catch (cause) {
      if (sqliteCode(cause) !== 'busy' || performance.now() > end) throw cause;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function openingReason(path: string, cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `there is no folder ${dirname(path)}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `no permission to write it`;
  const kind = sqliteCode(cause);
  if (kind === 'damaged') {
    return `it is damaged or not a database (${reasonOf(cause)}); move it away to begin with empty collections`;
  }
  const reason = reasonOf(cause);
  return reason.startsWith('it is damaged') ? `${reason}; move it away to begin with empty collections` : reason;
}
