/** `upstreams.NAME.urls`: one address of an application. */
import { checkUpstreamAddress } from '../../checks.ts';
import { choice, defaultsOf, flag, integer, type Table, text } from '../../field.ts';

export interface UpstreamUrlConfig {
  readonly url: string;
  readonly weight: number;
  readonly backup: boolean;
  /** `drain`: only sessions that are bound to it; `down`: nothing. */
  readonly state: AddressState;
}

export type AddressState = 'up' | 'drain' | 'down';

export const url: Table<UpstreamUrlConfig> = {
  url: {
    type: text('`http://`, `https://`, `fastcgi:`, `unix:` or `app:` address', checkUpstreamAddress),
    summary:
      'Scheme, host and port, or the path of a Unix socket: `unix:/run/app.sock`, with `:/path` behind it for a prefix all requests get. For FastCGI: `fastcgi:unix:/run/php/php-fpm.sock` or `fastcgi://127.0.0.1:9000`. For an application the gate starts: `app:NAME`.',
  },
  weight: { type: integer(1, 1000), default: 1, summary: 'Share of the requests, beside the other addresses.' },
  backup: { type: flag(), default: false, summary: 'Gets requests only while all others are out.' },
  state: {
    type: choice('up', 'drain', 'down'),
    default: 'up',
    summary: '`drain`: only the sessions that a sticky cookie binds to it; `down`: nothing at all.',
  },
};

/** An address with everything at its default. */
export function plainUrl(address: string): UpstreamUrlConfig {
  return { ...defaultsOf(url), url: address };
}

/** The application an address stands for: `app:blog`; undefined for other addresses. */
export function applicationOf(address: string): string | undefined {
  return address.startsWith('app:') ? address.slice('app:'.length) : undefined;
}

/** Two entries for one place would be one address that counts its requests twice. */
export function addressListedTwice(urls: readonly UpstreamUrlConfig[]): string | undefined {
  const seen = new Set<string>();
  for (const { url: written } of urls) {
    const place = written.startsWith('http') ? new URL(written).origin : written;
    if (seen.has(place)) return place;
    seen.add(place);
  }
  return undefined;
}
