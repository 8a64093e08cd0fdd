/** The salted MD5 of BSD's crypt (`$1$`) and of Apache (`$apr1$`), which differ in nothing but that name. */
import { hash } from 'node:crypto';
import { cryptRounds } from './crypt-rounds.ts';
import { encodeCrypt64 } from './crypt64.ts';

const ROUNDS = 1000;

/** What stands behind the salt in the file: 22 characters. `salt`: at most 8 bytes. */
export function md5Crypt(password: Buffer, salt: Buffer, magic: '$apr1$' | '$1$'): string {
  const inner = md5(password, salt, password);
  const parts: Buffer[] = [password, Buffer.from(magic), salt];
  for (let left = password.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(16, left)));
  // A quirk of the original: bits of the length choose between a NUL and the first byte of the password.
  for (let bits = password.length; bits > 0; bits >>= 1) {
    parts.push(bits & 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  }
  const digest = cryptRounds(md5(...parts), password, salt, ROUNDS, md5);
  const byte = (at: number): number => digest[at] as number;
  let text = '';
  for (let at = 0; at < 5; at++) text += encodeCrypt64(byte(at), byte(at + 6), byte(at === 4 ? 5 : at + 12), 4);
  return text + encodeCrypt64(0, 0, byte(11), 2);
}

function md5(...parts: readonly Buffer[]): Buffer {
  return hash('md5', Buffer.concat(parts), 'buffer');
}
