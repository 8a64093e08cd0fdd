import type { UploadedFile, UploadStore } from '../registry/services.ts';
import type { EngineSettings } from '../registry/settings.ts';

/** Where an extraction stands and what it belongs to. */
export interface UploadOwner {
  readonly transactionId: string;
  readonly startedAt: number;
}

/**
 * The extracted files of one transaction: written while the body is parsed, seen by rules, then kept or deleted.
 * A storage that fails does not stop the request: the file counts as not extracted, and the message goes to the error log.
 */
export class UploadSession {
  /** By index among the files of the body. */
  readonly files: Map<number, UploadedFile> = new Map();
  readonly #store: UploadStore;
  readonly #settings: Readonly<EngineSettings>;
  readonly #owner: UploadOwner;
  readonly #report: (text: string) => void;
  readonly #sizes = new Map<UploadedFile, number>();
  readonly #failed = new Set<number>();

  constructor(
    store: UploadStore,
    settings: Readonly<EngineSettings>,
    owner: UploadOwner,
    report: (text: string) => void,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#owner = owner;
    this.#report = report;
  }

  /** Takes the next bytes of a file; the first call for an index, with or without bytes, begins it. */
  write(index: number, chunk: string): void {
    if (this.#failed.has(index)) return;
    this.#try(index, () => {
      const file = this.files.get(index) ?? this.#begin(index);
      if (chunk === '') return;
      file.write(chunk);
      this.#sizes.set(file, (this.#sizes.get(file) ?? 0) + chunk.length);
    });
  }

  /** Says that the body is complete: programs and rules may read the files. */
  close(): void {
    for (const [index, file] of this.files) this.#try(index, () => file.close());
  }

  /** Behind the last phase: moves what is to be kept, deletes the rest. Empty files are never kept. */
  finish(isRelevant: boolean): void {
    const { uploadKeepFiles, uploadDir } = this.#settings;
    const isKept = uploadKeepFiles === 'On' || (uploadKeepFiles === 'RelevantOnly' && isRelevant);
    for (const [index, file] of [...this.files]) {
      this.#try(index, () => {
        if (isKept && uploadDir !== undefined && (this.#sizes.get(file) ?? 0) > 0) file.keep(uploadDir);
        else file.delete();
      });
    }
  }

  #begin(index: number): UploadedFile {
    const { tmpDir, uploadFileMode } = this.#settings;
    const file = this.#store.create({ ...this.#owner, directory: tmpDir, mode: uploadFileMode });
    this.files.set(index, file);
    return file;
  }

  #try(index: number, work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#failed.add(index);
      this.files.delete(index);
      this.#report(`Uploaded file could not be stored: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
}
