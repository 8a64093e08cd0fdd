/** `auth.client_certificate`: certificates that clients present (TLS), and whom they name. */
import { choice, mapOf, type Table, text } from '../../field.ts';

/** What of a certificate says who its owner is. */
export const CERTIFICATE_NAMES = ['common_name', 'subject', 'email', 'dns', 'uri', 'fingerprint'] as const;
export type CertificateName = (typeof CERTIFICATE_NAMES)[number];

export interface CertificateProviderConfig {
  readonly userFrom: CertificateName;
  readonly users: ReadonlyMap<string, string>;
}

export const clientCertificate: Table<CertificateProviderConfig> = {
  userFrom: {
    type: choice(...CERTIFICATE_NAMES),
    default: 'common_name',
    summary:
      'What names the user: the common name, the whole subject (RFC 4514), an address, host or URI of the alternative names, or the SHA-256 fingerprint in hexadecimal digits. A certificate with none or several of them is refused.',
  },
  users: {
    type: mapOf(text('user name')),
    default: new Map(),
    summary: 'Names to translate, each with the user it stands for. When there are any, others are refused.',
  },
};
