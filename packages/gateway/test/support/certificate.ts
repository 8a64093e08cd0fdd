import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key and a self-signed certificate for a name, made by OpenSSL. */
export function makeCertificate(folder: string, name: string): { cert: string; key: string } {
  const cert = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name},IP:127.0.0.1`,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  return { cert, key };
}

export interface ClientAuthority {
  readonly ca: string;
  /** A certificate it has signed, and its key. `days` below 0: it is over. `names`: alternative names such as `email:a@b.test`. */
  issue(
    name: string,
    options?: { readonly days?: number; readonly names?: string },
  ): { readonly cert: string; readonly key: string };
}

/** An authority that signs certificates of clients. */
export function makeAuthority(folder: string, name: string): ClientAuthority {
  const { cert: ca, key: caKey } = makeCertificate(folder, name);
  return {
    ca,
    issue(client, { days = 2, names } = {}) {
      const [cert, key, request] = [`${client}-client.pem`, `${client}-client.key`, `${client}.csr`].map((file) =>
        join(folder, file),
      ) as [string, string, string];
      const run = (...words: string[]): void => void execFileSync('openssl', words, { stdio: 'ignore' });
      run(
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        `/O=Test, Ltd/CN=${client}`,
        '-keyout',
        key,
        '-out',
        request,
      );
      const extensions = join(folder, `${client}.ext`);
      writeFileSync(extensions, names === undefined ? '' : `subjectAltName=${names}\n`);
      const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', String(days), '-extfile', extensions];
      run('x509', '-req', '-in', request, ...signing, '-out', cert);
      return { cert, key };
    },
  };
}
