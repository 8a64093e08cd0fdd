import { rename, writeFile } from 'node:fs/promises';
import type { Ban } from './ban-list.ts';

/** Milliseconds between two writes at least. */
const LEAST_PAUSE = 1000;

/**
 * Keeps a file for `nft -f` that says who is banned, for a packet filter that drops them before they cost anything. It is
 * written beside its place and moved there, so that nobody ever reads half of it, and one load replaces the sets as a whole.
 */
export class NftablesSet {
  readonly #path: string;
  readonly #list: () => readonly Ban[] | Promise<readonly Ban[]>;
  readonly #now: () => number;
  readonly #onTrouble: (reason: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly path: string;
    readonly list: () => readonly Ban[] | Promise<readonly Ban[]>;
    /** The clock of the bans. */
    readonly now: () => number;
    readonly onTrouble: (reason: string) => void;
  }) {
    this.#path = options.path;
    this.#list = options.list;
    this.#now = options.now;
    this.#onTrouble = options.onTrouble;
  }

  /** Writes soon; what changes until then goes into the same write. */
  changed(): void {
    if (this.#timer !== undefined) return;
    const pause = Math.max(0, this.#writtenAt + LEAST_PAUSE - this.#now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writtenAt = this.#now();
      this.#writing = this.#writing.then(() => this.#write());
    }, pause).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.${process.pid}`;
    try {
      await writeFile(temporary, nftablesText(await this.#list(), this.#now()), { mode: 0o600 });
      await rename(temporary, this.#path);
    } catch (cause) {
      this.#onTrouble(`cannot write ${this.#path}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
}

/** One transaction of nft: makes the sets where they are missing, empties them and fills them. Elements end by themselves. */
export function nftablesText(bans: readonly Ban[], now: number): string {
  const addresses = bans.filter(({ key, until }) => until > now && !key.startsWith('principal:'));
  const lines = ['add table inet sallyport'];
  const sets = [
    ['sallyport4', 'ipv4_addr', 'timeout', addresses.filter(({ key }) => !key.includes(':'))],
    ['sallyport6', 'ipv6_addr', 'interval, timeout', addresses.filter(({ key }) => key.includes(':'))],
  ] as const;
  for (const [name, type, flags, members] of sets) {
    lines.push(`add set inet sallyport ${name} { type ${type}; flags ${flags}; }`, `flush set inet sallyport ${name}`);
    const elements = members.map(({ key, until }) => `${key} timeout ${Math.ceil((until - now) / 1000)}s`);
    if (elements.length > 0) lines.push(`add element inet sallyport ${name} { ${elements.join(', ')} }`);
  }
  return `${lines.join('\n')}\n`;
}
