/** Who sent a request, and how providers say so. */

import type { ProviderKind } from '../../config/sections/auth.ts';
import type { Exchange } from '../../proxy/exchange.ts';

/** Somebody a provider knows. Names are byte strings: UTF-8, one character for each byte. */
export interface Principal {
  readonly user: string;
  readonly groups: readonly string[];
  /** Name of the provider in the configuration. */
  readonly provider: string;
  /** `AUTH_TYPE` of CGI: `Basic`, `Bearer`, `Certificate`, `Forward`. */
  readonly type: 'Basic' | 'Bearer' | 'Certificate' | 'Forward';
  /** Bytes of body these credentials are good for; absent where they say nothing about it. */
  readonly maxBody?: number;
}

/** Why credentials are not taken. */
export interface Rejection {
  /** For the log; nothing secret is in it. */
  readonly reason: string;
  /** `error_description` of RFC 6750, for the client's program: short, and the same for everything an attacker could try. */
  readonly description: string;
  /** They were made up, or guessed: this counts as a failed login. */
  readonly isGuess: boolean;
  /** Whom they were for, where that is known. */
  readonly user?: string;
  /** `WWW-Authenticate` as another server has written it. */
  readonly challenge?: string;
  /** Seconds; logins of this user are held back for so long. */
  readonly heldFor?: number;
}

export type Finding =
  | { readonly principal: Principal; readonly rejection?: undefined }
  | { readonly principal?: undefined; readonly rejection: Rejection };

/** Where credentials are in a request. */
export interface CredentialPlace {
  /** In lower case. */
  readonly header?: string;
  readonly cookie?: string;
}

/** Knows clients by one kind of credentials. */
export interface AuthProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** Undefined where the request itself has none. */
  readonly place: CredentialPlace | undefined;
  /** The application gets to see them too. */
  readonly passesCredentials: boolean;
  /**
   * Who sent the request. Undefined: it has no credentials of this kind. Throws, or rejects, with an {@link AuthUnavailable} when
   * that cannot be found out.
   */
  identify(exchange: Exchange): Finding | undefined | Promise<Finding | undefined>;
  /** Value of a `WWW-Authenticate` header (RFC 9110 §11.6.1); undefined where a header cannot ask for these credentials. */
  challenge(rejection: Rejection | undefined): string | undefined;
}

/** Who a client is cannot be found out: keys cannot be had, a file cannot be read. The request is refused. */
export class AuthUnavailable extends Error {
  override readonly name = 'AuthUnavailable';
}

/** Longest name of a user or group. */
const LONGEST_NAME = 255;

/** Names end up in headers and logs; control characters have no place in either (RFC 7617 §2 forbids them too). */
export function isUsableName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !/[\x00-\x1f\x7f]/.test(name);
}
