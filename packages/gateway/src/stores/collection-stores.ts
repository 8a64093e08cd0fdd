/** The stores that are open. A reload that changes nothing about them goes on with the same connections and counters. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CollectionStore, MemoryStore } from '@sallyport/engine';
import type { CollectionsConfig, CollectionsTlsConfig } from '../config/config.ts';
import { DiskStore } from './disk-store.ts';
import { RedisStore, type RedisStoreOptions } from './redis-store.ts';
import { SteadyStore, type SteadyStoreOptions } from './steady-store.ts';

/** Name of the file in `SecDataDir`. */
const FILE_NAME = 'sallyport-collections.sqlite';

export interface OpenStore {
  readonly store: CollectionStore;
  /** Where collections are kept, for people. */
  readonly description: string;
  /** For metrics and status pages. */
  readonly health: StoreHealth;
  /** Gives the store back; the last one to do so closes it. */
  release(): Promise<void>;
}

export interface StoreHealth {
  /** Counts are kept in this process, or requests refused, because the store cannot be used. */
  readonly isAway: boolean;
  /** Updates counted in this process only since then. */
  readonly localUpdates: number;
}

interface SharedStore {
  readonly store: CollectionStore;
  readonly description: string;
  readonly health: StoreHealth;
  close(): Promise<void>;
  users: number;
}

const ALWAYS_THERE: StoreHealth = { isAway: false, localUpdates: 0 };

export class CollectionStores {
  readonly #say: SteadyStoreOptions['say'];
  readonly #sharedDirectory: string | undefined;
  readonly #open = new Map<string, SharedStore>();

  /** `sharedDirectory`: where counters go that would otherwise be in memory, so that several processes share them. */
  constructor(say: SteadyStoreOptions['say'], sharedDirectory?: string) {
    this.#say = say;
    this.#sharedDirectory = sharedDirectory;
  }

  /**
   * The store for these settings: the one that is open, or a new one. `namedDirectory` is `SecDataDir` of the rules. Throws when
   * a file, a certificate or the client library cannot be used; a server that does not answer is no reason to throw.
   */
  open(config: CollectionsConfig, namedDirectory: string | undefined): OpenStore {
    const dataDir = namedDirectory ?? this.#sharedDirectory;
    const kind = config.store ?? (config.path !== undefined || dataDir !== undefined ? 'disk' : 'memory');
    const settings = JSON.stringify(kind === 'memory' ? [kind] : [kind, config, kind === 'disk' ? dataDir : undefined]);
    const shared = this.#open.get(settings) ?? { ...this.#create(kind, config, dataDir), users: 0 };
    this.#open.set(settings, shared);
    shared.users++;
    return {
      store: shared.store,
      description: shared.description,
      health: shared.health,
      release: async () => {
        if (--shared.users > 0) return;
        this.#open.delete(settings);
        await shared.close();
      },
    };
  }

  #create(
    kind: 'memory' | 'disk' | 'redis',
    config: CollectionsConfig,
    dataDir: string | undefined,
  ): Omit<SharedStore, 'users'> {
    switch (kind) {
      case 'memory':
        return { store: new MemoryStore(), description: 'memory', health: ALWAYS_THERE, close: async () => {} };
      case 'disk': {
        const path = config.path ?? (dataDir === undefined ? undefined : resolve(dataDir, FILE_NAME));
        if (path === undefined) {
          throw new Error('collections: the disk store needs a "path", or a SecDataDir in the rules');
        }
        return this.#steady(new DiskStore({ path, maximumSize: config.maxSize }), config);
      }
      case 'redis': {
        const { url, prefix, timeout, tls } = config;
        if (url === undefined) throw new Error('collections: the redis store needs its "url"');
        return this.#steady(new RedisStore({ url, prefix, timeout, tls: tlsOptions(tls) }), config);
      }
    }
  }

  #steady(backing: DiskStore | RedisStore, { whenAway }: CollectionsConfig): Omit<SharedStore, 'users'> {
    const store = new SteadyStore({ backing, whenAway, say: this.#say });
    void store.start();
    return { store, description: backing.description, health: store, close: () => store.close() };
  }
}

/** Throws with the name of the file that cannot be read. */
function tlsOptions({ ca, certificate, key, serverName }: CollectionsTlsConfig): NonNullable<RedisStoreOptions['tls']> {
  return {
    ...(ca !== undefined && { ca: read(ca) }),
    ...(certificate !== undefined && { cert: read(certificate) }),
    ...(key !== undefined && { key: read(key) }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`collections: cannot read ${file}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
