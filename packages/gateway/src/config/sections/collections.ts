/** `collections`: where rules keep what they remember from one request to the next. */
import { checkStoreUrl } from '../checks.ts';
import { choice, defaultsOf, duration, section, size, type Table, text } from '../field.ts';

/** Where the persistent collections of the rules are kept. */
export interface CollectionsConfig {
  /** `disk` where the rules name a `SecDataDir`, else `memory`, when absent. */
  readonly store?: 'memory' | 'disk' | 'redis';
  readonly path?: string;
  readonly maxSize: number;
  readonly url?: string;
  readonly prefix: string;
  readonly tls: CollectionsTlsConfig;
  readonly timeout: number;
  readonly whenAway: 'local' | 'refuse';
}

export interface CollectionsTlsConfig {
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
}

const file = text('file name');

const tls: Table<CollectionsTlsConfig> = {
  ca: { type: file, isOptional: true, summary: "Certificates to trust instead of the system's, in PEM form." },
  serverName: {
    type: text('host name'),
    isOptional: true,
    summary: 'Name to ask for and to verify instead of the host of the URL.',
  },
  certificate: { type: file, isOptional: true, summary: 'Client certificate to present.' },
  key: { type: file, isOptional: true, summary: 'Key of the client certificate.' },
};

export const collections: Table<CollectionsConfig> = {
  store: {
    type: choice('memory', 'disk', 'redis'),
    isOptional: true,
    summary:
      'Where counters of the rules live: in this process, in a file shared by all gates of this machine, or in Redis or Valkey. When absent: `disk` if the rules name a `SecDataDir` or `path` is given, else `memory`.',
  },
  path: {
    type: file,
    isOptional: true,
    summary: 'File of the `disk` store; `sallyport-collections.sqlite` in `SecDataDir` when absent.',
  },
  maxSize: {
    type: size(),
    default: 256 * 1024 * 1024,
    summary: 'The file of the `disk` store grows no larger; then the records that would end soonest make room.',
  },
  url: {
    type: text('`redis://`, `rediss://` or `unix://` address', checkStoreUrl),
    isOptional: true,
    summary:
      'Server of the `redis` store: `redis://user:password@host:6379/0`, `rediss://` for TLS, `unix:///run/redis.sock`. Passwords are best taken from the environment.',
  },
  prefix: {
    type: text(),
    default: 'sallyport:',
    summary: 'What keys in the `redis` store begin with. Gates with the same prefix share their collections.',
  },
  tls: {
    type: section(tls),
    default: defaultsOf(tls),
    summary: 'For `rediss://` addresses. Certificates are verified.',
  },
  timeout: {
    type: duration(),
    default: 100,
    summary: 'How long one command to the `redis` store may take; after that the store counts as away.',
  },
  whenAway: {
    type: choice('local', 'refuse'),
    default: 'local',
    summary:
      'While the store cannot be used: count in this process and start from nothing, or refuse requests whose rules open a collection with 500.',
  },
};
