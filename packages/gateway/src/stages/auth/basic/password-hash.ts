/** How a password is kept in a file of `htpasswd`: which forms are taken, and whether a password fits. */
import { timingSafeEqual } from 'node:crypto';
import type { BcryptLibrary } from './bcrypt-library.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

/** Longest password, in bytes. The time of SHA-crypt grows with its length. */
export const LONGEST_PASSWORD = 255;

/** A hash of more cost would keep a thread busy for seconds, for everybody who sends a name. */
const HIGHEST_BCRYPT_COST = 14;
const MOST_ROUNDS = 1_000_000;
const DEFAULT_ROUNDS = 5000;
const FEWEST_ROUNDS = 1000;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MD5_CRYPT = /^(\$apr1\$|\$1\$)([^$:]{0,8})\$([./A-Za-z0-9]{22})$/;
const SHA_CRYPT = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:]{0,16})\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})$/;
const PLAIN = '{PLAIN}';

/** Why a form is not taken; undefined: it is. `hint` is what to do. */
export function objectionTo(stored: string, allowsPlain: boolean): string | undefined {
  const anew = 'write it anew with "htpasswd -B"';
  const bcrypt = BCRYPT.exec(stored);
  if (bcrypt !== null) {
    const cost = Number(bcrypt[1]);
    if (cost >= 4 && cost <= HIGHEST_BCRYPT_COST) return undefined;
    return `bcrypt with cost ${cost}; 4 to ${HIGHEST_BCRYPT_COST} are taken`;
  }
  if (MD5_CRYPT.test(stored)) return undefined;
  const sha = SHA_CRYPT.exec(stored);
  if (sha !== null) {
    if ((sha[1] === '6') !== ((sha[4] ?? '').length === 86)) return `a hash of SHA-crypt that is cut off; ${anew}`;
    return Number(sha[2] ?? 0) <= MOST_ROUNDS ? undefined : `SHA-crypt with more than ${MOST_ROUNDS} rounds`;
  }
  if (stored.startsWith(PLAIN)) {
    return allowsPlain ? undefined : `a password as it is, and "plain_text" is not set; ${anew}`;
  }
  if (/^\{S?SHA\}/.test(stored)) return `SHA-1 of a password, which is tried out by the billion; ${anew}`;
  if (/^[./A-Za-z0-9]{13}$/.test(stored)) return `a hash of crypt(), which looks at eight characters only; ${anew}`;
  return `not a hash of bcrypt, SHA-crypt or apr1; ${anew}`;
}

/** Whether hashes of this form need the package for bcrypt. */
export function isBcrypt(stored: string): boolean {
  return BCRYPT.test(stored);
}

/**
 * Whether a password fits. Slow on purpose: not for the thread that serves. `password`: bytes as they came. Throws for a form that
 * has not been taken, and for bcrypt without its package.
 */
export function fits(password: Buffer, stored: string, bcrypt: BcryptLibrary | undefined): boolean {
  if (BCRYPT.test(stored)) {
    if (bcrypt === undefined) throw new Error('the package "bcryptjs" is not loaded');
    const text = password.toString('utf8');
    // Bytes that are no UTF-8 have no text; htpasswd never saw them.
    const isText = Buffer.from(text, 'utf8').equals(password);
    // The costly part is done for every password, so that the time says nothing.
    return bcrypt.compareSync(text, stored) && isText;
  }
  const md5 = MD5_CRYPT.exec(stored);
  if (md5 !== null) {
    const magic = md5[1] === '$1$' ? '$1$' : '$apr1$';
    return isSame(md5Crypt(password, Buffer.from(md5[2] ?? '', 'latin1'), magic), md5[3] ?? '');
  }
  const sha = SHA_CRYPT.exec(stored);
  if (sha !== null) {
    const rounds = sha[2] === undefined ? DEFAULT_ROUNDS : Math.max(FEWEST_ROUNDS, Number(sha[2]));
    const kind = sha[1] === '5' ? 'sha256' : 'sha512';
    return isSame(shaCrypt(kind, password, Buffer.from(sha[3] ?? '', 'latin1'), rounds), sha[4] ?? '');
  }
  if (stored.startsWith(PLAIN)) return isSame(password.toString('latin1'), stored.slice(PLAIN.length));
  throw new Error('not a form of passwords that is taken');
}

/** In a time that depends on the lengths only. */
function isSame(a: string, b: string): boolean {
  const [first, second] = [Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')];
  return first.length === second.length && timingSafeEqual(first, second);
}
