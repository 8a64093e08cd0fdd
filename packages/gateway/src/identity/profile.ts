/** What a server gives away of itself without being asked. A profile is data: how the answers of some other server look. */
import type { Page } from '../proxy/pages.ts';

export interface IdentityProfile {
  /** `Server` header, unless the configuration or the rules say another. */
  readonly server: string | undefined;
  /** Names as they are spelt, in the order they are sent; `*` stands for all others. */
  readonly order: readonly string[];
  /** `implicit`: only what differs from the default of the protocol is said (RFC 9112 §9.3). `always`: also that it is kept. */
  readonly connection: 'implicit' | 'always';
  /** The status it would answer with instead; undefined where it closes the connection without a word. */
  status(status: number): number | undefined;
  /** Words of the status line; undefined for the usual ones. */
  reason(status: number): string | undefined;
  /** Its error page. */
  page(status: number, method: string): Page;
}
