/**
 * Tokens for one upload: `sput1.CLAIMS.MAC`, both in base64url; the MAC is HMAC-SHA-256 over everything before it. They are bound
 * to methods, a path with what is below it, a size and an end, so that one that is lost opens nothing else.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isUsableName } from '../principal.ts';

export interface UploadGrant {
  /** Names are byte strings. */
  readonly user: string;
  readonly groups: readonly string[];
  readonly methods: readonly string[];
  /** Canonical path; it is good for everything below too. */
  readonly path: string;
  /** Bytes of one body. */
  readonly maxBytes: number;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expires: number;
  /** To tell one token from another in logs. */
  readonly id: string;
}

const VERSION = 'sput1';
const LONGEST_TOKEN = 4096;

/** Whether a text is meant to be one of these tokens. */
export function looksLikeUploadToken(token: string): boolean {
  return token.startsWith(`${VERSION}.`);
}

export function mintUploadToken(grant: Omit<UploadGrant, 'id'>, secret: Buffer): string {
  const { user, groups, methods, path, maxBytes, issuedAt, expires } = grant;
  const id = randomBytes(9).toString('base64url');
  const claims = {
    sub: user,
    grp: groups,
    mth: methods,
    pth: path,
    max: maxBytes,
    iat: issuedAt,
    exp: expires,
    jti: id,
  };
  // Byte strings, so that every byte of a name comes back as it is.
  const signed = `${VERSION}.${Buffer.from(JSON.stringify(claims), 'utf8').toString('base64url')}`;
  return `${signed}.${macOf(signed, secret).toString('base64url')}`;
}

/** What a token grants; undefined when none of the secrets has made it. Whether it is still good is for the caller to see. */
export function readUploadToken(token: string, secrets: readonly Buffer[]): UploadGrant | undefined {
  const parts = token.split('.');
  const [version, encoded, mac] = parts;
  if (token.length > LONGEST_TOKEN || parts.length !== 3 || version !== VERSION) return undefined;
  const given = Buffer.from(mac ?? '', 'base64url');
  const signed = `${version}.${encoded}`;
  let isOurs = false;
  // All are compared: which secret it was is nobody's business.
  for (const secret of secrets) {
    const right = macOf(signed, secret);
    if (given.length === right.length && timingSafeEqual(given, right)) isOurs = true;
  }
  return isOurs ? grantOf(Buffer.from(encoded ?? '', 'base64url').toString('utf8')) : undefined;
}

/** A token of ours may still be of another version of the gate. */
function grantOf(text: string): UploadGrant | undefined {
  const claims = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { sub, grp, mth, pth, max, iat, exp, jti } = claims;
  const areTexts = (list: unknown): list is readonly string[] =>
    Array.isArray(list) && list.every((one) => typeof one === 'string');
  if (typeof sub !== 'string' || !isUsableName(sub) || typeof pth !== 'string' || typeof jti !== 'string')
    return undefined;
  if (!areTexts(grp) || !areTexts(mth)) return undefined;
  if (!isCount(max) || !isCount(iat) || !isCount(exp)) return undefined;
  return { user: sub, groups: grp, methods: mth, path: pth, maxBytes: max, issuedAt: iat, expires: exp, id: jti };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function macOf(text: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(text, 'latin1').digest();
}
