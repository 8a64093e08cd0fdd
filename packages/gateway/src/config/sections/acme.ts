/** `acme`: certificates that are ordered, and renewed, by the gate itself (RFC 8555). */
import { choice, flag, type Table, text } from '../field.ts';

export interface AcmeConfig {
  readonly directory: string;
  readonly termsAgreed: boolean;
  readonly challenge: 'http-01' | 'tls-alpn-01';
  readonly email?: string;
  readonly storage?: string;
  readonly ca?: string;
}

const file = text('file name');

export const acme: Table<AcmeConfig> = {
  directory: {
    type: text('`https://` address', (value) =>
      URL.parse(value)?.protocol === 'https:' ? undefined : `"${value}" is not an https:// address`,
    ),
    default: 'https://acme-v02.api.letsencrypt.org/directory',
    summary: "The authority's directory. Certificates are ordered for the names in `listeners[].tls.automatic`.",
  },
  termsAgreed: {
    type: flag(),
    default: false,
    summary: 'You agree to the terms of the authority; it issues nothing without.',
  },
  challenge: {
    type: choice('http-01', 'tls-alpn-01'),
    default: 'http-01',
    summary:
      'How names are proved: by a file the authority asks for on port 80 of each, or in a handshake on port 443, where no other port has to be open.',
  },
  email: { type: text('mail address'), isOptional: true, summary: 'Where the authority may write to.' },
  storage: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder for the account key, certificates and pending challenges, readable by the gate only. Gates that share it order once.',
  },
  ca: {
    type: file,
    isOptional: true,
    summary: "Certificates to trust for the authority's server instead of the system's, in PEM form.",
  },
};
