import { sha1 } from './sha1.ts';

const BLOCK = 64;

/** HMAC-SHA1 (RFC 2104) of byte strings: the raw 20 bytes. */
export function hmacSha1(key: string, message: string): string {
  const short = key.length > BLOCK ? sha1(key) : key;
  const pad = (byte: number): string => {
    let text = '';
    for (let at = 0; at < BLOCK; at++) text += String.fromCharCode((short.charCodeAt(at) || 0) ^ byte);
    return text;
  };
  return sha1(pad(0x5c) + sha1(pad(0x36) + message));
}
