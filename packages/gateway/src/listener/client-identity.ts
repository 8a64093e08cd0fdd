/** Who a client is by its certificate, in a form that headers and logs can carry. */
import type { TLSSocket } from 'node:tls';
import { type AlternativeNames, parseAlternativeNames } from './alternative-names.ts';
import { utf8Bytes } from './utf8-bytes.ts';

export interface ClientIdentity {
  /** `SUCCESS`, `NONE` without a certificate, `FAILED:` and why. */
  readonly verified: string;
  /** Set when verified: distinguished names, the most specific part first. */
  readonly subject?: string;
  readonly issuer?: string;
  /** Hexadecimal. */
  readonly serial?: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint?: string;
  /** As they stand in the certificate, in UTF-8, one character for each byte. */
  readonly commonNames?: readonly string[];
  readonly alternativeNames?: AlternativeNames;
}

/** What the handshake has found out. To be asked once per connection. */
export function identityOf(socket: TLSSocket): ClientIdentity {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { verified: 'NONE' };
  if (!socket.authorized) return { verified: plain(`FAILED:${socket.authorizationError ?? 'unknown'}`) };
  return {
    verified: 'SUCCESS',
    subject: plain(distinguishedName(certificate.subject)),
    issuer: plain(distinguishedName(certificate.issuer)),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    commonNames: listOf(certificate.toLegacyObject().subject?.CN).map(utf8Bytes),
    alternativeNames: parseAlternativeNames(certificate.subjectAltName),
  };
}

function listOf(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Headers by which the application learns of it, names and values in turn. */
export function identityHeaders(identity: ClientIdentity): string[] {
  const list = ['x-client-verify', identity.verified];
  if (identity.subject !== undefined) list.push('x-client-subject', identity.subject);
  if (identity.issuer !== undefined) list.push('x-client-issuer', identity.issuer);
  if (identity.serial !== undefined) list.push('x-client-serial', identity.serial);
  if (identity.fingerprint !== undefined) list.push('x-client-fingerprint', identity.fingerprint);
  return list;
}

/** Names of those headers; nobody else may send them. */
export const IDENTITY_HEADERS: ReadonlySet<string> = new Set([
  'x-client-fingerprint',
  'x-client-issuer',
  'x-client-serial',
  'x-client-subject',
  'x-client-verify',
]);

/** Node gives one part per line, escaped, the most general first; RFC 4514 wants them the other way round, with commas. */
function distinguishedName(lines: string): string {
  return lines.split('\n').toReversed().join(',');
}

/** Certificates may hold any characters; header values may not. */
function plain(text: string): string {
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    safe += code >= 0x20 && code < 0x7f ? character : `\\u{${code.toString(16)}}`;
  }
  return safe;
}
