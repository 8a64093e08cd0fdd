/** What the application learns of the user, and what it does not get to see. */
import type { IdentityHeadersConfig } from '../../config/sections/auth/identity-headers.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { withoutCookie } from './credentials.ts';
import type { CredentialPlace } from './principal.ts';

const NOTHING: readonly CredentialPlace[] = [];

/**
 * Takes out of a request the credentials the gate has looked at and whatever a client claims under the names of the identity headers,
 * and puts in what is known. `list`: names and values in turn; it is changed and given back.
 */
export function passIdentity(list: string[], { gate, route, lookalikes, principal }: Exchange): string[] {
  const { auth } = gate;
  if (auth === undefined) return list;
  const { config, claimedNames } = auth;
  const own = route?.auth?.hidden ?? NOTHING;
  const hidden = lookalikes.length === 0 ? own : [...own, ...lookalikes.flatMap((one) => one.auth?.hidden ?? [])];
  if (claimedNames.size === 0 && hidden.length === 0) return list;
  const cookies = hidden.flatMap(({ cookie }) => (cookie === undefined ? [] : [cookie]));
  let kept = 0;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] as string;
    const lower = name.toLowerCase();
    // Applications that read headers as CGI variables take `X_User` for `X-User`.
    if (claimedNames.has(lower.replaceAll('_', '-')) || hidden.some(({ header }) => header === lower)) continue;
    const value = list[at + 1] as string;
    const remaining = lower === 'cookie' ? withoutCookies(value, cookies) : value;
    if (remaining === undefined) continue;
    list[kept] = name;
    list[kept + 1] = remaining;
    kept += 2;
  }
  list.length = kept;
  if (principal === undefined) return list;
  const { user, groups, provider } = config.headers;
  if (user !== undefined) list.push(user, headerText(principal.user));
  if (groups !== undefined) list.push(groups, principal.groups.map((one) => headerText(one, ',')).join(','));
  if (provider !== undefined) list.push(provider, principal.provider);
  return list;
}

/** Names of the identity headers in lower case, `_` as `-`. */
export function claimedNamesOf(headers: IdentityHeadersConfig): ReadonlySet<string> {
  return new Set(Object.values(headers).map((name: string) => name.toLowerCase().replaceAll('_', '-')));
}

function withoutCookies(header: string, names: readonly string[]): string | undefined {
  let left: string | undefined = header;
  for (const name of names) left = left && withoutCookie(left, name);
  return left;
}

/** Percent-encoded (RFC 3986 §2.1) where it is no printable ASCII, `%` itself too, and what `besides` names. */
function headerText(bytes: string, besides: string = ''): string {
  let text = '';
  for (const byte of bytes) {
    const code = byte.charCodeAt(0);
    const isPlain = code > 0x20 && code < 0x7f && byte !== '%' && !besides.includes(byte);
    text += isPlain ? byte : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
