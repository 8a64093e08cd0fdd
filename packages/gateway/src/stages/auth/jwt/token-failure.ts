/** Why the library refused a token, in words for the log and for the client's program. */
import type { Rejection } from '../principal.ts';

export interface TokenError {
  /** As `jose` names them. */
  readonly code?: string;
  readonly claim?: string;
  /** `missing`, `invalid`, `check_failed`. */
  readonly reason?: string;
  readonly message: string;
}

/** Tokens the issuer has signed are no guesses: they are old, or for somebody else. */
export function rejectionOf({ code, claim, reason, message }: TokenError): Rejection {
  const say = (description: string, isGuess: boolean): Rejection => ({
    reason: `${description}: ${message}`,
    description,
    isGuess,
  });
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      // `iat` is older than the oldest that is taken, or `exp` is over.
      return say('The token has expired', false);
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      if (reason !== 'check_failed') return say('The token lacks a claim', false);
      return say(DESCRIPTIONS[claim ?? ''] ?? 'The token is not for this service', false);
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return say('The signature of the token is not good', true);
    default:
      return say('The token is malformed', true);
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  nbf: 'The token is not valid yet',
  iat: 'The token is not valid yet',
  iss: 'The token is of another issuer',
  aud: 'The token is for another audience',
};

export const MALFORMED_TOKEN: Rejection = {
  reason: 'a token that cannot be read',
  description: 'The token is malformed',
  isGuess: true,
};
