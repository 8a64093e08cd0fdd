import { randomFillSync } from 'node:crypto';

const ID_BYTES = 18;
const IDS_PER_FILL = 256;
const pool = Buffer.allocUnsafe(ID_BYTES * IDS_PER_FILL);
const cursor = { at: pool.length };

/**
 * A new UNIQUE_ID: a letter and 23 characters of `A-Za-z0-9-_`, 143 random bits, so that nobody can guess the id of somebody
 * else's request, and that no program takes one for an option. Random bytes are drawn in bulk: one system call per 256 ids.
 */
export function newRequestId(): string {
  if (cursor.at === pool.length) {
    randomFillSync(pool);
    cursor.at = 0;
  }
  const start = cursor.at;
  cursor.at += ID_BYTES;
  // The first six bits are the first character: with the highest of them off, one of A-Z and a-f.
  pool[start] = (pool[start] as number) & 0x7f;
  return pool.toString('base64url', start, cursor.at);
}
