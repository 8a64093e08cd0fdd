import { type FileHandle, open } from 'node:fs/promises';

const CHUNK = 1 << 16;

/** Reads the lines a growing file gets, from where it stood when it was opened. */
export class LogFollower {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.alloc(CHUNK);
  #offset: number;
  #partial = '';

  private constructor(handle: FileHandle, offset: number) {
    this.#handle = handle;
    this.#offset = offset;
  }

  /** Opens a file at its present end. */
  static async open(file: string): Promise<LogFollower> {
    const handle = await open(file, 'r');
    return new LogFollower(handle, (await handle.stat()).size);
  }

  /** Complete lines that came since the last call, without line ends, as byte strings. */
  async read(): Promise<string[]> {
    let text = this.#partial;
    for (;;) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      text += this.#buffer.toString('latin1', 0, bytesRead);
    }
    const lines = text.split('\n');
    this.#partial = lines.pop() ?? '';
    return lines;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
