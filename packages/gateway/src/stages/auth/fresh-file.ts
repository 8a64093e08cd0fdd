/** A file whose changes are noticed while the gate runs, as Apache notices those of its password files. */
import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AuthUnavailable } from './principal.ts';

/** Milliseconds between two looks at the file. */
const INTERVAL = 1000;

export interface FreshFileOptions<Content> {
  readonly path: string;
  /** Makes something of the bytes of the file, as a byte string. Throws when they cannot be used. */
  readonly parse: (text: string, path: string) => Content;
  /** Told when the file can no longer be used, and when it can again. */
  readonly say: (level: 'error' | 'notice', line: string) => void;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/**
 * The content of a file, read anew when somebody asks and the file is another one than a second ago. A file that cannot be read
 * any more, or holds mistakes, refuses: the users it named may have been removed.
 */
export class FreshFile<Content> {
  readonly #options: FreshFileOptions<Content>;
  readonly #now: () => number;
  #content: Content;
  #stamp: string;
  #lookedAt: number;
  #looking: Promise<Content> | undefined;
  #trouble: string | undefined;

  /** Reads the file. Throws what reading and `parse` throw. */
  constructor(options: FreshFileOptions<Content>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#stamp = stampOf(statSync(options.path, { bigint: true }));
    this.#content = options.parse(readFileSync(options.path, 'latin1'), options.path);
    this.#lookedAt = this.#now();
  }

  /** Throws, or rejects, with an `AuthUnavailable`. */
  get(): Content | Promise<Content> {
    if (this.#now() - this.#lookedAt >= INTERVAL) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
      return this.#looking;
    }
    if (this.#trouble !== undefined) throw new AuthUnavailable(this.#trouble);
    return this.#content;
  }

  async #look(): Promise<Content> {
    const { path, parse, say } = this.#options;
    try {
      const stamp = stampOf(await stat(path, { bigint: true }));
      if (stamp !== this.#stamp || this.#trouble !== undefined) {
        this.#content = parse(await readFile(path, 'latin1'), path);
        this.#stamp = stamp;
      }
      if (this.#trouble !== undefined) say('notice', `${path} can be used again`);
      this.#trouble = undefined;
    } catch (cause) {
      const trouble = `${path} cannot be used: ${(cause as Error).message}`;
      if (trouble !== this.#trouble) say('error', trouble);
      this.#trouble = trouble;
    }
    this.#lookedAt = this.#now();
    if (this.#trouble !== undefined) throw new AuthUnavailable(this.#trouble);
    return this.#content;
  }
}

function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
