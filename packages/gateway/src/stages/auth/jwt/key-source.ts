import type { KeySet } from './key-set.ts';

/** Where the keys of an issuer come from. */
export interface KeySource {
  /** The keys in force. Throws, or rejects, with an `AuthUnavailable`. */
  get(): KeySet | Promise<KeySet>;
  /** Looks for newer keys, because a token names one that is not there. The same set when there are none. */
  renew(): KeySet | Promise<KeySet>;
}
