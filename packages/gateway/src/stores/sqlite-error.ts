/** What an error of `node:sqlite` means to us. */
export type SqliteTrouble = 'busy' | 'full' | 'damaged' | 'other';

const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** Undefined for errors that do not come from SQLite. */
export function sqliteCode(cause: unknown): SqliteTrouble | undefined {
  const code = (cause as { readonly errcode?: unknown } | undefined)?.errcode;
  if (typeof code !== 'number') return undefined;
  // The lower byte is the kind, the rest says more about it.
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
      return 'busy';
    case FULL:
      return 'full';
    case CORRUPT:
    case NOT_A_DATABASE:
      return 'damaged';
    default:
      return 'other';
  }
}

export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
