import type { Ban, BanReason } from './ban-list.ts';

/** One request, as far as counting goes. */
export interface Hit {
  /** Address or /64 of the client. */
  readonly network: string;
  /** Hash of the path without query, as 8 bytes. */
  readonly path: string;
  /** Position, from 1, in the list of watched paths; 0: none. */
  readonly watchedPath: number;
  /** Hash of who the client says it is, as 8 bytes; empty: nobody in particular. */
  readonly principal: string;
  /** Milliseconds of the steady clock. */
  readonly at: number;
  /** Whole seconds of the wall clock, for `mode: evasive`. */
  readonly second: number;
}

/** What adds up for a client besides its requests: penalty points, and milliseconds rules have worked for it. */
export type Account = 'penalties' | 'work';

/** Why a request is not let through. */
export interface FloodVerdict {
  readonly reason: BanReason;
  /** When trying again makes sense, on the steady clock. */
  readonly until: number;
  /** The ban began with this very request. */
  readonly isNew: boolean;
}

type MaybePromise<T> = T | Promise<T>;

/** Counts requests and knows who is banned, wherever that is kept. Rejections are a store that cannot be used. */
export interface FloodStore {
  /** The ban this process knows of. What it does not know, `count` finds out. */
  findBan(network: string, principal: string, now: number): FloodVerdict | undefined;
  /** Undefined lets the request through. */
  count(hit: Hit): MaybePromise<FloodVerdict | undefined>;
  /** Adds to an account of a client; gives the ban that leads to. `amount`: whole points or milliseconds. */
  charge(account: Account, network: string, amount: number, at: number): MaybePromise<FloodVerdict | undefined>;
  /**
   * Counts a failed login: of a client, and of a user by the hash of the name, where that is known. Gives the ban of the client it
   * leads to; that of the user, `findBan` knows.
   */
  failLogin(network: string, user: string, at: number): MaybePromise<FloodVerdict | undefined>;
  /** `duration` in milliseconds. */
  ban(key: string, reason: BanReason, at: number, duration: number): MaybePromise<FloodVerdict>;
  /** Ends a ban and forgets what led to it. False when there was none. */
  release(key: string, at: number): MaybePromise<boolean>;
  list(at: number): MaybePromise<readonly Ban[]>;
  close(): void | Promise<void>;
}
