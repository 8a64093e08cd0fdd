/** The environment variables of the OWASP CRS container image, and what each of them is here. */

/** What a value may look like. */
export type ValueKind = 'number' | 'switch' | 'text';

export interface Variable {
  readonly name: string;
  readonly kind: ValueKind;
  /** Variables of the rule set it sets. */
  readonly tx?: readonly string[];
  /** The SecLang directive whose argument it is. */
  readonly directive?: string;
}

const tx = (kind: ValueKind, name: string, ...variables: readonly string[]): Variable => ({
  name,
  kind,
  tx: variables,
});
const directive = (kind: ValueKind, name: string, word: string): Variable => ({ name, kind, directive: word });

/**
 * Settings of the Core Rule Set. Where two names mean the same, the later one in this list wins, as the newer name does in the
 * image. Both spellings of paranoia levels are set, for version 3 and 4 of the rules.
 */
export const RULE_SET_VARIABLES: readonly Variable[] = [
  tx('number', 'PARANOIA', 'paranoia_level', 'blocking_paranoia_level'),
  tx('number', 'BLOCKING_PARANOIA', 'paranoia_level', 'blocking_paranoia_level'),
  tx('number', 'EXECUTING_PARANOIA', 'executing_paranoia_level', 'detection_paranoia_level'),
  tx('number', 'DETECTION_PARANOIA', 'executing_paranoia_level', 'detection_paranoia_level'),
  tx('number', 'REPORTING_LEVEL', 'reporting_level'),
  tx('number', 'ANOMALY_INBOUND', 'inbound_anomaly_score_threshold'),
  tx('number', 'ANOMALY_OUTBOUND', 'outbound_anomaly_score_threshold'),
  tx('number', 'EARLY_BLOCKING', 'early_blocking'),
  tx('number', 'ENFORCE_BODYPROC_URLENCODED', 'enforce_bodyproc_urlencoded'),
  tx('number', 'VALIDATE_UTF8_ENCODING', 'crs_validate_utf8_encoding'),
  tx('text', 'ALLOWED_METHODS', 'allowed_methods'),
  tx('text', 'ALLOWED_REQUEST_CONTENT_TYPE', 'allowed_request_content_type'),
  tx('text', 'ALLOWED_REQUEST_CONTENT_TYPE_CHARSET', 'allowed_request_content_type_charset'),
  tx('text', 'ALLOWED_HTTP_VERSIONS', 'allowed_http_versions'),
  tx('text', 'RESTRICTED_EXTENSIONS', 'restricted_extensions'),
  tx('text', 'RESTRICTED_HEADERS', 'restricted_headers'),
  tx('text', 'RESTRICTED_HEADERS_BASIC', 'restricted_headers_basic'),
  tx('text', 'RESTRICTED_HEADERS_EXTENDED', 'restricted_headers_extended'),
  tx('text', 'STATIC_EXTENSIONS', 'static_extensions'),
  tx('number', 'MAX_NUM_ARGS', 'max_num_args'),
  tx('number', 'ARG_NAME_LENGTH', 'arg_name_length'),
  tx('number', 'ARG_LENGTH', 'arg_length'),
  tx('number', 'TOTAL_ARG_LENGTH', 'total_arg_length'),
  tx('number', 'MAX_FILE_SIZE', 'max_file_size'),
  tx('number', 'COMBINED_FILE_SIZES', 'combined_file_sizes'),
];

/** Settings of the engine. */
export const ENGINE_VARIABLES: readonly Variable[] = [
  directive('switch', 'MODSEC_RULE_ENGINE', 'SecRuleEngine'),
  directive('switch', 'MODSEC_AUDIT_ENGINE', 'SecAuditEngine'),
  directive('text', 'MODSEC_AUDIT_LOG', 'SecAuditLog'),
  directive('switch', 'MODSEC_AUDIT_LOG_FORMAT', 'SecAuditLogFormat'),
  directive('switch', 'MODSEC_AUDIT_LOG_TYPE', 'SecAuditLogType'),
  directive('text', 'MODSEC_AUDIT_LOG_PARTS', 'SecAuditLogParts'),
  directive('text', 'MODSEC_AUDIT_STORAGE', 'SecAuditLogStorageDir'),
  directive('text', 'MODSEC_AUDIT_STORAGE_DIR', 'SecAuditLogStorageDir'),
  directive('text', 'MODSEC_DATA_DIR', 'SecDataDir'),
  directive('text', 'MODSEC_DEBUG_LOG', 'SecDebugLog'),
  directive('number', 'MODSEC_DEBUG_LOGLEVEL', 'SecDebugLogLevel'),
  directive('switch', 'MODSEC_DISABLE_BACKEND_COMPRESSION', 'SecDisableBackendCompression'),
  directive('switch', 'MODSEC_REQ_BODY_ACCESS', 'SecRequestBodyAccess'),
  directive('number', 'MODSEC_REQ_BODY_LIMIT', 'SecRequestBodyLimit'),
  directive('switch', 'MODSEC_REQ_BODY_LIMIT_ACTION', 'SecRequestBodyLimitAction'),
  directive('number', 'MODSEC_REQ_BODY_JSON_DEPTH_LIMIT', 'SecRequestBodyJsonDepthLimit'),
  directive('number', 'MODSEC_REQ_BODY_NOFILES_LIMIT', 'SecRequestBodyNoFilesLimit'),
  directive('switch', 'MODSEC_RESP_BODY_ACCESS', 'SecResponseBodyAccess'),
  directive('number', 'MODSEC_RESP_BODY_LIMIT', 'SecResponseBodyLimit'),
  directive('switch', 'MODSEC_RESP_BODY_LIMIT_ACTION', 'SecResponseBodyLimitAction'),
  directive('text', 'MODSEC_RESP_BODY_MIMETYPE', 'SecResponseBodyMimeType'),
  directive('text', 'MODSEC_TMP_DIR', 'SecTmpDir'),
  directive('text', 'MODSEC_UPLOAD_DIR', 'SecUploadDir'),
];

/** Variables of the image that mean nothing here, with what to do instead. */
export const IGNORED_VARIABLES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  APACHE_ALWAYS_TLS_REDIRECT: 'answer on PORT with a redirection by a route in a configuration of your own',
  NGINX_ALWAYS_TLS_REDIRECT: 'answer on PORT with a redirection by a route in a configuration of your own',
  APACHE_LOGFORMAT: 'use logs.access in a configuration of your own',
  APACHE_ERRORLOG_FORMAT: "the error log has the form of Apache's",
  APACHE_METRICS_LOGFORMAT: 'metrics come from the admin API',
  BACKEND_WS: 'WebSocket requests go to BACKEND like all others',
  CRS_DISABLE_PLUGINS: 'plugins are loaded when their files lie among the rules',
  CRS_ENABLE_TEST_MARKER: '"sallyport test" brings what the test suite of the rules needs',
  DNS_SERVER: "the system's resolver is asked",
  H2_PROTOCOLS: 'use listeners[].http2 in a configuration of your own',
  METRICS_ALLOW_FROM: 'metrics come from the admin API, which only its owner reaches',
  METRICS_DENY_FROM: 'metrics come from the admin API, which only its owner reaches',
  METRICSLOG: 'metrics come from the admin API',
  MODSEC_DEFAULT_PHASE1_ACTION: 'use SecDefaultAction in rules of your own',
  MODSEC_DEFAULT_PHASE2_ACTION: 'use SecDefaultAction in rules of your own',
  MODSEC_PCRE_MATCH_LIMIT: 'patterns are matched in linear time and need no limit',
  MODSEC_PCRE_MATCH_LIMIT_RECURSION: 'patterns are matched in linear time and need no limit',
  MODSEC_STATUS_ENGINE: 'nothing is reported to anybody',
  MODSEC_TAG: 'use SecDefaultAction in rules of your own',
  MODSEC_TMP_SAVE_UPLOADED_FILES: 'use SecUploadKeepFiles in rules of your own',
  PROXY_ERROR_OVERRIDE: 'pages of the application are passed on as they are',
  REAL_IP_HEADER: 'X-Forwarded-For and Forwarded of trusted proxies are believed',
  REAL_IP_PROXY_HEADER: 'the application gets X-Forwarded-For',
  REAL_IP_RECURSIVE: 'addresses are followed as long as they are trusted',
  REQ_HEADER_FORWARDED_PROTO: 'X-Forwarded-Proto says what the client used',
  SERVER_ADMIN: 'error pages name nobody',
  SERVER_NAME: 'every host name is served',
  SSL_CIPHER_SUITE: 'only suites with forward secrecy and authenticated encryption are offered',
  SSL_CIPHERS: 'only suites with forward secrecy and authenticated encryption are offered',
  SSL_HONOR_CIPHER_ORDER: 'the order of the gate applies',
  SSL_OCSP_STAPLING: 'use a certificate with a short life',
  SSL_PROXY_CIPHER_SUITE: 'the defaults of OpenSSL apply',
  SSL_PROXY_PROTOCOL: 'TLS 1.2 and 1.3 are spoken to the application',
  SSL_SESSION_TICKETS: 'tickets are used, with keys that change',
  SSL_USE_STAPLING: 'use a certificate with a short life',
};
