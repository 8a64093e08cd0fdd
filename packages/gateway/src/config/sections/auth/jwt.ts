/** `auth.jwt`: signed tokens (RFC 7519), and where the keys to verify them come from. */
import { resolve } from 'node:path';
import { checkCookieName } from '../../checks.ts';
import { choice, duration, listOf, type Table, text } from '../../field.ts';
import { passCredentials } from './pass-credentials.ts';

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

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const file = text('file name');

export const jwt: Table<JwtProviderConfig> = {
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

/** Relative file names are relative to `folder`, that of the configuration file. */
export function placeJwt(config: JwtProviderConfig, folder: string): JwtProviderConfig {
  const { keys, ca, secretFile } = config;
  return {
    ...config,
    ...(keys !== undefined && { keys: isAddress(keys) ? keys : resolve(folder, keys) }),
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(secretFile !== undefined && { secretFile: resolve(folder, secretFile) }),
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
