import type { CollectionStore } from '@sallyport/engine';

/** A store outside this process, which can therefore be away. */
export interface BackingStore extends CollectionStore {
  /** For log lines, without passwords: `/var/lib/x.sqlite`, `redis://cache:6379/0`. */
  readonly description: string;
  /** Finds out whether the store can be read and written now. Throws or rejects with the reason when not. */
  probe(): void | Promise<void>;
  close(): void | Promise<void>;
}
