import type { UnicodeMap } from '../bytes/unicode-map.ts';
import type { AuditSettings, WafSettings } from '../contract.ts';
import type { Regex } from '../regex/index.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** All settings a configuration can make; directives write them while a configuration is loaded. */
export interface EngineSettings extends Mutable<WafSettings> {
  audit: Mutable<AuditSettings>;
  /** `SecAuditLogRelevantStatus` */
  auditRelevantStatus: Regex | undefined;
  componentSignatures: string[];
  responseBodyMimeTypes: string[];
  requestBodyJsonDepthLimit: number;
  argumentsLimit: number;
  argumentSeparator: string;
  cookieFormat: 0 | 1;
  cookieSeparator: string | undefined;
  jsonNames: 'modsecurity2' | 'modsecurity3';
  collectionTimeout: number;
  pcreMatchLimit: number | undefined;
  uploadFileLimit: number;
  tmpSaveUploadedFiles: boolean;
  interceptOnError: boolean;
  disableBackendCompression: boolean;
  unicodeMap: UnicodeMap;
  unicodeCodePage: number;
  geoDatabase: string | undefined;
  httpBlKey: string | undefined;
  datasets: Map<string, readonly string[]>;
}
