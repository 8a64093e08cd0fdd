import type { UploadTokenProviderConfig } from '../../../config/sections/auth/upload-token.ts';
import { ERRORS, GateError } from '../../../errors.ts';
import type { Exchange } from '../../../proxy/exchange.ts';
import { isBelow } from '../../../proxy/route.ts';
import { bearerChallenge } from '../challenge.ts';
import { bearerToken, tokenInHeader } from '../credentials.ts';
import type { AuthProvider, CredentialPlace, Finding, Rejection } from '../principal.ts';
import { readSecret } from '../secret-file.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import { looksLikeUploadToken, mintUploadToken, readUploadToken, type UploadGrant } from './upload-token.ts';

/** Bytes of a secret at least: as many as the MAC has. */
export const LEAST_SECRET = 32;

/** Tokens for one upload each. */
export class UploadTokenProvider implements AuthProvider {
  readonly kind = 'upload_token';
  readonly name: string;
  readonly place: CredentialPlace;
  readonly passesCredentials: boolean;
  readonly #config: UploadTokenProviderConfig;
  readonly #realm: string;
  readonly #secrets: readonly Buffer[];
  readonly #revoked: RevokedTokens;
  readonly #now: () => number;

  /** Reads the secrets. Throws when one cannot be used. `now`: milliseconds since the epoch. */
  constructor(
    name: string,
    config: UploadTokenProviderConfig,
    realm: string,
    revoked: RevokedTokens,
    now: () => number = Date.now,
  ) {
    this.#revoked = revoked;
    this.name = name;
    this.#config = config;
    this.#realm = realm;
    this.#now = now;
    this.place = { header: config.header };
    this.passesCredentials = config.passCredentials;
    this.#secrets = config.secretFiles.map((file) => readSecret(file, LEAST_SECRET));
  }

  /** Longest time a token is good, in milliseconds. */
  get maxTtl(): number {
    return this.#config.maxTtl;
  }

  mint(grant: Omit<UploadGrant, 'id'>): string {
    return mintUploadToken(grant, this.#secrets[0] as Buffer);
  }

  /** What a token of this provider grants, whether it is still good or not; undefined for others. */
  read(token: string): UploadGrant | undefined {
    return readUploadToken(token, this.#secrets);
  }

  /** Throws with 413 when the announced body is larger than the token is good for. */
  identify(exchange: Exchange): Finding | undefined {
    const { head } = exchange;
    const isBearer = this.#config.header === 'authorization';
    const token = isBearer ? bearerToken(head) : tokenInHeader(head, 'upload-token');
    // Tokens of other kinds may stand in the same header.
    if (token === undefined || (isBearer && token !== 'malformed' && !looksLikeUploadToken(token))) return undefined;
    const grant = token === 'malformed' ? undefined : this.read(token);
    if (grant === undefined) return refused('an upload token nobody here has made', 'The token is malformed', true);
    return this.#judge(grant, exchange);
  }

  challenge(rejection: Rejection | undefined): string {
    return bearerChallenge(this.#realm, rejection?.description);
  }

  #judge(grant: UploadGrant, { head }: Exchange): Finding {
    const now = this.#now() / 1000;
    const about = `upload token ${grant.id} of ${JSON.stringify(grant.user)}`;
    if (now >= Math.min(grant.expires, grant.issuedAt + this.#config.maxTtl / 1000))
      return refused(`${about} is over`, 'The token has expired', false);
    if (this.#revoked.has(grant)) return refused(`${about} was revoked`, 'The token was revoked', false);
    if (!grant.methods.includes(head.method) || !isBelow(head.target?.path ?? '', grant.path))
      return refused(
        `${about} is for ${grant.methods.join(', ')} ${grant.path}`,
        'The token is for another upload',
        false,
      );
    if ((head.contentLength ?? 0) > grant.maxBytes) {
      throw new GateError(
        ERRORS.bodyTooLarge,
        `${head.contentLength} bytes, and the ${about} is for ${grant.maxBytes}`,
      );
    }
    const { user, groups, maxBytes } = grant;
    return { principal: { user, groups, provider: this.name, type: 'Bearer', maxBody: maxBytes } };
  }
}

function refused(reason: string, description: string, isGuess: boolean): { readonly rejection: Rejection } {
  return { rejection: { reason, description, isGuess } };
}
