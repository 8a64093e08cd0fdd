import { AuthUnavailable } from '../principal.ts';
import type { KeySet } from './key-set.ts';
import type { KeySource } from './key-source.ts';

export interface RemoteKeysOptions {
  /** What the log calls them. */
  readonly url: string;
  /** Milliseconds. */
  readonly refresh: number;
  readonly stale: number;
  readonly download: () => Promise<string>;
  readonly parse: (text: string) => KeySet;
  readonly say: (level: 'error' | 'notice', line: string) => void;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** Milliseconds between two attempts, so that made-up key names do not become a flood for the issuer. */
const PAUSE = 5000;

/**
 * Keys at an address. They are fetched when the first token comes, anew after `refresh` while the old ones serve, and at once when a
 * token names a key that is not there. When that fails the old ones serve for `stale` more; then nobody is let in.
 */
export class RemoteKeys implements KeySource {
  readonly #options: RemoteKeysOptions;
  readonly #now: () => number;
  #keys: KeySet | undefined;
  #fetchedAt = 0;
  #triedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<KeySet> | undefined;
  #trouble: string | undefined;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get(): KeySet | Promise<KeySet> {
    const age = this.#now() - this.#fetchedAt;
    if (this.#keys !== undefined && age < this.#options.refresh) return this.#keys;
    if (this.#keys !== undefined && age < this.#options.refresh + this.#options.stale) {
      // Whoever waits now would wait for nothing: the old keys are still good.
      if (this.#mayTry) this.#fetch().catch(() => {});
      return this.#keys;
    }
    return this.#fetchOrRefuse();
  }

  renew(): KeySet | Promise<KeySet> {
    if (this.#keys === undefined) return this.#fetchOrRefuse();
    if (!this.#mayTry) return this.#fetching ?? this.#keys;
    const old = this.#keys;
    return this.#fetch().catch(() => old);
  }

  get #mayTry(): boolean {
    return this.#fetching === undefined && this.#now() - this.#triedAt >= PAUSE;
  }

  #fetchOrRefuse(): Promise<KeySet> {
    if (this.#fetching !== undefined || this.#mayTry) return this.#fetch();
    return Promise.reject(new AuthUnavailable(this.#trouble ?? `no keys from ${this.#options.url}`));
  }

  #fetch(): Promise<KeySet> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<KeySet> {
    const { url, download, parse, say } = this.#options;
    this.#triedAt = this.#now();
    try {
      const text = await download();
      if (text !== this.#keys?.text) this.#keys = parse(text);
      this.#fetchedAt = this.#now();
      if (this.#trouble !== undefined) say('notice', `the keys at ${url} can be had again`);
      this.#trouble = undefined;
      return this.#keys as KeySet;
    } catch (cause) {
      const trouble = `the keys at ${url} cannot be had: ${(cause as Error).message || (cause as Error).name}`;
      if (trouble !== this.#trouble) say('error', trouble);
      this.#trouble = trouble;
      throw new AuthUnavailable(trouble, { cause });
    }
  }
}
