/** SHA-crypt (`$5$`, `$6$`) as Ulrich Drepper has specified it: thousands of rounds of SHA-256 or SHA-512 over password and salt. */
import { hash } from 'node:crypto';
import { cryptRounds } from './crypt-rounds.ts';
import { encodeCrypt64 } from './crypt64.ts';

export type ShaCryptKind = 'sha256' | 'sha512';

const LENGTHS: Readonly<Record<ShaCryptKind, number>> = { sha256: 32, sha512: 64 };

/** What stands behind the salt in the file. `salt`: at most 16 bytes. */
export function shaCrypt(kind: ShaCryptKind, password: Buffer, salt: Buffer, rounds: number): string {
  const size = LENGTHS[kind];
  const digestOf = (...parts: readonly Buffer[]): Buffer => hash(kind, Buffer.concat(parts), 'buffer');
  const inner = digestOf(password, salt, password);
  const parts = [password, salt, repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? inner : password);
  const start = digestOf(...parts);

  const passwords = digestOf(...Array<Buffer>(password.length).fill(password));
  const salts = digestOf(...Array<Buffer>(16 + (start[0] as number)).fill(salt));
  const longPassword = repeated(passwords, password.length);
  const longSalt = repeated(salts, salt.length);
  const digest = cryptRounds(start, longPassword, longSalt, rounds, digestOf);
  return size === 64 ? encode512(digest) : encode256(digest);
}

/** `bytes`, again and again, until there are `length`. */
function repeated(bytes: Buffer, length: number): Buffer {
  const whole = Buffer.alloc(length);
  for (let at = 0; at < length; at += bytes.length) bytes.copy(whole, at);
  return whole;
}

/** The bytes are written in threes a third of the digest apart, and each three begins one place further round. */
function encode256(digest: Buffer): string {
  const byte = (at: number): number => digest[at] as number;
  let text = '';
  let [high, middle, low] = [0, 10, 20];
  for (let three = 0; three < 10; three++) {
    text += encodeCrypt64(byte(high), byte(middle), byte(low), 4);
    [high, middle, low] = [low + 1, high + 1, middle + 1];
  }
  return text + encodeCrypt64(0, byte(31), byte(30), 3);
}

function encode512(digest: Buffer): string {
  const byte = (at: number): number => digest[at] as number;
  let text = '';
  let [high, middle, low] = [0, 21, 42];
  for (let three = 0; three < 21; three++) {
    text += encodeCrypt64(byte(high), byte(middle), byte(low), 4);
    [high, middle, low] = [middle + 1, low + 1, high + 1];
  }
  return text + encodeCrypt64(0, 0, byte(63), 2);
}
