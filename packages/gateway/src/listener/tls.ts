import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { ListenerTlsConfig } from '../config/config.ts';

/** Reads certificate and key. Throws with the name of the file that cannot be read. */
export function tlsOptions(tls: ListenerTlsConfig): SecureContextOptions {
  return {
    cert: read(tls.certificate),
    key: read(tls.key),
    minVersion: tls.minVersion,
    // Forward secrecy and authenticated encryption only; TLS 1.3 suites are chosen by OpenSSL.
    ciphers: 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
    honorCipherOrder: true,
  };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`cannot read ${file}: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
