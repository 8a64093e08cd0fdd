import {
  type CollectionStore,
  MemoryStore,
  RecordLimitError,
  type RecordUpdate,
  type StoredRecord,
} from '@sallyport/engine';
import type { BackingStore } from './backing-store.ts';
import { Lookout } from './lookout.ts';

export interface SteadyStoreOptions {
  readonly backing: BackingStore;
  /** What happens while the backing store is away: count in this process, or refuse. */
  readonly whenAway: 'local' | 'refuse';
  /** Told when the store goes away and when it is back: one line each. */
  readonly say: (level: 'warn' | 'notice', line: string) => void;
}

interface Absence {
  readonly since: number;
  readonly reason: string;
  /** What is counted meanwhile. */
  readonly local: MemoryStore;
  updates: number;
}

/**
 * A store that is always there (circuit breaker). The first failure of the backing store turns to the other way of
 * working at once, so that only the requests under way notice it; from then on the backing store is looked for in the
 * background, and nothing waits for it.
 *
 * Counts made in this process meanwhile start from nothing and are dropped when the backing store is back: it has gone
 * on counting for the other gates, and adding to it what may have arrived there would count twice.
 */
export class SteadyStore implements CollectionStore {
  readonly #backing: BackingStore;
  readonly #whenAway: 'local' | 'refuse';
  readonly #say: SteadyStoreOptions['say'];
  readonly #lookout: Lookout;
  /** Set while the backing store is away. */
  #absence: Absence | undefined;

  constructor({ backing, whenAway, say }: SteadyStoreOptions) {
    this.#backing = backing;
    this.#whenAway = whenAway;
    this.#say = say;
    this.#lookout = new Lookout(
      async () => backing.probe(),
      () => this.#return(),
    );
  }

  /** Finds out now, not at the first request, whether the store is there. */
  async start(): Promise<void> {
    try {
      await this.#backing.probe();
    } catch (cause) {
      this.#leave(cause);
    }
  }

  get isAway(): boolean {
    return this.#absence !== undefined;
  }

  /** Updates counted in this process only since the store went away. */
  get localUpdates(): number {
    return this.#absence?.updates ?? 0;
  }

  load(collection: string, key: string): StoredRecord | undefined | Promise<StoredRecord | undefined> {
    if (this.#absence !== undefined) return this.#loadAway(this.#absence, collection, key);
    const found = this.#backing.load(collection, key);
    if (!(found instanceof Promise)) return found;
    return found.catch((cause: unknown) => this.#loadAway(this.#leave(cause), collection, key));
  }

  update(collection: string, key: string, update: RecordUpdate): void | Promise<void> {
    return this.#change((store) => store.update(collection, key, update));
  }

  delete(collection: string, key: string): void | Promise<void> {
    return this.#change((store) => store.delete(collection, key));
  }

  async close(): Promise<void> {
    this.#lookout.close();
    await this.#backing.close();
  }

  #loadAway(
    absence: Absence,
    collection: string,
    key: string,
  ): StoredRecord | undefined | Promise<StoredRecord | undefined> {
    return this.#whenAway === 'local' ? absence.local.load(collection, key) : Promise.reject(this.#refusal(absence));
  }

  #change(apply: (store: CollectionStore) => void | Promise<void>): void | Promise<void> {
    if (this.#absence !== undefined) return this.#changeAway(this.#absence, apply);
    const done = apply(this.#backing);
    if (!(done instanceof Promise)) return;
    return done.catch((cause: unknown) => {
      // The record is at fault, not the store.
      if (cause instanceof RecordLimitError) throw cause;
      return this.#changeAway(this.#leave(cause), apply);
    });
  }

  #changeAway(absence: Absence, apply: (store: CollectionStore) => void | Promise<void>): void | Promise<void> {
    if (this.#whenAway === 'refuse') return Promise.reject(this.#refusal(absence));
    absence.updates++;
    return apply(absence.local);
  }

  #refusal({ reason }: Absence): Error {
    return new Error(`persistent collections are not available: ${this.#backing.description}: ${reason}`);
  }

  #leave(cause: unknown): Absence {
    if (this.#absence !== undefined) return this.#absence;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    const absence: Absence = { since: performance.now(), reason, local: new MemoryStore(), updates: 0 };
    this.#absence = absence;
    // Requests that outlast the gate are no reason to complain.
    if (this.#lookout.isClosed) return absence;
    const consequence =
      this.#whenAway === 'local'
        ? 'counting in this process, from nothing, until it is back'
        : 'requests whose rules open a collection are refused until it is back';
    this.#say('warn', `${this.#backing.description} cannot be used (${reason}); ${consequence}`);
    this.#lookout.begin();
    return absence;
  }

  #return(): void {
    if (this.#absence === undefined) return;
    const { since, updates } = this.#absence;
    this.#absence = undefined;
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    const dropped = updates === 0 ? '' : `; ${updates} updates counted in this process meanwhile are dropped`;
    this.#say('notice', `${this.#backing.description} is back after ${seconds} s${dropped}`);
  }
}
