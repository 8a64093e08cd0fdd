/** Upload tokens that are good no longer, though their time is not over. What is taken back stays so until it would have ended anyway. */
import type { UploadGrant } from './upload-token.ts';

/** Times are in milliseconds since the epoch. */
export interface RevokedToken {
  /** One token … */
  readonly id?: string;
  /** … or all that a user, a byte string, had been given by `from`. */
  readonly user?: string;
  /** When it begins to hold. */
  readonly from: number;
  /** No such token can be good any more. */
  readonly until: number;
  /** Who did it, by his own account. */
  readonly by: string;
}

export class RevokedTokens {
  readonly #tokens = new Map<string, RevokedToken>();
  readonly #users = new Map<string, RevokedToken>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Those whose time is not over. */
  get all(): readonly RevokedToken[] {
    this.#forgetEnded();
    return [...this.#tokens.values(), ...this.#users.values()];
  }

  /** Does no harm the second time; a later word about the same counts. */
  add(revoked: RevokedToken): void {
    this.#forgetEnded();
    if (revoked.id !== undefined) this.#tokens.set(revoked.id, revoked);
    else if (revoked.user !== undefined) this.#users.set(revoked.user, revoked);
  }

  /** Whether the token of that id is to be good no longer, now or soon. */
  isNamed(id: string): boolean {
    return this.#tokens.has(id);
  }

  has({ id, user, issuedAt }: Pick<UploadGrant, 'id' | 'user' | 'issuedAt'>): boolean {
    if (this.#tokens.size + this.#users.size === 0) return false;
    const token = this.#tokens.get(id);
    if (token !== undefined && token.from <= this.#now()) return true;
    const ofUser = this.#users.get(user);
    // Tokens know the second they were made in; those of the same second are taken back as well.
    return ofUser !== undefined && issuedAt * 1000 <= ofUser.from;
  }

  /** There are as many as people take back, and each ends: no need to look often. */
  #forgetEnded(): void {
    const now = this.#now();
    for (const list of [this.#tokens, this.#users])
      for (const [key, { until }] of list) if (until <= now) list.delete(key);
  }
}
