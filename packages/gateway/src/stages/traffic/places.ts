interface Waiting {
  readonly client: string;
  readonly enter: () => void;
}

/**
 * Places with the application: so many in all and so many for one client. Who finds none waits in line; a client that has used
 * up its own share does not hold up those behind it.
 */
export class Places {
  readonly #limit: number;
  readonly #clientLimit: number;
  readonly #ofClient = new Map<string, number>();
  readonly #line = new Set<Waiting>();
  #taken = 0;

  /** 0 means no limit. */
  constructor(limit: number, clientLimit: number) {
    this.#limit = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    this.#clientLimit = clientLimit > 0 ? clientLimit : Number.POSITIVE_INFINITY;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Takes a place; false when there is none. */
  tryEnter(client: string): boolean {
    const own = this.#ofClient.get(client) ?? 0;
    if (this.#taken >= this.#limit || own >= this.#clientLimit) return false;
    this.#taken++;
    this.#ofClient.set(client, own + 1);
    return true;
  }

  /** Waits for a place. `enter` is called when it has been taken; the function that is given ends the waiting before. */
  line(client: string, enter: () => void): () => void {
    const one = { client, enter };
    this.#line.add(one);
    return () => void this.#line.delete(one);
  }

  leave(client: string): void {
    this.#taken--;
    const own = (this.#ofClient.get(client) ?? 1) - 1;
    if (own > 0) this.#ofClient.set(client, own);
    else this.#ofClient.delete(client);
    for (const one of this.#line) {
      if (!this.tryEnter(one.client)) continue;
      this.#line.delete(one);
      one.enter();
      return;
    }
  }
}
