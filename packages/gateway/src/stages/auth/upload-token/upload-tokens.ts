/** What people can do with upload tokens while the gate runs: have one made, have it made anew, take it back. */
import { checkPath } from '../../../config/checks.ts';
import { utf8Bytes } from '../../../listener/utf8-bytes.ts';
import { type AuthProvider, isUsableName } from '../principal.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import type { UploadGrant } from './upload-token.ts';
import { UploadTokenProvider } from './upload-token-provider.ts';

/** A token that is asked for. Texts as people write them. */
export interface TokenWish {
  readonly user: string;
  readonly path: string;
  /** Bytes of one body. */
  readonly maxBytes: number;
  readonly seconds: number;
  readonly methods: readonly string[];
  readonly groups: readonly string[];
  /** Needed where there are several. */
  readonly provider?: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly id: string;
  readonly user: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** A mistake of whoever asks, in one line. */
export class TokenRefused extends Error {}

const DAY = 86_400;

export class UploadTokens {
  readonly revoked: RevokedTokens;
  readonly #providers: () => ReadonlyMap<string, AuthProvider>;
  readonly #now: () => number;

  /** `providers`: those in force. `now`: milliseconds since the epoch. */
  constructor(
    revoked: RevokedTokens,
    providers: () => ReadonlyMap<string, AuthProvider>,
    now: () => number = Date.now,
  ) {
    this.revoked = revoked;
    this.#providers = providers;
    this.#now = now;
  }

  /** Throws `TokenRefused`. */
  issue({ user, path, maxBytes, seconds, methods, groups, provider: name }: TokenWish): IssuedToken {
    const provider = this.#provider(name);
    const unusable = [user, ...groups].find((one) => !isUsableName(utf8Bytes(one)));
    if (unusable !== undefined) throw new TokenRefused(`${JSON.stringify(unusable)} cannot be a name`);
    const mistake = checkPath(path);
    if (mistake !== undefined) throw new TokenRefused(`path: ${mistake}`);
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) throw new TokenRefused('max_bytes: a whole number is needed');
    const wrong = methods.find((one) => !/^[A-Z]{1,20}$/.test(one));
    if (wrong !== undefined || methods.length === 0) throw new TokenRefused('methods: names such as PUT are needed');
    return this.#mint(provider, {
      user: utf8Bytes(user),
      groups: groups.map(utf8Bytes),
      methods,
      path: utf8Bytes(path),
      maxBytes,
      ...this.#times(provider, seconds),
    });
  }

  /** A token for the same upload with a time of its own, and what the old one grants. Throws `TokenRefused` where that is good no longer. */
  refresh(token: string, seconds: number): { readonly issued: IssuedToken; readonly old: UploadGrant } {
    const { provider, grant } = this.read(token);
    const now = this.#now() / 1000;
    if (now >= grant.expires) throw new TokenRefused('the token has expired');
    if (this.revoked.has(grant)) throw new TokenRefused('the token was revoked');
    // Otherwise one token could become many, and its grace never end.
    if (this.revoked.isNamed(grant.id)) throw new TokenRefused('the token has been refreshed already');
    return { issued: this.#mint(provider, { ...grant, ...this.#times(provider, seconds) }), old: grant };
  }

  /** Throws `TokenRefused` when nobody here has made it. */
  read(token: string): { readonly provider: UploadTokenProvider; readonly grant: UploadGrant } {
    for (const provider of this.#all()) {
      const grant = provider.read(token);
      if (grant !== undefined) return { provider, grant };
    }
    throw new TokenRefused('nobody here has made this token');
  }

  #all(): readonly UploadTokenProvider[] {
    return [...this.#providers().values()].filter((one) => one instanceof UploadTokenProvider);
  }

  #provider(name: string | undefined): UploadTokenProvider {
    const all = this.#all();
    const names = all.map((one) => one.name).join(', ');
    if (all.length === 0) throw new TokenRefused('there is no provider in "auth.upload_token"');
    if (name === undefined && all.length > 1) throw new TokenRefused(`provider: one of ${names}`);
    const found = name === undefined ? all[0] : all.find((one) => one.name === name);
    if (found === undefined) throw new TokenRefused(`there is no provider "${name}"; there is ${names}`);
    return found;
  }

  #times({ maxTtl }: UploadTokenProvider, seconds: number): { readonly issuedAt: number; readonly expires: number } {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 366 * DAY)
      throw new TokenRefused('seconds: a whole number above 0 is needed');
    if (seconds * 1000 > maxTtl) throw new TokenRefused(`${seconds} s are longer than "max_ttl" (${maxTtl / 1000} s)`);
    const issuedAt = Math.floor(this.#now() / 1000);
    return { issuedAt, expires: issuedAt + seconds };
  }

  #mint(provider: UploadTokenProvider, grant: Omit<UploadGrant, 'id'>): IssuedToken {
    const token = provider.mint(grant);
    const made = provider.read(token) as UploadGrant;
    const text = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
    return { token, id: made.id, user: text(made.user), path: text(made.path), expires: made.expires * 1000 };
  }
}
