/** Largest piece handed to `String.fromCharCode` at once; its arguments live on the stack. */
const CHUNK = 8192;

/** From this length on the copy of the platform is quicker than a call with all bytes as arguments. */
const LONG = 128;

/** What Node and its relatives have and other platforms lack: a copy from bytes to characters, without a loop in JavaScript. */
interface PlatformBuffer {
  from(memory: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'latin1'): string };
}

const platform: PlatformBuffer | undefined = (globalThis as { readonly Buffer?: PlatformBuffer }).Buffer;

/**
 * The byte string for raw bytes: one character with code 0-255 per byte. This is the only form in which request data
 * travels through the engine; nothing is decoded to Unicode on the way.
 */
export function fromBytes(bytes: Uint8Array): string {
  if (platform !== undefined && bytes.length >= LONG) {
    return platform.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }
  return fromBytesAnywhere(bytes);
}

/** The same without help of the platform. */
export function fromBytesAnywhere(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return fromCodes(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += fromCodes(bytes.subarray(at, at + CHUNK));
  return text;
}

/** The raw bytes of a byte string. Only the low eight bits of a character are used; byte strings have no others. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Whether every character is a byte, that is: whether the text was produced by `fromBytes` or could have been. */
export function isByteString(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

function fromCodes(bytes: Uint8Array): string {
  // `apply` is typed for arrays but takes every array-like; a copy into an array would double the work.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
