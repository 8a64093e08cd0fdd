/** A request body held until the rules have decided: in memory up to a limit, then in a file that has no name. */
import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newRequestId } from '../listener/request-id.ts';
import type { BodyMemory } from './body-memory.ts';
import { withoutReplaced } from './rewrite.ts';
import { release } from './streamed-garbage.ts';

const FLAGS = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_RDWR;
const OWNER_ONLY = 0o600;
/** What a chunk costs besides its bytes, about: a client may send them one by one. */
const CHUNK_COST = 512;
/** Bytes of a chunk of a client that sends as fast as it can. */
const FULL_CHUNK = 64 * 1024;

export class Spool {
  readonly #folder: string;
  readonly #memory: BodyMemory;
  #memoryLimit: number;
  /** Bytes of `#memory` it has, and how many of them wait for chunks to come. */
  #taken = 0;
  #reserved = 0;
  #chunks: Buffer[] = [];
  #file: FileHandle | undefined;
  #size = 0;
  #isClosed = false;
  /** Stops waiting for memory. */
  #leaveLine: (() => void) | undefined;

  /** `memoryLimit`: bytes of `memory` it may take. */
  constructor(folder: string, memoryLimit: number, memory: BodyMemory) {
    this.#folder = folder;
    this.#memoryLimit = memoryLimit;
    this.#memory = memory;
  }

  get size(): number {
    return this.#size;
  }

  /** The body as pieces in memory; undefined once it is on disk. */
  get chunks(): readonly Buffer[] | undefined {
    return this.#file === undefined ? this.#chunks : undefined;
  }

  /**
   * Takes memory for all of a body of `length` bytes before the first one comes. A promise means: wait with that one, others are about to give
   * some back. Without room for it, the body goes to disk from its first byte: it would have to in its middle, and until then keep others from
   * being held whole.
   */
  reserve(length: number): Promise<void> | undefined {
    const cost = length + Math.ceil(length / FULL_CHUNK) * CHUNK_COST;
    const mayHave = length <= this.#memoryLimit;
    if (mayHave && this.#memory.take(cost, 0)) {
      this.#hold(cost);
      return undefined;
    }
    return mayHave ? this.#waitFor(cost) : this.#doWithout();
  }

  /** Keeps a chunk. A promise means: wait with the next one until it is on disk. Rejects when the disk refuses. */
  append(chunk: Buffer): Promise<void> | undefined {
    const at = this.#size;
    this.#size += chunk.length;
    if (this.#file !== undefined) return this.#write(this.#file, [chunk], at);
    this.#chunks.push(chunk);
    return this.#size <= this.#memoryLimit && this.#hasRoom(chunk.length + CHUNK_COST) ? undefined : this.#spill();
  }

  /** Bytes from `position` on, at most `length`; fewer at the end. Only for bodies on disk. */
  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.min(length, this.#size - position);
    const { buffer, bytesRead } = await (this.#file as FileHandle).read(
      Buffer.allocUnsafe(wanted),
      0,
      wanted,
      position,
    );
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leaveLine?.();
    this.#forgetChunks();
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #waitFor(cost: number): Promise<void> | undefined {
    let goOn = (): void => {};
    const leave = this.#memory.line(cost, (hasMemory) => {
      this.#leaveLine = undefined;
      if (hasMemory) this.#hold(cost);
      else this.#doWithout();
      goOn();
    });
    if (leave === undefined) return this.#doWithout();
    return new Promise((resolve) => {
      goOn = resolve;
      this.#leaveLine = () => {
        leave();
        resolve();
      };
    });
  }

  #hold(cost: number): void {
    this.#taken = cost;
    this.#reserved = cost;
  }

  #doWithout(): undefined {
    this.#memoryLimit = 0;
  }

  async #spill(): Promise<void> {
    const path = join(this.#folder, `sallyport-${newRequestId()}`);
    const file = await open(path, FLAGS, OWNER_ONLY);
    try {
      // Without a name nobody else can open it, and the space is free again whatever happens to this process.
      await unlink(path);
      await this.#write(file, this.#chunks, 0);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    this.#forgetChunks();
    if (this.#isClosed) await file.close();
    else this.#file = file;
  }

  #hasRoom(cost: number): boolean {
    const reserved = Math.min(cost, this.#reserved);
    const more = cost - reserved;
    if (more > 0 && !this.#memory.take(more, this.#taken)) return false;
    this.#reserved -= reserved;
    this.#taken += more;
    return true;
  }

  #forgetChunks(): void {
    this.#chunks = [];
    this.#memory.giveBack(this.#taken);
    this.#taken = 0;
    this.#reserved = 0;
  }

  async #write(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
    let at = position;
    for (let rest = chunks; rest.length > 0; ) {
      const { bytesWritten } = await file.writev(rest, at);
      at += bytesWritten;
      rest = withoutReplaced(rest, bytesWritten);
    }
    for (const chunk of chunks) release(chunk);
  }
}
