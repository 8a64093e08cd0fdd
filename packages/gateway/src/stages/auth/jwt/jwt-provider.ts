import { hash } from 'node:crypto';
import { ConfigError } from '../../../config/load.ts';
import { isAddress, type JwtProviderConfig } from '../../../config/sections/auth/jwt.ts';
import { utf8Bytes } from '../../../listener/utf8-bytes.ts';
import type { Exchange } from '../../../proxy/exchange.ts';
import { BoundedMap } from '../bounded-map.ts';
import { bearerChallenge } from '../challenge.ts';
import { bearerToken, type Found, tokenInCookie } from '../credentials.ts';
import { FreshFile } from '../fresh-file.ts';
import {
  type AuthProvider,
  AuthUnavailable,
  type CredentialPlace,
  type Finding,
  isUsableName,
  type Principal,
  type Rejection,
} from '../principal.ts';
import { readSecret } from '../secret-file.ts';
import { keyDownload } from './download-keys.ts';
import type { FindKey, JoseLibrary, VerifyOptions } from './jose-library.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import type { KeySource } from './key-source.ts';
import { RemoteKeys } from './remote-keys.ts';
import { MALFORMED_TOKEN, rejectionOf, type TokenError } from './token-failure.ts';

export interface JwtProviderOptions {
  readonly name: string;
  readonly config: JwtProviderConfig;
  readonly realm: string;
  readonly jose: JoseLibrary;
  readonly say: (level: 'error' | 'notice', line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Longest token in bytes. */
const LONGEST_TOKEN = 8192;
/** Tokens that are remembered, so that each request of a page does not cost a signature. */
const REMEMBERED = 5000;
const MOST_GROUPS = 1000;

interface KnownToken {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** The keys it was checked with: with others it has to be checked again. */
  readonly keys: KeySet | undefined;
}

/**
 * Signed tokens (RFC 7519). Algorithm and keys come from the configuration; what the head of a token says of keys (`jwk`, `jku`,
 * `x5u`, `x5c`) is not looked at, and encrypted tokens are not taken.
 */
export class JwtProvider implements AuthProvider {
  readonly kind = 'jwt';
  readonly name: string;
  readonly place: CredentialPlace;
  readonly passesCredentials: boolean;
  readonly #config: JwtProviderConfig;
  readonly #realm: string;
  readonly #jose: JoseLibrary;
  readonly #secret: Uint8Array | undefined;
  readonly #source: KeySource | undefined;
  readonly #now: () => number;
  readonly #known = new BoundedMap<KnownToken>(REMEMBERED);

  /** Reads the file of keys or the secret. Throws when it cannot be used. */
  constructor({ name, config, realm, jose, say, now = Date.now }: JwtProviderOptions) {
    this.name = name;
    this.#config = config;
    this.#realm = realm;
    this.#jose = jose;
    this.#now = now;
    const { keys, secretFile, cookie, algorithms } = config;
    this.place = cookie === undefined ? { header: 'authorization' } : { cookie };
    this.passesCredentials = config.passCredentials;
    this.#secret = secretFile === undefined ? undefined : readSecret(secretFile, leastBytes(algorithms));
    this.#source = keys === undefined ? undefined : keySource(keys, config, jose, say);
  }

  identify(exchange: Exchange): Finding | undefined | Promise<Finding> {
    const token = this.#tokenOf(exchange);
    if (token === undefined) return undefined;
    if (token === 'malformed' || token.length > LONGEST_TOKEN || token.split('.').length !== 3)
      return { rejection: MALFORMED_TOKEN };
    const keys = this.#source?.get();
    return keys instanceof Promise ? keys.then((set) => this.#check(token, set)) : this.#check(token, keys);
  }

  challenge(rejection: Rejection | undefined): string {
    return bearerChallenge(this.#realm, rejection?.description);
  }

  #tokenOf({ head }: Exchange): Found<string> {
    const { cookie } = this.#config;
    return cookie === undefined ? bearerToken(head) : tokenInCookie(head, cookie);
  }

  #check(token: string, keys: KeySet | undefined): Finding | Promise<Finding> {
    const key = hash('sha256', token, 'base64');
    const known = this.#known.get(key);
    if (known !== undefined && known.keys === keys && this.#now() < known.until) return { principal: known.principal };
    return this.#verify(token, keys).then((finding) => {
      const { principal, until, keys: used } = finding;
      if (principal !== undefined) this.#known.set(key, { principal, until, keys: used });
      return principal === undefined ? { rejection: finding.rejection } : { principal };
    });
  }

  async #verify(token: string, keys: KeySet | undefined): Promise<Verified> {
    let used = keys;
    try {
      let payload: Payload;
      try {
        payload = await this.#payloadOf(token, used);
      } catch (cause) {
        if ((cause as TokenError).code !== 'ERR_JWKS_NO_MATCHING_KEY' || this.#source === undefined) throw cause;
        // The issuer may have begun to sign with another key.
        const newer = await this.#source.renew();
        if (newer === used) throw cause;
        used = newer;
        payload = await this.#payloadOf(token, used);
      }
      return this.#principalOf(payload, used);
    } catch (cause) {
      if (cause instanceof AuthUnavailable) throw cause;
      return { rejection: rejectionOf(cause as TokenError) };
    }
  }

  async #payloadOf(token: string, keys: KeySet | undefined): Promise<Payload> {
    const { algorithms, issuer, audience, leeway, maxAge, tokenType, userClaim } = this.#config;
    const options: VerifyOptions = {
      algorithms,
      issuer,
      audience,
      clockTolerance: leeway / 1000,
      requiredClaims: ['exp', userClaim],
      currentDate: new Date(this.#now()),
      ...(maxAge > 0 && { maxTokenAge: maxAge / 1000 }),
      ...(tokenType !== undefined && { typ: tokenType }),
    };
    // One of the two is there; contradictions of the configuration have been refused.
    const key = this.#secret ?? (keys as { readonly find: FindKey }).find;
    return (await this.#jose.jwtVerify(token, key, options)).payload;
  }

  #principalOf(payload: Payload, keys: KeySet | undefined): Verified {
    const { userClaim, groupsClaim, leeway, maxAge } = this.#config;
    const user = payload[userClaim];
    const name = typeof user === 'string' ? utf8Bytes(user) : '';
    const groups = groupsOf(payload[groupsClaim]);
    if (!isUsableName(name) || groups === undefined) return { rejection: MALFORMED_TOKEN };
    const end = (payload['exp'] as number) * 1000 + leeway;
    const oldest = maxAge > 0 ? (payload['iat'] as number) * 1000 + maxAge + leeway : Number.POSITIVE_INFINITY;
    const principal: Principal = { user: name, groups, provider: this.name, type: 'Bearer' };
    return { principal, until: Math.min(end, oldest), keys };
  }
}

type Payload = Readonly<Record<string, unknown>>;

type Verified =
  | { readonly principal: Principal; readonly until: number; readonly keys: KeySet | undefined }
  | {
      readonly principal?: undefined;
      readonly until?: undefined;
      readonly keys?: undefined;
      readonly rejection: Rejection;
    };

/** The secret of an HMAC is as long as its output at least (RFC 7518 §3.2). */
function leastBytes(algorithms: readonly string[]): number {
  return Math.max(...algorithms.map((name) => Number(name.slice(2)) / 8));
}

/** A list of names, or names with blanks between them (RFC 8693 §4.2). Undefined for anything else. */
function groupsOf(claim: unknown): readonly string[] | undefined {
  if (claim === undefined || claim === null) return [];
  const list: unknown = typeof claim === 'string' ? claim.split(' ').filter((one) => one !== '') : claim;
  if (!Array.isArray(list) || list.length > MOST_GROUPS) return undefined;
  const names = list.map((one: unknown) => (typeof one === 'string' ? utf8Bytes(one) : ''));
  return names.every(isUsableName) ? names : undefined;
}

function keySource(
  place: string,
  { ca, refresh, stale, timeout }: JwtProviderConfig,
  jose: JoseLibrary,
  say: JwtProviderOptions['say'],
): KeySource {
  if (isAddress(place)) {
    const download = keyDownload({ url: place, ca, timeout });
    return new RemoteKeys({ url: place, refresh, stale, download, parse: (text) => parseKeySet(text, jose), say });
  }
  const parse = (text: string, file: string): KeySet => {
    try {
      return parseKeySet(text, jose);
    } catch (cause) {
      throw new ConfigError([{ file, line: 0, column: 0, message: (cause as Error).message }]);
    }
  };
  const file = new FreshFile({ path: place, parse, say });
  return { get: () => file.get(), renew: () => file.get() };
}
