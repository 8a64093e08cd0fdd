import type { UnicodeMap } from '../bytes/unicode-map.ts';
import type { AuditSettings, ConnectionSettings, JsonNames, WafSettings } from '../contract.ts';
import type { GeoDatabase } from '../geo/geo-database.ts';
import type { Regex } from '../regex/index.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Attributes and headers whose links can be signed. */
export type HashedLink = 'HashHref' | 'HashFormAction' | 'HashLocation' | 'HashIframeSrc' | 'HashFrameSrc';

/** The SecHash family. */
export interface LinkHashingSettings {
  engine: boolean;
  /** Random until SecHashKey sets one. */
  key: string;
  /** What is mixed into the key. */
  binding: 'KeyOnly' | 'SessionID' | 'RemoteIP';
  /** Name of the query parameter with the hash. */
  parameter: string;
  /** Which links are signed, by what they look like. */
  readonly methods: { readonly kind: HashedLink; matches(link: string): boolean }[];
}

/** All settings a configuration can make; directives write them while a configuration is loaded. */
export interface EngineSettings extends Mutable<WafSettings> {
  audit: Mutable<AuditSettings>;
  connections: Mutable<ConnectionSettings>;
  /** `SecAuditLogRelevantStatus` */
  auditRelevantStatus: Regex | undefined;
  componentSignatures: string[];
  responseBodyMimeTypes: string[];
  requestBodyJsonDepthLimit: number;
  requestBodyPartsLimit: number;
  argumentsLimit: number;
  argumentSeparator: string;
  cookieFormat: 0 | 1;
  cookieSeparator: string | undefined;
  jsonNames: JsonNames;
  collectionTimeout: number;
  pcreMatchLimit: number | undefined;
  uploadFileLimit: number;
  interceptOnError: boolean;
  disableBackendCompression: boolean;
  unicodeMap: UnicodeMap;
  unicodeCodePage: number;
  /** `SecGeoLookupDb`, loaded. */
  geoDatabase: GeoDatabase | undefined;
  httpBlKey: string | undefined;
  datasets: Map<string, readonly string[]>;
  /** `SecRulePerfTime` in microseconds; 0 for off. */
  rulePerfTime: number;
  /** `SecIgnoreRuleCompilationErrors`: rules with mistakes are left out with a warning. */
  ignoreRuleCompilationErrors: boolean;
  /** `SecRemoteRulesFailAction` */
  remoteRulesFailAction: 'Abort' | 'Warn';
  linkHashing: LinkHashingSettings;
}
