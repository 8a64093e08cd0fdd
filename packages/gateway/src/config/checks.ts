/** Checks of single values; each gives the mistake in the user's words, or undefined. */
import { isIP } from 'node:net';
import { parseAuthority } from '../listener/authority.ts';
import { parseNetwork } from '../listener/networks.ts';

export function checkUpstreamUrl(value: string): string | undefined {
  if (value.startsWith('unix:')) return checkUnixAddress(value);
  const parts = /^(https?):\/\/([^/?#]*)(\/?)(.*)$/i.exec(value);
  if (parts === null) return `"${value}" is not an address; write for example http://127.0.0.1:3000`;
  if (parseAuthority(parts[2] ?? '') === undefined) return `"${parts[2]}" is not a host with an optional port`;
  if (parts[4] !== '') return `"${value}" has a path; use the route's "rewrite" for that`;
  return undefined;
}

/** Where an upstream may be: as above, an address that speaks FastCGI, or an application the gate starts. */
export function checkUpstreamAddress(value: string): string | undefined {
  if (/^app:[a-z0-9][a-z0-9_-]*$/i.test(value)) return undefined;
  if (!value.startsWith('fastcgi:')) return checkUpstreamUrl(value);
  const rest = value.slice('fastcgi:'.length);
  if (rest.startsWith('unix:')) {
    const isPlain = /^unix:\/[^:\0]+$/.test(rest);
    return isPlain
      ? checkUnixAddress(rest)
      : `"${value}" is not a socket; write for example fastcgi:unix:/run/app.sock`;
  }
  const authority = rest.startsWith('//') ? parseAuthority(rest.slice(2)) : undefined;
  return authority?.port === undefined
    ? `"${value}" is not an address; write for example fastcgi://127.0.0.1:9000 or fastcgi:unix:/run/app.sock`
    : undefined;
}

/** The longest path a socket can have on Linux. */
const SOCKET_PATH_BYTES = 107;

function checkUnixAddress(value: string): string | undefined {
  const parts = /^unix:(\/[^:\0]+)(?::(.*))?$/.exec(value);
  if (parts === null) return `"${value}" is not a socket; write for example unix:/run/app.sock`;
  if (Buffer.byteLength(parts[1] ?? '') > SOCKET_PATH_BYTES)
    return `the path of a socket has at most ${SOCKET_PATH_BYTES} bytes`;
  return parts[2] === undefined ? undefined : checkPath(parts[2]);
}

export function checkStatusRange(value: string): string | undefined {
  const parts = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(value);
  if (parts === null) return `"${value}" is not a status or a range such as 500-599`;
  return parts[2] !== undefined && Number(parts[2]) < Number(parts[1]) ? `"${value}" ends before it begins` : undefined;
}

export function checkHashKey(value: string): string | undefined {
  return /^(address|uri|(header|cookie):[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.test(value)
    ? undefined
    : `"${value}" is not address, uri, header:NAME or cookie:NAME`;
}

export function checkCookieName(value: string): string | undefined {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value) ? undefined : `"${value}" is not the name of a cookie`;
}

export function checkResolver(value: string): string | undefined {
  const authority = parseAuthority(value);
  const host = authority?.host.replace(/^\[|\]$/g, '') ?? value;
  return isIP(host) === 0 ? `"${value}" is not an IP address with an optional port` : undefined;
}

export function checkPath(value: string): string | undefined {
  if (!value.startsWith('/')) return `"${value}" must start with "/"`;
  if (/[?#\\\s]|\/\.{1,2}(\/|$)|\/\//.test(value)) return `"${value}" is not a plain path`;
  return undefined;
}

export function checkHostPattern(value: string): string | undefined {
  const host = value.startsWith('*.') ? value.slice(2) : value;
  const parsed = parseAuthority(host);
  if (parsed === undefined || parsed.port !== undefined) return `"${value}" is not a host name (without port)`;
  return undefined;
}

export function checkHost(value: string): string | undefined {
  return parseAuthority(value) === undefined ? `"${value}" is not a host name with an optional port` : undefined;
}

export function checkTrustedProxy(value: string): string | undefined {
  return parseNetwork(value) === undefined
    ? `"${value}" is not an IP address or network such as 10.0.0.0/8`
    : undefined;
}

export function checkStoreUrl(value: string): string | undefined {
  const url = URL.parse(value);
  const scheme = url?.protocol;
  if (url === null || (scheme !== 'redis:' && scheme !== 'rediss:' && scheme !== 'unix:')) {
    return 'this is not an address such as redis://127.0.0.1:6379/0, rediss://host:6380 or unix:///run/redis.sock';
  }
  if (scheme === 'unix:')
    return /^\/[^?#]+$/.test(url.pathname) ? undefined : 'a unix:// address needs the path of a socket';
  if (url.hostname === '') return 'the address of the store has no host';
  if (!/^\/?\d*$/.test(url.pathname)) return `"${url.pathname.slice(1)}" is not the number of a database`;
  if (url.search !== '' || url.hash !== '') return 'the address of the store takes no parameters';
  return undefined;
}

const REDIRECT_WORDS: ReadonlySet<string> = new Set(['{scheme}', '{host}', '{uri}', '{rest}', '{query}']);
/** Group of the pattern of the route. */
const GROUP = /^\{[1-9]\}$/;

/** A path must not begin with two slashes, nor with something the client chooses: that would lead to any host. */
export function checkRedirect(value: string): string | undefined {
  const unknown = value.match(/\{[^}]*\}?/g)?.find((word) => !REDIRECT_WORDS.has(word) && !GROUP.test(word));
  if (unknown !== undefined) return `"${unknown}" is not one of ${[...REDIRECT_WORDS].join(', ')}, {1} to {9}`;
  if (/[^\x21-\x7e]/.test(value)) return `"${value}" has blanks or other characters that are not in addresses`;
  if (!/^(https?:\/\/|\{scheme\}:\/\/|\/(?![/\\]|\{\D))/.test(value) && value !== '/')
    return `"${value}" is neither an address such as https://{host}{uri} nor a path`;
  if (
    /^[^/]*\/\/[^/]*\{(\d|query)\}/.test(value) ||
    (/^[^/]*\/\/[^/]*(\{uri\}|\{rest\})/.test(value) &&
      !/^[^/]*\/\/(\{host\}|[\w.-]+|\[[\d:a-f]+\])(:\d+)?(\{uri\}|\{rest\})/.test(value))
  )
    return `"${value}" lets the client choose the host`;
  return undefined;
}

/** Headers that carry the message itself, or are written by the gate. */
const OWN_HEADERS = /^(connection|content-length|host|keep-alive|te|trailer|transfer-encoding|upgrade|x-request-id)$/i;

/** Names users give to things, where they become parts of paths and lines. */
export function checkName(value: string): string | undefined {
  return /^[a-z0-9][a-z0-9_-]{0,31}$/i.test(value)
    ? undefined
    : `"${value}" is not a name: up to 32 letters, digits, "-" and "_"`;
}

export function checkHeaderName(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `"${name}" is not a header name`;
  return OWN_HEADERS.test(name) ? `${name} is written by the gate itself` : undefined;
}

export function checkHeaderValue(value: string): string | undefined {
  return /[^\t\x20-\x7e]/.test(value) ? 'the value of a header has printable ASCII characters only' : undefined;
}
