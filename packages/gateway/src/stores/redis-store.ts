import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import { checkAddress, isAddress, type RecordUpdate, type StoredRecord, tooLarge } from '@sallyport/engine';
import type { Redis, RedisOptions } from 'ioredis';
import type { BackingStore } from './backing-store.ts';
import { UPDATE_SCRIPT, updateArguments } from './redis-script.ts';

export interface RedisStoreOptions {
  /** `redis://user:password@host:port/database`, `rediss://…` or `unix:///path`. */
  readonly url: string;
  readonly prefix: string;
  /** For `rediss:`. */
  readonly tls?: SecureContextOptions & { readonly servername?: string };
  /** Milliseconds one command may take. */
  readonly timeout: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Commands under way at most; more than this waiting means that the store does not keep up. */
const MAXIMUM_PENDING = 1000;
/** Milliseconds between two attempts to connect: the first, and at most. */
const FIRST_RETRY = 50;
const SLOWEST_RETRY = 1000;
/** Milliseconds between two looks at what is still under way when closing. */
const CLOSING_STEP = 5;
/** Milliseconds a connection may take to be made. */
const CONNECT_TIMEOUT = 2000;

const SCRIPT_HASH = createHash('sha1').update(UPDATE_SCRIPT).digest('hex');

/**
 * Keeps persistent collections in Redis or Valkey, shared by all gates that use the same server and prefix. An update is
 * one script, so that what it adds to is what is stored at that moment. A command that cannot be sent now, or is not
 * answered in time, fails; nothing is sent twice, because a counter would count twice.
 */
export class RedisStore implements BackingStore {
  readonly description: string;
  readonly #client: Redis;
  readonly #prefix: string;
  readonly #timeout: number;
  readonly #now: () => number;
  #pending = 0;
  /** Until the first attempt to connect has ended, commands wait for it instead of failing at once. */
  #starting: Promise<void> | undefined;
  #lastError: Error | undefined;

  /** Connects in the background. Throws when the client library is not installed. */
  constructor({ url, prefix, tls, timeout, now = Date.now }: RedisStoreOptions) {
    const place = new URL(url);
    this.description = place.protocol === 'unix:' ? url : `${place.protocol}//${place.host}${place.pathname}`;
    this.#prefix = prefix;
    this.#timeout = timeout;
    this.#now = now;
    const { Redis: Client } = requireClient();
    this.#client = new Client(connectionOptions(place, timeout, tls));
    this.#client.on('error', (error) => {
      this.#lastError = error;
    });
    this.#starting = new Promise<void>((resolve) => {
      for (const event of ['ready', 'close', 'end'] as const) this.#client.once(event, () => resolve());
    }).then(() => {
      this.#starting = undefined;
    });
  }

  async load(collection: string, key: string): Promise<StoredRecord | undefined> {
    if (!isAddress(collection, key)) return undefined;
    const reply = await this.#send('HGETALL', this.#key(collection, key));
    const record = recordOf(reply);
    return record === undefined || record.expiresAt <= Math.floor(this.#now() / 1000) ? undefined : record;
  }

  async update(collection: string, key: string, update: RecordUpdate): Promise<void> {
    checkAddress(collection, key);
    const words = ['1', this.#key(collection, key), ...updateArguments(update)];
    let size: unknown;
    try {
      size = await this.#send('EVALSHA', SCRIPT_HASH, ...words);
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause;
      size = await this.#send('EVAL', UPDATE_SCRIPT, ...words);
    }
    if (typeof size === 'number' && size > 0) throw tooLarge(collection, size);
  }

  async delete(collection: string, key: string): Promise<void> {
    await this.#send('DEL', this.#key(collection, key));
  }

  /** Writes something that ends at once: a replica, or a server without memory left, can still be read. */
  async probe(): Promise<void> {
    await this.#send('SET', `${this.#prefix}probe`, '1', 'PX', '1');
  }

  /** What is under way may still arrive; each command has its time limit. */
  async close(): Promise<void> {
    while (this.#pending > 0) await setTimeout(CLOSING_STEP);
    this.#client.disconnect();
  }

  async #send(command: string, ...words: readonly string[]): Promise<unknown> {
    if (this.#pending >= MAXIMUM_PENDING) throw new Error(`${MAXIMUM_PENDING} commands are waiting already`);
    this.#pending++;
    try {
      if (this.#starting !== undefined) await within(this.#timeout, this.#starting);
      if (this.#client.status !== 'ready') throw this.#lastError ?? new Error('not connected');
      return await this.#client.callBuffer(
        command,
        words.map((word) => Buffer.from(word, 'latin1')),
      );
    } finally {
      this.#pending--;
    }
  }

  /** The length keeps two addresses apart whatever bytes they hold. */
  #key(collection: string, key: string): string {
    return `${this.#prefix}${collection.length}:${collection}:${key}`;
  }
}

type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

function connectionOptions(url: URL, timeout: number, tls: RedisStoreOptions['tls']): ConnectionOptions {
  const shared: ConnectionOptions = {
    // Flat replies, and servers older than RESP 3.
    protocol: 2,
    // Nothing is kept for later and nothing is repeated: by then the request it was for is over.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeout,
    connectTimeout: CONNECT_TIMEOUT,
    retryStrategy: (attempt) => Math.min(SLOWEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempt, 10)),
    connectionName: 'sallyport',
    disableClientInfo: true,
  };
  if (url.protocol === 'unix:') return { ...shared, path: decodeURIComponent(url.pathname) };
  return {
    ...shared,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1)),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' && { tls: { ...tls } }),
  };
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

async function within(milliseconds: number, task: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = setTimeout(milliseconds, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error('connecting takes too long');
  });
  // Once the connection is there nobody waits for this one any more.
  late.catch(() => {});
  try {
    await Promise.race([task, late]);
  } finally {
    timer.abort();
  }
}

/** Loaded when it is needed: the library is an optional dependency. */
function requireClient(): typeof import('ioredis') {
  try {
    return createRequire(import.meta.url)('ioredis');
  } catch (cause) {
    throw new Error('the redis store needs the package "ioredis": npm install ioredis', { cause });
  }
}
