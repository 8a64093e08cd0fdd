/** An issuer of tokens for tests: its own keys, and any claims. Signs with node:crypto, so that nothing checks itself. */
import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

export interface Issuer {
  /** The public half, as it stands in a key set. */
  readonly jwk: JsonWebKey;
  readonly publicKey: KeyObject;
  /** A token. `claims` are added to good ones; undefined takes one away. `head` likewise. */
  token(claims?: Readonly<Record<string, unknown>>, head?: Readonly<Record<string, unknown>>): string;
}

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'gate';

export function makeIssuer(kid: string, kind: 'RS256' | 'ES256' = 'ES256'): Issuer {
  const { publicKey, privateKey } =
    kind === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: kind, use: 'sig' };
  return {
    jwk,
    publicKey,
    token: (claims, head) =>
      signed(goodHead({ alg: kind, kid, ...head }), goodClaims(claims), (text) =>
        sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
  };
}

/** A token whose MAC is made with a common secret. */
export function tokenWithSecret(
  secret: string | Buffer,
  claims?: Readonly<Record<string, unknown>>,
  head: Readonly<Record<string, unknown>> = {},
): string {
  return signed(goodHead({ alg: 'HS256', ...head }), goodClaims(claims), (text) =>
    createHmac('sha256', secret).update(text).digest(),
  );
}

/** A token with a signature of choice, by default none. */
export function unsignedToken(head: Readonly<Record<string, unknown>>, signature: string = ''): string {
  return signed(goodHead(head), goodClaims(), () => Buffer.from(signature, 'base64url'));
}

export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function signed(head: object, claims: object, make: (text: Buffer) => Buffer): string {
  const text = `${encode(head)}.${encode(claims)}`;
  return `${text}.${make(Buffer.from(text)).toString('base64url')}`;
}

function goodHead(more: Readonly<Record<string, unknown>>): object {
  return { typ: 'JWT', ...more };
}

function goodClaims(more: Readonly<Record<string, unknown>> = {}): object {
  const good = { sub: 'alice', iss: ISSUER, aud: AUDIENCE, iat: secondsFromNow(-10), exp: secondsFromNow(120) };
  return { ...good, groups: ['staff'], ...more };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
