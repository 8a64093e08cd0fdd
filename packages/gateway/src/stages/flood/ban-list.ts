/** What somebody is banned for. */
export interface BanReason {
  /** The limit, `penalties`, or `manual`. */
  readonly by: string;
  /** In words. */
  readonly text: string;
}

export interface Ban {
  /** Address, /64, or `principal:` and a hash. */
  readonly key: string;
  readonly reason: BanReason;
  /** Milliseconds of the steady clock. */
  readonly since: number;
  readonly until: number;
}

/** Who is banned. Holds so many bans at most; then those that are oldest give way. */
export class BanList {
  readonly #bans = new Map<string, Ban>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#bans.size;
  }

  /** The ban in force; one that is over is forgotten. */
  find(key: string, now: number): Ban | undefined {
    const ban = this.#bans.get(key);
    if (ban === undefined) return undefined;
    if (ban.until > now) return ban;
    this.#bans.delete(key);
    return undefined;
  }

  add(ban: Ban): void {
    this.#bans.delete(ban.key);
    if (this.#bans.size >= this.#capacity) {
      for (const oldest of this.#bans.keys()) {
        this.#bans.delete(oldest);
        break;
      }
    }
    this.#bans.set(ban.key, ban);
  }

  remove(key: string): boolean {
    return this.#bans.delete(key);
  }

  /** In the order they began. Forgets what is over. */
  list(now: number): readonly Ban[] {
    for (const [key, ban] of this.#bans) {
      if (ban.until <= now) this.#bans.delete(key);
    }
    return [...this.#bans.values()];
  }
}
