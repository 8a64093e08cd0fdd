/** `listeners`: where clients connect, and how TLS is spoken there. */
import { isIP } from 'node:net';
import { parseAuthority } from '../../listener/authority.ts';
import { choice, flag, integer, listOf, section, type Table, text } from '../field.ts';

export interface ListenerConfig {
  readonly address: string;
  readonly port: number;
  readonly http2?: boolean;
  readonly tls?: ListenerTlsConfig;
}

export interface ListenerTlsConfig {
  /** Absent where certificates are ordered automatically. */
  readonly certificate?: string;
  readonly key?: string;
  /** For further names, chosen by what the client asks for. */
  readonly certificates?: readonly CertificateConfig[];
  /** Names to order a certificate for. */
  readonly automatic?: readonly string[];
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly clientCertificate?: 'none' | 'optional' | 'require';
  readonly clientCa?: string;
}

export interface CertificateConfig {
  readonly certificate: string;
  readonly key: string;
}

const file = text('file name');

const certificate: Table<CertificateConfig> = {
  certificate: { type: file, summary: 'Certificate chain in PEM form.' },
  key: { type: file, summary: 'Private key in PEM form.' },
};

const listenerTls: Table<ListenerTlsConfig> = {
  certificate: {
    type: file,
    isOptional: true,
    summary: 'Certificate chain in PEM form, for clients that ask for no name or for one that no certificate has.',
  },
  key: { type: file, isOptional: true, summary: 'Private key in PEM form.' },
  certificates: {
    type: listOf(section(certificate)),
    default: [],
    summary:
      'Certificates for further names. Each serves the names in it (`subjectAltName`), exact ones before wildcards such as `*.example.org`.',
  },
  automatic: {
    type: listOf(text('host name', checkOrderedName)),
    default: [],
    summary:
      'Order and renew one certificate for these names, as `acme` says. The authority asks for a file on port 80 of each, so a plain listener has to be reachable there, or with `acme.challenge: tls-alpn-01` this one on port 443.',
  },
  minVersion: {
    type: choice('TLSv1.2', 'TLSv1.3'),
    default: 'TLSv1.2',
    summary: 'Oldest TLS version that is spoken.',
  },
  clientCertificate: {
    type: choice('none', 'optional', 'require'),
    default: 'none',
    summary:
      'Ask clients for a certificate. With `require` a connection without one that `client_ca` has signed is closed; with `optional` the application is told: `X-Client-Verify` is `SUCCESS`, `NONE` or `FAILED:reason`, and with a good certificate there are `X-Client-Subject`, `X-Client-Issuer`, `X-Client-Serial` and `X-Client-Fingerprint` (SHA-256). Headers of these names that clients send never pass.',
  },
  clientCa: { type: file, isOptional: true, summary: 'Authorities that sign client certificates, in PEM form.' },
};

export const listener: Table<ListenerConfig> = {
  address: {
    type: text('IP address'),
    default: '127.0.0.1',
    summary: 'Address to listen on; `0.0.0.0` or `::` for all.',
  },
  port: { type: integer(0, 65_535), summary: 'Port to listen on; 0 lets the system choose.' },
  http2: {
    type: flag(),
    default: false,
    summary: 'Offer HTTP/2 to clients that ask for it in the TLS handshake (ALPN). It is never spoken without TLS.',
  },
  tls: { type: section(listenerTls), isOptional: true, summary: 'Speak HTTPS with these certificates.' },
};

/** Wildcards cannot be proved by a server. */
function checkOrderedName(value: string): string | undefined {
  if (value.startsWith('*.')) return `"${value}": no certificate can be ordered for a wildcard this way`;
  const isName = value.includes('.') && isIP(value) === 0 && parseAuthority(value)?.host === value;
  return isName ? undefined : `"${value}" is not a host name in lower case, such as www.example.org`;
}

/** Mistakes between the values of one listener, with the key they are about. */
export function mistakesOfListener({
  http2,
  tls,
}: ListenerConfig): readonly (readonly [key: string, message: string])[] {
  const found: [string, string][] = [];
  if (http2 && tls === undefined) found.push(['http2', 'HTTP/2 is spoken over TLS only; give "tls" too']);
  if (tls === undefined) return found;
  if ((tls.certificate === undefined) !== (tls.key === undefined)) {
    found.push(['tls', 'a certificate needs both "certificate" and "key"']);
  }
  if (tls.certificate === undefined && (tls.automatic ?? []).length === 0) {
    found.push(['tls', 'TLS needs a "certificate", or names to order one for ("automatic")']);
  }
  const asks = (tls.clientCertificate ?? 'none') !== 'none';
  if (asks && tls.clientCa === undefined) {
    found.push(['tls', 'asking clients for certificates needs "client_ca", the authorities that sign them']);
  }
  if (!asks && tls.clientCa !== undefined) {
    found.push(['tls', '"client_ca" says nothing without "client_certificate: optional" or "require"']);
  }
  return found;
}
