/** Where an address is, and how to get connections to it: without redirects, decoding or cache. */
import { isIP } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { AddressState, UpstreamUrlConfig } from '../../config/sections/upstream/url.ts';
import type { UpstreamConfig } from '../../config/sections/upstream.ts';
import { FastCgiPool } from '../fastcgi/pool.ts';
import { DirectPool } from '../http1/pool.ts';

export interface Place {
  /** For people; of addresses that were looked up, with the address in place of the name. */
  readonly url: string;
  readonly protocol: 'http' | 'fastcgi';
  readonly origin: string;
  /** `host[:port]` for the Host header, default ports left out. */
  readonly host: string;
  /** For `dispatch`; the same for all requests, so that they share connections. */
  readonly servername: string | undefined;
  /** Connect here instead of to the host of `origin`. */
  readonly ip?: string;
  readonly socketPath?: string;
  /** Put before every path. */
  readonly base: string;
  readonly weight: number;
  readonly isBackup: boolean;
  readonly state: AddressState;
}

/** An answer's head may be this large. */
const MAX_HEADER_BYTES = 32 * 1024;

/** Where a configured address is. */
export function placeOf({ url, weight, backup, state }: UpstreamUrlConfig): Place {
  const protocol = url.startsWith('fastcgi:') ? 'fastcgi' : 'http';
  const common = { protocol, weight, isBackup: backup, state } as const;
  const socket = /^(?:fastcgi:)?unix:(\/[^:]+)(?::(.*))?$/.exec(url);
  if (socket !== null) {
    const base = (socket[2] ?? '').replace(/\/+$/, '');
    const socketPath = socket[1] as string;
    return { ...common, url, origin: 'http://localhost', host: 'localhost', servername: undefined, socketPath, base };
  }
  // A scheme `URL` knows nothing of has no origin for it.
  const { protocol: scheme, host, hostname, origin } = new URL(url.replace(/^fastcgi:/, 'http:'));
  const servername = scheme === 'https:' ? hostname : undefined;
  return { ...common, url: protocol === 'http' ? origin : url, origin, host, servername, base: '' };
}

/** One of the addresses that the host name of a place stands for. */
export function resolvedPlace(place: Place, ip: string, port?: number): Place {
  const { protocol: scheme, hostname, port: written } = new URL(place.origin);
  const shownScheme = place.protocol === 'fastcgi' ? 'fastcgi:' : scheme;
  const shown = ip.includes(':') ? `[${ip}]` : ip;
  const chosen = String(port ?? written);
  const suffix = chosen === '' ? '' : `:${chosen}`;
  return { ...place, ip, url: `${shownScheme}//${shown}${suffix}`, origin: `${scheme}//${hostname}${suffix}` };
}

/** For the requests of clients. */
export function createPool(place: Place, config: UpstreamConfig): Dispatcher {
  if (place.protocol === 'fastcgi') return new FastCgiPool(place, config);
  const { protocol, host, hostname, port } = new URL(place.origin);
  const destination = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port };
  const connector = connectorTo(place, config);
  const connect = typeof connector === 'function' ? connector : buildConnector({ ...connector, allowH2: false });
  const others = createClient(place, config, config.connections);
  return new DirectPool({ url: place.url, destination, config, connect, others });
}

/** undici's own, which can do all there is. */
export function createClient(place: Place, config: UpstreamConfig, connections: number): Dispatcher {
  if (place.protocol === 'fastcgi') return new FastCgiPool(place, config);
  return new Pool(place.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: config.keepAlive,
    keepAliveMaxTimeout: Math.max(config.keepAlive, 1000) * 10,
    headersTimeout: config.responseTimeout,
    bodyTimeout: config.idleTimeout,
    maxHeaderSize: MAX_HEADER_BYTES,
    allowH2: false,
    connect: connectorTo(place, config),
  });
}

function connectorTo(place: Place, config: UpstreamConfig): buildConnector.connector | buildConnector.BuildOptions {
  const { ip, socketPath } = place;
  if (place.servername !== undefined) return secureConnector(place.servername, ip, config);
  const timeout = config.connectTimeout;
  if (socketPath !== undefined) return { timeout, socketPath };
  if (ip === undefined) return { timeout };
  const connect = buildConnector({ timeout, allowH2: false });
  return (options, callback) => connect({ ...options, hostname: ip }, callback);
}

/**
 * undici would ask for, and verify, the name in the Host header, which the client chose. Here the name comes from the
 * configuration, whatever the request says.
 */
function secureConnector(
  hostname: string,
  ip: string | undefined,
  { tls, connectTimeout }: UpstreamConfig,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeout,
    allowH2: false,
    rejectUnauthorized: !tls.unsafeSkipVerify,
    ...tls.contents,
  });
  // An IP address is verified as such and not sent as a name (RFC 6066).
  const servername = tls.serverName ?? (isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '');
  return (options, callback) => connect({ ...options, servername, ...(ip && { hostname: ip }) }, callback);
}
