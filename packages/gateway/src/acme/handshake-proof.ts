/** Proof of a name in a TLS handshake: the challenge tls-alpn-01 (RFC 8737), answered while an order is under way. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { readChallengeCertificate } from './storage.ts';

/** The protocol such a handshake is for. Nothing is ever sent in it. */
export const ACME_TLS: string = 'acme-tls/1';

/** The certificate that proves a name; undefined where none is to be proved. `names`: those certificates are ordered for. */
export function handshakeProof(
  storage: string | undefined,
  names: readonly string[],
  name: string,
): SecureContext | undefined {
  if (storage === undefined) return undefined;
  const known = names.find((one) => one === name.toLowerCase());
  const pair = known === undefined ? undefined : readChallengeCertificate(storage, known);
  return pair === undefined ? undefined : createSecureContext({ cert: pair.cert, key: pair.key });
}
