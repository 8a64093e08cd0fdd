/** Where uploaded files lie while rules look at them: `SecTmpDir`, or a directory of this process that nobody else can enter. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { UploadedFile, UploadRequest, UploadStore, WafSettings } from '@sallyport/engine';
import { nodeUploads } from '@sallyport/engine/node';
import { whyNotPrivate } from './private-directory.ts';

export class PrivateUploads implements UploadStore {
  readonly #parent: string;
  #own: string | undefined;

  /** `parent`: where the directory is made when the first file comes. */
  constructor(parent: string) {
    this.#parent = parent;
  }

  create(request: UploadRequest): UploadedFile {
    return nodeUploads.create({ ...request, directory: request.directory ?? this.#directory() });
  }

  /** Removes the directory. Files that are still in it belong to requests that were cut off. */
  release(): void {
    if (this.#own !== undefined) rmSync(this.#own, { recursive: true, force: true });
    this.#own = undefined;
  }

  /** mkdtemp gives mode 0700. */
  #directory(): string {
    this.#own ??= mkdtempSync(join(this.#parent, 'sallyport-uploads-'));
    return this.#own;
  }
}

/** Throws, one line for each mistake, when uploads would lie where others can reach them. */
export function checkUploadDirectories(settings: WafSettings): void {
  const { uploadKeepFiles, tmpSaveUploadedFiles, uploadDir, tmpDir } = settings;
  if (uploadKeepFiles === 'Off' && !tmpSaveUploadedFiles) return;
  const mistakes: string[] = [];
  if (uploadKeepFiles !== 'Off' && uploadDir === undefined) {
    mistakes.push(`SecUploadKeepFiles ${uploadKeepFiles} needs SecUploadDir, the directory where files are kept`);
  }
  const named = [
    ['SecTmpDir', tmpDir],
    ['SecUploadDir', uploadKeepFiles === 'Off' ? undefined : uploadDir],
  ] as const;
  for (const [directive, directory] of named) {
    const reason = directory === undefined ? undefined : whyNotPrivate(resolve(directory));
    if (reason !== undefined) mistakes.push(`${directive} ${directory} is no place for uploaded files: ${reason}`);
  }
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
}
