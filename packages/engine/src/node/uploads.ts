import { randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { UploadedFile, UploadRequest, UploadStore } from '../registry/services.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Uploaded files on the local disk under the names ModSecurity gives them: `YYYYMMDD-HHMMSS-<transaction>-file-XXXXXX`, local
 * time, in SecTmpDir or the directory of the system. A name that exists is an error, so nobody can lay a link in the way.
 */
export const nodeUploads: UploadStore = {
  create: (request) => new DiskFile(join(request.directory ?? tmpdir(), nameFor(request)), request.mode),
};

function nameFor({ startedAt, transactionId }: UploadRequest): string {
  const date = new Date(startedAt);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  const suffix = Array.from({ length: 6 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
  // Ids come from the server; one with a slash must still not lead out of the directory.
  return `${day}-${time}-${transactionId.replace(/[^\w@.-]/g, '_')}-file-${suffix}`;
}

class DiskFile implements UploadedFile {
  readonly path: string;
  #descriptor: number | undefined;

  constructor(path: string, mode: number) {
    this.path = path;
    this.#descriptor = openSync(path, 'wx', 0o600);
    // Set apart from creation, where the umask would take bits away.
    fchmodSync(this.#descriptor, mode);
  }

  write(chunk: string): void {
    if (this.#descriptor === undefined) throw new Error(`${this.path} is closed`);
    const bytes = Buffer.from(chunk, 'latin1');
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  read(): string {
    return readFileSync(this.path, 'latin1');
  }

  keep(directory: string): void {
    this.close();
    const target = join(directory, basename(this.path));
    try {
      renameSync(this.path, target);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EXDEV')) throw cause;
      copyFileSync(this.path, target, constants.COPYFILE_EXCL);
      unlinkSync(this.path);
    }
  }

  delete(): void {
    this.close();
    unlinkSync(this.path);
  }
}
