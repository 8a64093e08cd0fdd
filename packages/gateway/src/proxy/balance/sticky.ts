/** Binds clients to an address by a cookie that tells them nothing about it. */
import { createHmac } from 'node:crypto';
import type { StickyConfig } from '../../config/sections/upstream/sticky.ts';
import type { UpstreamAddress } from './address.ts';
import type { Asker } from './asker.ts';
import { cookieOf } from './cookie.ts';

/** Bytes of the HMAC that the cookie carries; more would only make it longer, as it decides nothing but the way. */
const TOKEN_BYTES = 12;

export class Sticky {
  readonly #config: StickyConfig;
  #byToken: ReadonlyMap<string, UpstreamAddress> = new Map();

  constructor(config: StickyConfig) {
    this.#config = config;
  }

  arrange(all: readonly UpstreamAddress[]): void {
    this.#byToken = new Map(all.map((address) => [this.#tokenOf(address), address]));
  }

  /** The address the request is bound to; undefined for a cookie that names none. */
  addressOf({ head }: Asker): UpstreamAddress | undefined {
    const token = cookieOf(head, this.#config.cookie);
    return token === undefined ? undefined : this.#byToken.get(token);
  }

  /** Value of `Set-Cookie` for an answer from `address`; undefined where the client has that cookie already. */
  cookieFor(address: UpstreamAddress, asker: Asker): string | undefined {
    if (this.addressOf(asker) === address) return undefined;
    const { cookie, maxAge } = this.#config;
    const age = maxAge === undefined ? '' : `; Max-Age=${Math.ceil(maxAge / 1000)}`;
    const secure = asker.scheme === 'https' ? '; Secure' : '';
    return `${cookie}=${this.#tokenOf(address)}; Path=/${age}; HttpOnly; SameSite=Lax${secure}`;
  }

  #tokenOf({ url }: UpstreamAddress): string {
    return createHmac('sha256', this.#config.secret).update(url).digest().toString('base64url', 0, TOKEN_BYTES);
  }
}
