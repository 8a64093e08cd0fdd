/** Settings a server must know to feed the engine and to write its logs. */
export interface WafSettings {
  readonly engineMode: EngineMode;
  readonly requestBodyAccess: boolean;
  readonly requestBodyLimit: number;
  readonly requestBodyLimitAction: 'Reject' | 'ProcessPartial';
  /** `SecRequestBodyInMemoryLimit`; undefined where the rules leave it to the server. */
  readonly requestBodyInMemoryLimit: number | undefined;
  readonly requestBodyNoFilesLimit: number;
  readonly responseBodyAccess: boolean;
  readonly responseBodyLimit: number;
  readonly responseBodyLimitAction: 'Reject' | 'ProcessPartial';
  /** Lower-case types whose bodies are buffered; `null` stands for a missing Content-Type. */
  readonly responseBodyMimeTypes: readonly string[];
  /** `SecDisableBackendCompression`: ask the upstream for responses that can be read. */
  readonly disableBackendCompression: boolean;
  /** `SecContentInjection`: whether `Transaction.injection` is to be applied. */
  readonly contentInjection: boolean;
  /** `SecStreamInBodyInspection`, `SecStreamOutBodyInspection`: bodies may come back rewritten. */
  readonly streamInBodyInspection: boolean;
  readonly streamOutBodyInspection: boolean;
  readonly connections: ConnectionSettings;
  readonly audit: AuditSettings;
  readonly tmpDir: string | undefined;
  readonly uploadDir: string | undefined;
  readonly uploadKeepFiles: 'On' | 'Off' | 'RelevantOnly';
  readonly uploadFileMode: number;
  /** `SecTmpSaveUploadedFiles`: uploads are extracted while rules run although they are not kept. */
  readonly tmpSaveUploadedFiles: boolean;
  readonly dataDir: string | undefined;
  readonly debugLog: string | undefined;
  readonly debugLogLevel: number;
  readonly guardianLog: GuardianSettings | undefined;
  readonly serverSignature: string | undefined;
  readonly componentSignatures: readonly string[];
  readonly webAppId: string;
  readonly sensorId: string;
}

/** `SecRuleEngine` and `SecConnEngine`: enforce, only tell what would have been refused, or do nothing. */
export type EngineMode = 'On' | 'DetectionOnly' | 'Off';

/** `SecGuardianLog` */
export interface GuardianSettings {
  /** A file, or `|program arguments`. */
  readonly log: string;
  /** A variable of `setenv` that must be there, or must not. */
  readonly condition?: { readonly variable: string; readonly isNegated: boolean };
}

/** `SecConnEngine` and its limits; the engine sees requests only, so the server counts connections. */
export interface ConnectionSettings {
  readonly engine: EngineMode;
  /** Connections of one address that are sending their request. */
  readonly reading: ConnectionLimit;
  /** Connections of one address that are receiving their response. */
  readonly writing: ConnectionLimit;
}

/** `SecReadStateLimit` or `SecWriteStateLimit`. */
export interface ConnectionLimit {
  /** Most connections of one address; 0 for no limit. */
  readonly maximum: number;
  /** Whether the limit is for this address at all. */
  appliesTo(address: string): boolean;
}

/** `SecAuditEngine` and the other `SecAudit…` directives. */
export interface AuditSettings {
  readonly engine: 'On' | 'Off' | 'RelevantOnly';
  /** `HTTPS` and `Syslog` send each entry to the server at the address in `log`. */
  readonly type: 'Serial' | 'Concurrent' | 'HTTPS' | 'Syslog';
  readonly format: 'Native' | 'JSON' | 'OCSF';
  /** Letters in configuration order, A and Z not included. */
  readonly parts: string;
  readonly log: string | undefined;
  readonly log2: string | undefined;
  readonly storageDir: string | undefined;
  readonly dirMode: number;
  readonly fileMode: number;
}
