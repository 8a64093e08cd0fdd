import { fromBytes } from '../bytes/byte-string.ts';

/** A key nobody knows, 32 bytes; another one each time. */
export function randomKey(): string {
  return fromBytes(crypto.getRandomValues(new Uint8Array(32)));
}
