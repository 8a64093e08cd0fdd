import { complete, type Entry, noted, obsolete, refused } from './entry.ts';

const pdf = (name: string): Entry => obsolete(name, `${name} x`, 'browsers', 'Does nothing.');
const hash = (name: string, argument: string): Entry =>
  obsolete(name, `${name} ${argument}`, name.replace('Encryption', 'Hash'));

export const directives: readonly Entry[] = [
  // Rules
  ...complete(`
    SecRule SecAction SecMarker SecDefaultAction SecRuleEngine SecRuleRemoveById SecRuleRemoveByTag SecRuleRemoveByMsg
    SecRuleUpdateActionById SecRuleUpdateTargetById SecRuleUpdateTargetByTag SecRuleUpdateTargetByMsg SecRulePerfTime
    SecRemoteRulesFailAction SecComponentSignature SecInterceptOnError Include IncludeOptional
    SecIgnoreRuleCompilationErrors SecDataset
  `),
  noted('SecRuleInheritance', 'Each rule set stands alone, so Off has nothing to switch off and is a warning.'),
  noted('SecRemoteRules', 'Needs the `remote` service; encrypted rules (`crypto`) are refused.'),
  obsolete('SecRxPreFilter', 'SecRxPreFilter Off', 'never changes a verdict', 'The pre-filter is always on.'),
  noted('SecRuleScript', 'Needs the `scripts` service.'),
  obsolete('SecRuleImportById', 'SecRuleImportById 1', 'Include'),
  obsolete('SecRuleImportByMsg', 'SecRuleImportByMsg x', 'Include'),
  // Bodies
  ...complete(`
    SecRequestBodyAccess SecRequestBodyLimit SecRequestBodyLimitAction SecRequestBodyNoFilesLimit
    SecRequestBodyInMemoryLimit SecRequestBodyJsonDepthLimit SecArgumentsLimit SecArgumentSeparator SecCookieFormat
    SecCookiev0Separator SecStreamInBodyInspection SecStreamOutBodyInspection SecDisableBackendCompression
    SecContentInjection SecUnicodeMapFile SecResponseBodyAccess SecResponseBodyLimit SecResponseBodyLimitAction
    SecResponseBodyMimeType SecResponseBodyMimeTypesClear
  `),
  noted('SecRequestBodyPartsLimit', 'Our own: parts of a multipart body.'),
  obsolete('SecRequestEncoding', 'SecRequestEncoding latin1', 't:utf8toUnicode'),
  obsolete('SecXmlExternalEntity', 'SecXmlExternalEntity On', 'never loaded', 'External entities are never loaded.'),
  obsolete('SecUnicodeCodePage', 'SecUnicodeCodePage 20127', 'SecUnicodeMapFile'),
  obsolete('SecUnicodeMap', 'SecUnicodeMap 20127', 'SecUnicodeMapFile'),
  // Uploads, files, storage
  ...complete(`
    SecTmpDir SecUploadDir SecUploadKeepFiles SecUploadFileMode SecUploadFileLimit SecTmpSaveUploadedFiles SecDataDir
    SecCollectionTimeout SecHttpBlKey
  `),
  noted('SecGeoLookupDb', 'MaxMind databases (.mmdb); the legacy GeoIP format is refused.'),
  obsolete('SecGsbLookupDb', 'SecGsbLookupDb x', 'the service', 'Does nothing.'),
  refused('SecChrootDir', 'SecChrootDir /srv', 'container'),
  // Logging
  ...complete(`
    SecAuditEngine SecAuditLog SecAuditLog2 SecAuditLogParts SecAuditLogRelevantStatus SecAuditLogStorageDir
    SecAuditLogDirMode SecAuditLogFileMode SecDebugLog SecDebugLogLevel SecGuardianLog SecWebAppId SecSensorId SecServerSignature
  `),
  noted('SecAuditLogType', 'Serial, Concurrent (Parallel), HTTPS and Syslog; the last wants JSON or OCSF.'),
  noted('SecAuditLogFormat', 'Native, JSON (JsonLegacy) and OCSF.'),
  obsolete('SecStatusEngine', 'SecStatusEngine On', 'nothing is ever sent', 'Does nothing.'),
  // Limits, caching, connections, link hashing
  ...complete(`
    SecPcreMatchLimit SecConnEngine SecConnReadStateLimit SecConnWriteStateLimit SecHashEngine SecHashKey SecHashParam
    SecHashMethodRx SecHashMethodPm
  `),
  noted('SecPcreMatchLimitRecursion', 'Our matcher does not recurse, so there is nothing to limit.'),
  obsolete('SecCacheTransformations', 'SecCacheTransformations On', 'always', 'Results are always shared.'),
  obsolete('SecReadStateLimit', 'SecReadStateLimit 10', 'SecConnReadStateLimit'),
  obsolete('SecWriteStateLimit', 'SecWriteStateLimit 10', 'SecConnWriteStateLimit'),
  hash('SecEncryptionEngine', 'Off'),
  hash('SecEncryptionKey', 'secret KeyOnly'),
  hash('SecEncryptionParam', 'crypt'),
  hash('SecEncryptionMethodRx', 'HashHref x'),
  hash('SecEncryptionMethodPm', 'HashHref x'),
  ...[
    'SecPdfProtect',
    'SecPdfProtectInterceptGETOnly',
    'SecPdfProtectMethod',
    'SecPdfProtectSecret',
    'SecPdfProtectTimeout',
    'SecPdfProtectTokenName',
  ].map(pdf),
];
