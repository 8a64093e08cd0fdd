/** `upstreams.NAME.tls`: whom the gate trusts, and who it says it is. */
import { flag, type Table, text } from '../../field.ts';

export interface UpstreamTlsConfig {
  readonly unsafeSkipVerify: boolean;
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** What stands in these files (PEM), once they are read. */
  readonly contents?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

const file = text('file name');

export const tls: Table<Omit<UpstreamTlsConfig, 'contents'>> = {
  unsafeSkipVerify: {
    type: flag(),
    default: false,
    summary: 'Accept any certificate from this upstream. Anybody on the way can then read and change the traffic.',
  },
  ca: { type: file, isOptional: true, summary: "Certificates to trust instead of the system's, in PEM form." },
  serverName: {
    type: text('host name'),
    isOptional: true,
    summary: 'Name to ask for and to verify instead of the host of the URL.',
  },
  certificate: { type: file, isOptional: true, summary: 'Client certificate to present.' },
  key: { type: file, isOptional: true, summary: 'Key of the client certificate.' },
};
