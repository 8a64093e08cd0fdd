import type { StoredRecord } from './store.ts';

/** Bytes of a collection's name or of a key. Clients often choose keys (session ids), so they are bounded. */
export const MAXIMUM_KEY_LENGTH = 1024;

/** Bytes of the names and values of one record together. ModSecurity's limit is about 1 KB. */
export const MAXIMUM_RECORD_SIZE: number = 64 * 1024;

/** The update is refused because of its size; the store itself is well. The message is for the log. */
export class RecordLimitError extends Error {
  override readonly name = 'RecordLimitError';
}

/** Whether a record can have this address. One that cannot is never found. */
export function isAddress(collection: string, key: string): boolean {
  return collection.length <= MAXIMUM_KEY_LENGTH && key.length <= MAXIMUM_KEY_LENGTH;
}

/** Throws a {@link RecordLimitError} for an address no record can have. */
export function checkAddress(collection: string, key: string): void {
  if (isAddress(collection, key)) return;
  const what =
    collection.length > MAXIMUM_KEY_LENGTH ? 'the name of a collection' : `the key of a record of ${collection}`;
  const length = Math.max(collection.length, key.length);
  throw new RecordLimitError(`${what} is ${length} bytes long; ${MAXIMUM_KEY_LENGTH} are allowed`);
}

export function recordSize({ values }: StoredRecord): number {
  let size = 0;
  for (const [name, value] of values) size += name.length + value.length;
  return size;
}

/** The refusal of a record that would grow beyond the limit. */
export function tooLarge(collection: string, size: number): RecordLimitError {
  return new RecordLimitError(
    `a record of ${collection} would grow to ${size} bytes; ${MAXIMUM_RECORD_SIZE} are allowed, so it stays as it was`,
  );
}
