import { createHmac, randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';

/** Pairs of user and password that are remembered. */
const ENTRIES = 1000;
/** Milliseconds. The file is looked at all the same: who is removed from it is out at once. */
const LIFETIME = 300_000;

/**
 * Passwords that have been found right, so that not every request of a page costs a comparison. What is kept is an HMAC under a
 * key of this process over user, password and stored hash: with another hash in the file the entry says nothing any more.
 */
export class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #until = new BoundedMap<number>(ENTRIES);
  readonly #now: () => number;

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The key of a pair. Byte strings; stored hashes and names have no NUL. */
  keyOf(user: string, password: string, stored: string): string {
    return createHmac('sha256', this.#key).update(`${user}\0${stored}\0${password}`, 'latin1').digest('base64');
  }

  has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (this.#now() < until) return true;
    this.#until.delete(key);
    return false;
  }

  add(key: string): void {
    this.#until.set(key, this.#now() + LIFETIME);
  }
}
