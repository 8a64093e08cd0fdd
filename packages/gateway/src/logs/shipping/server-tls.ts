import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';

/** How the certificate of a log server is checked, and with which one we present ourselves. Files are in PEM form. */
export interface ServerTlsFiles {
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface ServerTls {
  readonly serverName: string | undefined;
  readonly options: SecureContextOptions;
}

/** Reads the files. Throws when one cannot be read: at the start, not when the first entry is to be sent. */
export function readServerTls(files: ServerTlsFiles): ServerTls {
  return {
    serverName: files.serverName,
    options: {
      ...(files.ca && { ca: readFileSync(files.ca) }),
      ...(files.certificate && { cert: readFileSync(files.certificate) }),
      ...(files.key && { key: readFileSync(files.key) }),
    },
  };
}
