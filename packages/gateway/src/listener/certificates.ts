/** Which certificate a client gets: by the name it asks for (RFC 6066 §3). */
import { constants, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { readStoredCertificate } from '../acme/storage.ts';
import type { Config } from '../config/config.ts';
import { type ConfigurationFiles, filesOnDisk } from '../config/configuration-files.ts';
import type { ListenerTlsConfig } from '../config/sections/listener.ts';

export interface Certificates {
  /** For `setSecureContext`: what clients get that ask for no name, or for one nobody has. */
  readonly fallback: SecureContextOptions;
  /** The context for a name; undefined where the fallback is. */
  contextFor(name: string): SecureContext | undefined;
  /** Whether two names are served with the same certificate, so that one connection may serve both (RFC 9110 §7.4). */
  areTogether(one: string, other: string): boolean;
}

/** A chain and its key, in PEM form. */
export interface CertifiedKey {
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface Served {
  readonly context: SecureContext;
  readonly names: ReadonlySet<string>;
}

/**
 * Reads all files of a listener. `storage` is where ordered certificates are; those that have not come yet are left out, and until
 * then nobody can connect by their names; they are read from there, whatever `files` remembers. Throws with the name of the file that is bad.
 */
export function loadCertificates(
  tls: ListenerTlsConfig,
  storage?: string,
  files: ConfigurationFiles = filesOnDisk,
): Certificates {
  const common = commonOptions(tls, files);
  const { automatic = [] } = tls;
  const ordered =
    storage === undefined || automatic.length === 0 ? undefined : readStoredCertificate(storage, automatic);
  const own = tls.certificate === undefined || tls.key === undefined ? [] : [read(tls.certificate, tls.key, files)];
  const all = [
    ...own,
    ...(tls.certificates ?? []).map(({ certificate, key }) => read(certificate, key, files)),
    ...(ordered === undefined ? [] : [ordered]),
  ];
  const served = all.map(
    (pair): Served => ({ context: createSecureContext({ ...common, ...pair }), names: namesOf(pair) }),
  );
  const byName = new Map<string, Served>();
  // The first that has a name serves it.
  for (const one of served.toReversed()) for (const name of one.names) byName.set(name, one);

  const find = (name: string): Served | undefined => {
    const lower = name.toLowerCase().replace(/\.$/, '');
    const exact = byName.get(lower);
    if (exact !== undefined) return exact;
    // A wildcard stands for one label (RFC 6125 §6.4.3).
    const dot = lower.indexOf('.');
    return dot < 0 ? undefined : byName.get(`*${lower.slice(dot)}`);
  };
  return {
    fallback: { ...common, ...all[0] },
    contextFor: (name) => find(name)?.context,
    areTogether: (one, other) => (find(one) ?? served[0]) === (find(other) ?? served[0]),
  };
}

/** Throws what opening or updating the listeners of a configuration would throw for a bad certificate. */
export function checkCertificates({ listeners, acme }: Pick<Config, 'listeners' | 'acme'>): void {
  for (const { tls } of listeners) if (tls !== undefined) loadCertificates(tls, acme.storage);
}

function commonOptions(
  { minVersion, clientCa, clientCertificate }: ListenerTlsConfig,
  files: ConfigurationFiles,
): SecureContextOptions {
  const asks = clientCa !== undefined && (clientCertificate ?? 'none') !== 'none';
  return {
    minVersion,
    // Forward secrecy and authenticated encryption only; TLS 1.3 suites are chosen by OpenSSL.
    ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
    honorCipherOrder: true,
    // A client that renegotiates makes us work for nothing; TLS 1.3 has left it out.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ...(asks && { ca: readPem(clientCa, files) }),
  };
}

/** The DNS names a certificate is for, in lower case; wildcards as `*.example.org`. */
export function namesOf({ cert }: CertifiedKey): ReadonlySet<string> {
  const names = new X509Certificate(cert).subjectAltName ?? '';
  return new Set([...names.matchAll(/(?:^|, )DNS:([^,"\s]+)/g)].map((match) => (match[1] as string).toLowerCase()));
}

function read(certificate: string, key: string, files: ConfigurationFiles): CertifiedKey {
  const pair = { cert: readPem(certificate, files), key: readPem(key, files) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw new Error(`${certificate} and ${key} are no certificate and its key: ${(cause as Error).message}`, { cause });
  }
  return pair;
}

function readPem(file: string, files: ConfigurationFiles): Buffer {
  try {
    return Buffer.from(files.read(file), 'latin1');
  } catch (cause) {
    throw new Error(`cannot read ${file}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
