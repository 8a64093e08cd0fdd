/** Searches of bytes as they came, before they are a byte string: what nobody looks at need not become one. */

/** What Node and its relatives have and other platforms lack: searches without a loop in JavaScript. */
interface PlatformBuffer {
  from(memory: ArrayBufferLike, offset: number, length: number): Searchable;
}

interface Searchable {
  indexOf(wanted: Uint8Array, from: number): number;
}

const platform: PlatformBuffer | undefined = (globalThis as { readonly Buffer?: PlatformBuffer }).Buffer;

/** Where `wanted`, which is not empty, begins first in `bytes` at `from` or behind; -1 without. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  if (platform === undefined) return findBytesAnywhere(bytes, wanted, from);
  return platform.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(wanted, from);
}

/** The same without help of the platform. */
export function findBytesAnywhere(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (hasBytesAt(bytes, wanted, at)) return at;
  }
  return -1;
}

/** Whether `wanted` stands in `bytes` at `at`. */
export function hasBytesAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}
