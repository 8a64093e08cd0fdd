/** `auth.headers`: what the application is told about a user. */
import { checkHeaderName } from '../../checks.ts';
import { type Table, text } from '../../field.ts';

export interface IdentityHeadersConfig {
  readonly user?: string;
  readonly groups?: string;
  readonly provider?: string;
}

export const identityHeaders: Table<IdentityHeadersConfig> = {
  user: {
    type: text('header name', checkHeaderName),
    isOptional: true,
    summary: 'Header with the name of the user, percent-encoded where it is not printable ASCII.',
  },
  groups: {
    type: text('header name', checkHeaderName),
    isOptional: true,
    summary: 'Header with the groups of the user, with commas between them.',
  },
  provider: {
    type: text('header name', checkHeaderName),
    isOptional: true,
    summary: 'Header with the name of the provider that knew the user.',
  },
};
