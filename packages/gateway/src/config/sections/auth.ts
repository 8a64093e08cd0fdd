/** `auth`: who people are (providers), who may have what (policies), and what the application is told. */
import { resolve } from 'node:path';
import { defaultsOf, listOf, mapOf, section, type Table, text } from '../field.ts';
import { type AccessRule, accessRule } from './access-rules.ts';
import { type BasicProviderConfig, basic, placeBasic } from './auth/basic.ts';
import { type CertificateProviderConfig, clientCertificate } from './auth/client-certificate.ts';
import { type ForwardProviderConfig, forward, placeForward } from './auth/forward.ts';
import { type IdentityHeadersConfig, identityHeaders } from './auth/identity-headers.ts';
import { type JwtProviderConfig, jwt, placeJwt } from './auth/jwt.ts';
import { placeUploadToken, type UploadTokenProviderConfig, uploadToken } from './auth/upload-token.ts';

export interface AuthConfig {
  readonly realm: string;
  readonly groupFile?: string;
  readonly basic: ReadonlyMap<string, BasicProviderConfig>;
  readonly jwt: ReadonlyMap<string, JwtProviderConfig>;
  readonly clientCertificate: ReadonlyMap<string, CertificateProviderConfig>;
  readonly uploadToken: ReadonlyMap<string, UploadTokenProviderConfig>;
  readonly forward: ReadonlyMap<string, ForwardProviderConfig>;
  readonly policies: ReadonlyMap<string, readonly AccessRule[]>;
  readonly headers: IdentityHeadersConfig;
}

export const auth: Table<AuthConfig> = {
  realm: {
    type: text('text', checkRealm),
    default: 'restricted',
    summary: 'What browsers show when they ask for a password.',
  },
  groupFile: {
    type: text('file name'),
    isOptional: true,
    summary:
      'Groups and their members, whatever provider knows these: lines such as `staff: alice bob`, as the `AuthGroupFile` of Apache. Changes are noticed within a second.',
  },
  basic: {
    type: mapOf(section(basic, 'file'), checkProviderName),
    default: new Map(),
    summary: 'Providers with user name and password (RFC 7617).',
  },
  jwt: {
    type: mapOf(section(jwt), checkProviderName),
    default: new Map(),
    summary: 'Providers with signed tokens (RFC 7519). They need the package `jose`.',
  },
  clientCertificate: {
    type: mapOf(section(clientCertificate), checkProviderName),
    default: new Map(),
    summary: "Providers with the client's certificate, which a listener has to ask for and has verified.",
  },
  uploadToken: {
    type: mapOf(section(uploadToken, 'secretFiles'), checkProviderName),
    default: new Map(),
    summary: 'Providers with tokens for one upload, bound to method, path, size and time (`sallyport token`).',
  },
  forward: {
    type: mapOf(section(forward, 'url'), checkProviderName),
    default: new Map(),
    summary: 'Providers that ask another server, as `auth_request` of nginx does.',
  },
  policies: {
    type: mapOf(listOf(accessRule), checkProviderName),
    default: new Map(),
    summary: 'Rules with a name, for several routes: `policy NAME` asks them.',
  },
  headers: {
    type: section(identityHeaders),
    default: defaultsOf(identityHeaders),
    summary: 'What the application is told about the user. Headers of these names that clients send never pass.',
  },
};

/** Kinds of providers, in the order they are listed. */
export type ProviderKind = 'basic' | 'jwt' | 'client_certificate' | 'upload_token' | 'forward';

/** Names of all providers with their kinds. */
export function providerKinds(config: AuthConfig): ReadonlyMap<string, ProviderKind> {
  const kinds = new Map<string, ProviderKind>();
  for (const name of config.basic.keys()) kinds.set(name, 'basic');
  for (const name of config.jwt.keys()) kinds.set(name, 'jwt');
  for (const name of config.clientCertificate.keys()) kinds.set(name, 'client_certificate');
  for (const name of config.uploadToken.keys()) kinds.set(name, 'upload_token');
  for (const name of config.forward.keys()) kinds.set(name, 'forward');
  return kinds;
}

/** Relative file names are relative to `folder`, that of the configuration file. */
export function placeAuth(config: AuthConfig, folder: string): AuthConfig {
  const each = <T>(all: ReadonlyMap<string, T>, place: (one: T, folder: string) => T): ReadonlyMap<string, T> =>
    new Map([...all].map(([name, one]) => [name, place(one, folder)]));
  return {
    ...config,
    ...(config.groupFile !== undefined && { groupFile: resolve(folder, config.groupFile) }),
    basic: each(config.basic, placeBasic),
    jwt: each(config.jwt, placeJwt),
    uploadToken: each(config.uploadToken, placeUploadToken),
    forward: each(config.forward, placeForward),
  };
}

function checkRealm(value: string): string | undefined {
  return /^[\x20-\x7e]*$/.test(value) ? undefined : 'a realm has printable ASCII characters only';
}

function checkProviderName(name: string): string | undefined {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(name) ? undefined : `"${name}" is not a name: letters, digits and _ . -`;
}
