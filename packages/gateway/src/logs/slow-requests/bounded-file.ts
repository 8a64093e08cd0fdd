import { rename, stat } from 'node:fs/promises';
import type { LogFile } from '../log-file.ts';

/**
 * A log file of limited size for lines that come seldom. One that is full is renamed to `FILE.1`, and the line goes to a new one.
 * Several processes may write to it: whoever finds it full renames it, the others notice within a second that it is another.
 */
export class BoundedFile {
  readonly #file: LogFile;
  readonly #path: string;
  readonly #maxSize: number;
  readonly #complain: (text: string) => void;
  #last: Promise<void> = Promise.resolve();

  constructor(file: LogFile, path: string, maxSize: number, complain: (text: string) => void) {
    this.#file = file;
    this.#path = path;
    this.#maxSize = maxSize;
    this.#complain = complain;
  }

  /** Lines go out one after the other, without anybody waiting for them. */
  append(line: string): void {
    this.#last = this.#last.then(() => this.#write(line));
  }

  /** Resolves when what was appended until now is written, or could not be. */
  async flush(): Promise<void> {
    await this.#last;
    await this.#file.flush();
  }

  /** Opens the path anew, for log rotation. */
  async reopen(): Promise<void> {
    await this.#last;
    await this.#file.reopen();
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #write(line: string): Promise<void> {
    try {
      if ((await sizeOf(this.#path)) + line.length > this.#maxSize) {
        await rename(this.#path, `${this.#path}.1`);
        await this.#file.reopen();
      }
    } catch (cause) {
      // Better a file that grows than a line that is lost.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#complain(`${this.#path} cannot be put aside: ${(cause as Error).message}`);
    }
    this.#file.append(line);
    await this.#file.flush();
  }
}

/** 0 where there is no such file. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
