import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import type { Redis, RedisOptions } from 'ioredis';
import { AfterReading } from '../after-reading.ts';

export interface RedisConnectionOptions {
  /** `redis://user:password@host:port/database`, `rediss://…` or `unix:///path`. */
  readonly url: string;
  /** For `rediss:`. */
  readonly tls?: SecureContextOptions & { readonly servername?: string };
  /** Milliseconds one command may take. */
  readonly timeout: number;
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

/** A script with the name the server knows it by. */
export interface RedisScript {
  readonly text: string;
  readonly hash: string;
}

export function redisScript(text: string): RedisScript {
  return { text, hash: createHash('sha1').update(text).digest('hex') };
}

/**
 * A connection to Redis or Valkey. A command that cannot be sent now, or is not answered in time, fails; nothing is sent twice,
 * because a counter would count twice.
 */
export class RedisConnection {
  /** For log lines, without passwords. */
  readonly description: string;
  readonly #client: Redis;
  readonly #timeout: number;
  readonly #late = new AfterReading<() => void>((giveUp) => giveUp());
  #pending = 0;
  /** Until the first attempt to connect has ended, commands wait for it instead of failing at once. */
  #starting: Promise<void> | undefined;
  #lastError: Error | undefined;

  /** Connects in the background. Throws when the client library is not installed. */
  constructor({ url, tls, timeout }: RedisConnectionOptions) {
    const place = new URL(url);
    this.description = place.protocol === 'unix:' ? url : `${place.protocol}//${place.host}${place.pathname}`;
    this.#timeout = timeout;
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

  /** Words are byte strings; the reply is as the client library gives it, texts as buffers. */
  async send(command: string, ...words: readonly string[]): Promise<unknown> {
    if (this.#pending >= MAXIMUM_PENDING) throw new Error(`${MAXIMUM_PENDING} commands are waiting already`);
    this.#pending++;
    try {
      if (this.#starting !== undefined) await within(this.#timeout, this.#starting);
      if (this.#client.status !== 'ready') throw this.#lastError ?? new Error('not connected');
      return await this.#inTime(
        this.#client.callBuffer(
          command,
          words.map((word) => Buffer.from(word, 'latin1')),
        ),
      );
    } finally {
      this.#pending--;
    }
  }

  /** Rejects when a reply takes too long. One that has come while this process stood still has not: it is read first. */
  #inTime(reply: Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error('Command timed out'));
      const timer = setTimeout(() => this.#late.add(giveUp), this.#timeout);
      const over = (): void => clearTimeout(timer);
      reply.then(resolve, reject).finally(over);
    });
  }

  /** Runs a script; one round trip when the server has seen it before. */
  async run(script: RedisScript, keys: readonly string[], words: readonly string[]): Promise<unknown> {
    const all = [String(keys.length), ...keys, ...words];
    try {
      return await this.send('EVALSHA', script.hash, ...all);
    } catch (cause) {
      if (!(cause instanceof Error && cause.message.startsWith('NOSCRIPT'))) throw cause;
      return await this.send('EVAL', script.text, ...all);
    }
  }

  /** What is under way may still arrive; each command has its time limit. */
  async close(): Promise<void> {
    while (this.#pending > 0) await wait(CLOSING_STEP);
    this.#client.disconnect();
  }
}

type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

function connectionOptions(url: URL, timeout: number, tls: RedisConnectionOptions['tls']): ConnectionOptions {
  const shared: ConnectionOptions = {
    // Flat replies, and servers older than RESP 3.
    protocol: 2,
    // Nothing is kept for later and nothing is repeated: by then the request it was for is over.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // For what the library itself asks when it connects; other commands have their own limit, which is shorter.
    commandTimeout: timeout + CONNECT_TIMEOUT,
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

async function within(milliseconds: number, task: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = wait(milliseconds, undefined, { signal: timer.signal, ref: false }).then(() => {
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
    throw new Error('a redis store needs the package "ioredis": npm install ioredis', { cause });
  }
}
