/** How many requests each address has been sent by all workers together, those that are gone included. */
import type { AddressLoad } from './application.ts';

export class RequestCount {
  readonly #totals = new Map<string, number>();
  /** What each worker last said, by address and process. */
  readonly #last = new Map<string, Map<number, number>>();

  /** Takes what the workers say now. */
  take(load: readonly AddressLoad[]): void {
    for (const { pid, url, begun } of load) {
      const seen = this.#last.get(url) ?? new Map<number, number>();
      const before = seen.get(pid) ?? 0;
      // A number that was given to another process begins anew.
      const more = begun >= before ? begun - before : begun;
      seen.set(pid, begun);
      this.#last.set(url, seen);
      this.#totals.set(url, (this.#totals.get(url) ?? 0) + more);
    }
  }

  /** Requests sent to an address so far. */
  of(url: string): number {
    return this.#totals.get(url) ?? 0;
  }

  forget(url: string): void {
    this.#totals.delete(url);
    this.#last.delete(url);
  }
}
