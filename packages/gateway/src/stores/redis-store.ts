import { checkAddress, isAddress, type RecordUpdate, type StoredRecord, tooLarge } from '@sallyport/engine';
import type { BackingStore } from './backing-store.ts';
import { RedisConnection, type RedisConnectionOptions, redisScript } from './redis-connection.ts';
import { UPDATE_SCRIPT, updateArguments } from './redis-script.ts';

export interface RedisStoreOptions extends RedisConnectionOptions {
  readonly prefix: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const UPDATE = redisScript(UPDATE_SCRIPT);

/**
 * Keeps persistent collections in Redis or Valkey, shared by all gates that use the same server and prefix. An update is
 * one script, so that what it adds to is what is stored at that moment.
 */
export class RedisStore implements BackingStore {
  readonly description: string;
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  readonly #now: () => number;

  /** Connects in the background. Throws when the client library is not installed. */
  constructor({ prefix, now = Date.now, ...connection }: RedisStoreOptions) {
    this.#connection = new RedisConnection(connection);
    this.description = this.#connection.description;
    this.#prefix = prefix;
    this.#now = now;
  }

  async load(collection: string, key: string): Promise<StoredRecord | undefined> {
    if (!isAddress(collection, key)) return undefined;
    const reply = await this.#connection.send('HGETALL', this.#key(collection, key));
    const record = recordOf(reply);
    return record === undefined || record.expiresAt <= Math.floor(this.#now() / 1000) ? undefined : record;
  }

  async update(collection: string, key: string, update: RecordUpdate): Promise<void> {
    checkAddress(collection, key);
    const size = await this.#connection.run(UPDATE, [this.#key(collection, key)], updateArguments(update));
    if (typeof size === 'number' && size > 0) throw tooLarge(collection, size);
  }

  async delete(collection: string, key: string): Promise<void> {
    await this.#connection.send('DEL', this.#key(collection, key));
  }

  /** Writes something that ends at once: a replica, or a server without memory left, can still be read. */
  async probe(): Promise<void> {
    await this.#connection.send('SET', `${this.#prefix}probe`, '1', 'PX', '1');
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** The length keeps two addresses apart whatever bytes they hold. */
  #key(collection: string, key: string): string {
    return `${this.#prefix}${collection.length}:${collection}:${key}`;
  }
}

function recordOf(reply: unknown): StoredRecord | undefined {
  if (!Array.isArray(reply) || reply.length === 0) return undefined;
  const texts = reply.map((one: Buffer) => one.toString('latin1'));
  const values = new Map<string, string>();
  let expiresAt = 0;
  for (let at = 0; at < texts.length; at += 2) {
    const field = texts[at] ?? '';
    const value = texts[at + 1] ?? '';
    if (field === 'expires') expiresAt = Number(value);
    else values.set(field.slice(1), value);
  }
  return { values, expiresAt };
}
