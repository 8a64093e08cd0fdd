/** `identity`: whose face the gate shows to clients. */
import { choice, listOf, type Table, text } from '../field.ts';

export interface IdentityConfig {
  readonly profile: 'own' | 'apache' | 'nginx' | 'iis' | 'custom';
  readonly headers: readonly string[];
  readonly pages?: string;
}

export const IDENTITY_TABLE: Table<IdentityConfig> = {
  profile: {
    type: choice('own', 'apache', 'nginx', 'iis', 'custom'),
    default: 'own',
    summary:
      'Answer like another server: `Server` header (unless `server_header` says another), order and spelling of headers, error pages, reaction to malformed requests. No answer carries `X-Request-Id` then. This hides what runs here from scanners and from nobody who looks closely. `custom`: plain, to be filled by the keys below.',
  },
  headers: {
    type: listOf(text('header name, or `*`')),
    default: [],
    summary:
      'Names of response headers as they are to be spelt and in this order; `*` stands for all others. In place of the order of the profile.',
  },
  pages: {
    type: text('folder'),
    isOptional: true,
    summary: 'Folder with error pages such as `404.html`, in place of those of the profile.',
  },
};
