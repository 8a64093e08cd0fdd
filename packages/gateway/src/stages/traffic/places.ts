import type { Tally } from '../tally/tally.ts';

interface Waiting {
  readonly client: string;
  readonly enter: () => void;
}

/** Milliseconds between two looks for a place that another process has given back. */
const LOOK_EVERY = 25;
/**
 * Where a client may have this many places or more, its first few in each process are not counted: most clients never have more, and
 * then nothing has to be shared. Their number may pass the limit by this much for each process.
 */
const LARGE_LIMIT = 50;
const UNCOUNTED = 2;

/**
 * Places with the application: so many in all and so many for one client. Who finds none waits in line; a client that has used
 * up its own share does not hold up those behind it. Each process has a line of its own; places are those of all.
 */
export class Places {
  readonly #limit: number;
  readonly #clientLimit: number;
  readonly #uncounted: number;
  readonly #tally: Tally;
  readonly #key: string;
  readonly #ofClient = new Map<string, number>();
  readonly #line = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** 0 means no limit. Places are counted in `tally`, where `name` is theirs alone. */
  constructor(limit: number, clientLimit: number, tally: Tally, name: string) {
    this.#limit = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    this.#clientLimit = clientLimit > 0 ? clientLimit : Number.POSITIVE_INFINITY;
    this.#uncounted = tally.isShared && clientLimit >= LARGE_LIMIT ? UNCOUNTED : 0;
    this.#tally = tally;
    this.#key = `places ${name}`;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Takes a place; false when there is none. */
  tryEnter(client: string): boolean {
    const own = (this.#ofClient.get(client) ?? 0) + 1;
    if (!this.#takes(this.#limit, this.#key)) return false;
    if (own > this.#uncounted && !this.#takes(this.#clientLimit, this.#keyOf(client))) {
      this.#gives(this.#limit, this.#key);
      return false;
    }
    this.#ofClient.set(client, own);
    return true;
  }

  /** Waits for a place. `enter` is called when it has been taken; the function that is given ends the waiting before. */
  line(client: string, enter: () => void): () => void {
    const one = { client, enter };
    this.#line.add(one);
    if (this.#tally.isShared) this.#timer ??= setInterval(() => this.#callNext(), LOOK_EVERY).unref();
    return () => this.#leaveLine(one);
  }

  leave(client: string): void {
    const own = this.#ofClient.get(client) ?? 1;
    this.#gives(this.#limit, this.#key);
    if (own > this.#uncounted) this.#gives(this.#clientLimit, this.#keyOf(client));
    if (own > 1) this.#ofClient.set(client, own - 1);
    else this.#ofClient.delete(client);
    this.#callNext();
  }

  /** The first in line whom there is a place for. */
  #callNext(): void {
    for (const one of this.#line) {
      if (!this.tryEnter(one.client)) continue;
      this.#leaveLine(one);
      one.enter();
      return;
    }
  }

  #leaveLine(one: Waiting): void {
    this.#line.delete(one);
    if (this.#line.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #keyOf(client: string): string {
    return `${this.#key} ${client}`;
  }

  #takes(limit: number, key: string): boolean {
    if (limit === Number.POSITIVE_INFINITY || this.#tally.add(key) <= limit) return true;
    this.#tally.remove(key);
    return false;
  }

  #gives(limit: number, key: string): void {
    if (limit !== Number.POSITIVE_INFINITY) this.#tally.remove(key);
  }
}
