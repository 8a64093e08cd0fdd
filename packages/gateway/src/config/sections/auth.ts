/** `auth`: who people are (providers), who may have what (policies), and what the application is told. */
import { resolve } from 'node:path';
import { checkCookieName, checkHeaderName } from '../checks.ts';
import { choice, defaultsOf, duration, flag, listOf, mapOf, section, type Table, text } from '../field.ts';
import { type AccessRule, accessRule } from './access-rules.ts';

export interface BasicProviderConfig {
  readonly file: string;
  readonly plainText: boolean;
  readonly passCredentials: boolean;
}

export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

export interface JwtProviderConfig {
  readonly keys?: string;
  readonly ca?: string;
  readonly secretFile?: string;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly tokenType?: string;
  readonly leeway: number;
  readonly maxAge: number;
  readonly cookie?: string;
  readonly userClaim: string;
  readonly groupsClaim: string;
  readonly refresh: number;
  readonly stale: number;
  readonly timeout: number;
  readonly passCredentials: boolean;
}

/** What of a certificate says who its owner is. */
export const CERTIFICATE_NAMES = ['common_name', 'subject', 'email', 'dns', 'uri', 'fingerprint'] as const;
export type CertificateName = (typeof CERTIFICATE_NAMES)[number];

export interface CertificateProviderConfig {
  readonly userFrom: CertificateName;
  readonly users: ReadonlyMap<string, string>;
}

export interface UploadTokenProviderConfig {
  readonly secretFiles: readonly string[];
  readonly maxTtl: number;
  readonly header: 'authorization' | 'upload-token';
  readonly passCredentials: boolean;
}

export interface ForwardProviderConfig {
  readonly url: string;
  readonly ca?: string;
  readonly timeout: number;
  readonly requestHeaders: readonly string[];
  readonly userHeader: string;
  readonly groupsHeader: string;
}

export interface IdentityHeadersConfig {
  readonly user?: string;
  readonly groups?: string;
  readonly provider?: string;
}

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

export interface RouteAuthConfig {
  readonly providers: readonly string[];
  readonly require: readonly AccessRule[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const file = text('file name');

const passCredentials = {
  type: flag(),
  default: false,
  summary: 'Send the credentials on to the application, which otherwise does not get to see them.',
} as const;

const basic: Table<BasicProviderConfig> = {
  file: {
    type: file,
    summary:
      'Users and their passwords as `htpasswd` of Apache writes them: bcrypt (`-B`), SHA-crypt (`-2`, `-5`) or apr1 (`-m`). Changes are noticed within a second.',
  },
  plainText: {
    type: flag(),
    default: false,
    summary: 'Take passwords that are written in the file as they are, behind `{PLAIN}`. For tests.',
  },
  passCredentials,
};

const jwt: Table<JwtProviderConfig> = {
  keys: {
    type: text('file name or `https://` address', checkKeysPlace),
    isOptional: true,
    summary:
      'Public keys as a JSON Web Key Set. Certificates of the server are verified, redirections are not followed.',
  },
  ca: {
    type: file,
    isOptional: true,
    summary: "Certificates to trust for `keys` instead of the system's, in PEM form.",
  },
  secretFile: {
    type: file,
    isOptional: true,
    summary:
      'File with the common secret, for HS256, HS384 and HS512 only; as many bits as the algorithm has at least.',
  },
  algorithms: {
    type: listOf(choice(...JWT_ALGORITHMS)),
    summary: 'Algorithms a token may be signed with. There is no `none`.',
  },
  issuer: { type: text('text'), summary: 'What `iss` has to be.' },
  audience: { type: listOf(text('text')), summary: 'One of these has to be in `aud`.' },
  tokenType: {
    type: text('text'),
    isOptional: true,
    summary: 'What `typ` in the head of a token has to be, such as `at+jwt`.',
  },
  leeway: { type: duration(), default: 30 * SECOND, summary: 'How far the clocks of issuer and gate may be apart.' },
  maxAge: {
    type: duration(),
    default: 24 * HOUR,
    summary: 'How old a token may be (`iat`), however long its issuer made it last; 0: as old as it likes.',
  },
  cookie: {
    type: text('cookie name', checkCookieName),
    isOptional: true,
    summary: 'Take tokens from this cookie, and not from `Authorization: Bearer`.',
  },
  userClaim: { type: text('text'), default: 'sub', summary: 'The claim that names the user.' },
  groupsClaim: {
    type: text('text'),
    default: 'groups',
    summary: 'The claim with the groups: a list, or names with blanks between them as in `scope`.',
  },
  refresh: { type: duration(), default: 10 * MINUTE, summary: 'How often keys at an address are fetched anew.' },
  stale: {
    type: duration(),
    default: HOUR,
    summary: 'How long keys stay good while they cannot be fetched anew; after that tokens are answered with 503.',
  },
  timeout: { type: duration(), default: 5 * SECOND, summary: 'How long fetching keys may take.' },
  passCredentials,
};

const clientCertificate: Table<CertificateProviderConfig> = {
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

const uploadToken: Table<UploadTokenProviderConfig> = {
  secretFiles: {
    type: listOf(file),
    summary:
      'Files with a secret of 32 bytes or more, such as `openssl rand -base64 48` writes. Tokens are made with the first and taken with any.',
  },
  maxTtl: { type: duration(), default: 24 * HOUR, summary: 'Longest time from the making of a token to its end.' },
  header: {
    type: choice('authorization', 'upload-token'),
    default: 'authorization',
    summary: 'Where clients put it: `Authorization: Bearer` or a header `Upload-Token` of its own.',
  },
  passCredentials,
};

const forward: Table<ForwardProviderConfig> = {
  url: {
    type: text('`http://` or `https://` address', checkForwardUrl),
    summary:
      'Asked with GET for every request. 2xx lets it in, 401 and 403 refuse it, anything else is 503. It gets `X-Forwarded-Method`, `-Uri`, `-Host`, `-Proto` and `-For`.',
  },
  ca: { type: file, isOptional: true, summary: "Certificates to trust for it instead of the system's, in PEM form." },
  timeout: { type: duration(), default: 2 * SECOND, summary: 'How long it may take to answer.' },
  requestHeaders: {
    type: listOf(text('header name', checkHeaderName)),
    default: ['Authorization', 'Cookie'],
    summary: 'Headers of the request that it gets. The application gets them too.',
  },
  userHeader: {
    type: text('header name', checkHeaderName),
    default: 'X-User',
    summary: 'Header of its answer that names the user. An answer that lets somebody in has to have it.',
  },
  groupsHeader: {
    type: text('header name', checkHeaderName),
    default: 'X-Groups',
    summary: 'Header of its answer with the groups, with commas between them.',
  },
};

const identityHeaders: Table<IdentityHeadersConfig> = {
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

export const auth: Table<AuthConfig> = {
  realm: {
    type: text('text', checkRealm),
    default: 'restricted',
    summary: 'What browsers show when they ask for a password.',
  },
  groupFile: {
    type: file,
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

const routeAuthTable: Table<RouteAuthConfig> = {
  providers: {
    type: listOf(text('name of a provider')),
    default: [],
    summary: 'Providers that are asked who the client is, in this order; the first that knows decides.',
  },
  require: {
    type: listOf(accessRule),
    default: [{ is: 'valid-user' }],
    summary:
      'Who may have this route: one of these rules has to say so. `all granted`, `all denied`, `valid-user`, `user NAME…`, `group NAME…`, `ip NETWORK…`, `local`, `method METHOD…`, `policy NAME`, `not RULE`, and groups of rules: `any`, `all`, `none`.',
  },
};

export const routeAuth = section(routeAuthTable);

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

/** Relative file names are relative to the configuration file. */
export function placeAuth(config: AuthConfig, folder: string): AuthConfig {
  const place = (path: string): string => resolve(folder, path);
  const each = <T>(all: ReadonlyMap<string, T>, change: (one: T) => T): ReadonlyMap<string, T> =>
    new Map([...all].map(([name, one]) => [name, change(one)]));
  return {
    ...config,
    ...(config.groupFile !== undefined && { groupFile: place(config.groupFile) }),
    basic: each(config.basic, (one) => ({ ...one, file: place(one.file) })),
    jwt: each(config.jwt, (one) => ({
      ...one,
      ...(one.keys !== undefined && { keys: isAddress(one.keys) ? one.keys : place(one.keys) }),
      ...(one.ca !== undefined && { ca: place(one.ca) }),
      ...(one.secretFile !== undefined && { secretFile: place(one.secretFile) }),
    })),
    uploadToken: each(config.uploadToken, (one) => ({ ...one, secretFiles: one.secretFiles.map(place) })),
    forward: each(config.forward, (one) => ({ ...one, ...(one.ca !== undefined && { ca: place(one.ca) }) })),
  };
}

/** Whether keys are to be fetched from a server. */
export function isAddress(keys: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(keys);
}

function checkKeysPlace(value: string): string | undefined {
  if (!isAddress(value)) return undefined;
  const url = URL.parse(value);
  if (url?.protocol !== 'https:') return `"${value}": keys are fetched from https:// addresses only`;
  return url.username === '' && url.password === '' ? undefined : 'the address of keys takes no password';
}

/** What is wrong with the address of a server that is asked; undefined when nothing is. */
export function checkForwardUrl(value: string): string | undefined {
  const url = URL.parse(value);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return `"${value}" is not a web address`;
  if (url.username !== '' || url.password !== '') return 'the address takes no password';
  return url.hash === '' ? undefined : 'the address takes no fragment';
}

function checkRealm(value: string): string | undefined {
  return /^[\x20-\x7e]*$/.test(value) ? undefined : 'a realm has printable ASCII characters only';
}

function checkProviderName(name: string): string | undefined {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(name) ? undefined : `"${name}" is not a name: letters, digits and _ . -`;
}
