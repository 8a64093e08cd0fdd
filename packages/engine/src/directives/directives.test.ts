import { describe, expect, it } from 'vitest';
import { writeMmdb } from '../../test/samples/mmdb-writer.ts';
import { fromBytes } from '../bytes/byte-string.ts';
import type { Waf, WafOptions, WafSettings } from '../contract.ts';
import type { EngineSettings } from '../registry/settings.ts';
import { formatDiagnostic } from '../seclang/diagnostics.ts';
import { RuleSetError } from '../seclang/rule-set-error.ts';
import { createWaf } from '../waf.ts';

const contents: Readonly<Record<string, string>> = {
  'addresses.data': '# office\n203.0.113.0/24\n',
  'map.data': '1 (one)\n20127 (US-ASCII)\n00a1:21\n',
  'world.mmdb': fromBytes(
    writeMmdb([{ bits: '1', data: { country: { iso_code: 'AT' } } }], { recordSize: 24, ipVersion: 4 }),
  ),
  'legacy.dat': 'GEO-106FREE',
  'extra.conf': 'SecAction "id:77,phase:1,pass"',
};

const files = {
  read: (path: string): string => {
    const text = contents[path];
    if (text === undefined) throw new Error('no such file');
    return text;
  },
  list: (pattern: string): readonly string[] => (pattern in contents ? [pattern] : []),
  resolve: (_from: string, path: string): string => path,
};

const services: Partial<WafOptions> = {
  uploads: {
    create: () => {
      throw new Error('nothing is uploaded here');
    },
  },
  remote: {
    fetch: (url, key) => {
      if (url.includes('down')) throw new Error('connection refused');
      return `SecAction "id:88,phase:1,pass,msg:'${key}'"`;
    },
  },
};

const open = (text: string, more: Partial<WafOptions> = services): Waf =>
  createWaf({ rules: [{ file: 'a.conf', text }], files, ...more });
const settingsOf = (text: string): EngineSettings => open(text).settings as WafSettings as EngineSettings;
const problem = (text: string, more?: Partial<WafOptions>): string => {
  try {
    open(text, more);
  } catch (cause) {
    if (cause instanceof RuleSetError) return cause.message;
    throw cause;
  }
  return '';
};

describe('directives that set something', () => {
  it.each<[line: string, read: (settings: EngineSettings) => unknown, value: unknown]>([
    ['SecUploadKeepFiles RelevantOnly', (s) => s.uploadKeepFiles, 'RelevantOnly'],
    ['SecUploadFileMode 0640', (s) => s.uploadFileMode, 0o640],
    ['SecUploadFileMode default', (s) => s.uploadFileMode, 0o600],
    ['SecUploadFileLimit 2', (s) => s.uploadFileLimit, 2],
    ['SecUploadDir none', (s) => s.uploadDir, undefined],
    ['SecUploadDir /var/keep', (s) => s.uploadDir, '/var/keep'],
    ['SecTmpSaveUploadedFiles On', (s) => s.tmpSaveUploadedFiles, true],
    ['SecContentInjection On', (s) => s.contentInjection, true],
    ['SecStreamInBodyInspection On', (s) => s.streamInBodyInspection, true],
    ['SecStreamOutBodyInspection On', (s) => s.streamOutBodyInspection, true],
    ['SecDisableBackendCompression On', (s) => s.disableBackendCompression, true],
    ['SecConnEngine DetectionOnly', (s) => s.connections.engine, 'DetectionOnly'],
    ['SecConnReadStateLimit 50', (s) => s.connections.reading.maximum, 50],
    ['SecConnWriteStateLimit 60', (s) => s.connections.writing.maximum, 60],
    ['SecReadStateLimit 7', (s) => s.connections.reading.maximum, 7],
    ['SecWriteStateLimit 8', (s) => s.connections.writing.maximum, 8],
    ['SecRulePerfTime 500', (s) => s.rulePerfTime, 500],
    ['SecIgnoreRuleCompilationErrors On', (s) => s.ignoreRuleCompilationErrors, true],
    ['SecRemoteRulesFailAction Warn', (s) => s.remoteRulesFailAction, 'Warn'],
    ['SecHashEngine On', (s) => s.linkHashing.engine, true],
    ['SecHashKey "0123456789abcdef" RemoteIP', (s) => s.linkHashing.key, '0123456789abcdef'],
    ['SecHashKey rand SessionID', (s) => s.linkHashing.binding, 'SessionID'],
    ['SecHashKey rand', (s) => s.linkHashing.key.length, 32],
    ['SecHashParam sig', (s) => s.linkHashing.parameter, 'sig'],
    ['SecHashMethodRx HashHref ^/a', (s) => s.linkHashing.methods[0]?.matches('/a'), true],
    ['SecHashMethodRx HashHref ^/a', (s) => s.linkHashing.methods[0]?.matches('/b/a'), false],
    ['SecHashMethodPm hashlocation "/A /b"', (s) => s.linkHashing.methods[0]?.matches('x/a'), true],
    ['SecHashMethodPm hashlocation "/A /b"', (s) => s.linkHashing.methods[0]?.kind, 'HashLocation'],
    ['SecEncryptionParam sig', (s) => s.linkHashing.parameter, 'sig'],
    ['SecUnicodeMapFile map.data 20127', (s) => s.unicodeCodePage, 20_127],
    ['SecUnicodeCodePage 20127\nSecUnicodeMapFile map.data', (s) => s.unicodeCodePage, 20_127],
    ['SecDataset words `\n# comment\none\n two \n`', (s) => s.datasets.get('words'), ['one', 'two']],
    ['SecDataset words `one`', (s) => s.datasets.get('words'), ['one']],
    [
      'SecDataset words `\r\none\r\n`\r\nSecSensorId after',
      (s) => [...(s.datasets.get('words') ?? []), s.sensorId],
      ['one', 'after'],
    ],
    ['SecRequestBodyInMemoryLimit 10', (s) => s.requestBodyInMemoryLimit, 10],
    ['SecCookieFormat 1', (s) => s.cookieFormat, 1],
    ['SecCookiev0Separator ,', (s) => s.cookieSeparator, ','],
    [
      'SecResponseBodyMimeTypesClear\nSecResponseBodyMimeType Text/CSS null',
      (s) => s.responseBodyMimeTypes,
      ['text/css', 'null'],
    ],
    ['SecAuditLog /var/log/audit', (s) => s.audit.log, '/var/log/audit'],
    ['SecAuditLogStorageDir /var/log/entries', (s) => s.audit.storageDir, '/var/log/entries'],
    ['SecAuditLogRelevantStatus "^(?:5|4(?!04))"', (s) => s.auditRelevantStatus?.test('403'), true],
    ['SecAuditLogRelevantStatus "^(?:5|4(?!04))"', (s) => s.auditRelevantStatus?.test('404'), false],
    ['SecAuditLogParts abz', (s) => s.audit.parts, 'ABZ'],
    ['SecRequestBodyPartsLimit 7', (s) => s.requestBodyPartsLimit, 7],
    ['SecGuardianLog /var/log/guardian', (s) => s.guardianLog, { log: '/var/log/guardian' }],
    [
      'SecGuardianLog "|/usr/bin/guardian -v" env=!local',
      (s) => s.guardianLog,
      { log: '|/usr/bin/guardian -v', condition: { variable: 'local', isNegated: true } },
    ],
    ['SecDebugLog /var/log/debug\nSecDebugLogLevel 4', (s) => [s.debugLog, s.debugLogLevel], ['/var/log/debug', 4]],
    ['SecHttpBlKey secret', (s) => s.httpBlKey, 'secret'],
    ['SecCollectionTimeout 60', (s) => s.collectionTimeout, 60],
    ['SecDataDir /var/data', (s) => s.dataDir, '/var/data'],
    ['SecTmpDir none', (s) => s.tmpDir, undefined],
    ['SecAuditLog2 /var/log/two', (s) => s.audit.log2, '/var/log/two'],
    ['SecAuditLogDirMode 0700', (s) => s.audit.dirMode, 0o700],
    ['SecAuditLogFileMode 0600', (s) => s.audit.fileMode, 0o600],
    ['SecAuditLogFormat JsonLegacy', (s) => s.audit.format, 'JSON'],
    ['SecAuditLogFormat OCSF', (s) => s.audit.format, 'OCSF'],
    ['SecAuditLogType HTTPS\nSecAuditLog https://logs.test/', (s) => s.audit.type, 'HTTPS'],
    ['SecAuditLogType syslog\nSecAuditLog l:514\nSecAuditLogFormat JSON', (s) => s.audit.type, 'Syslog'],
    ['SecAuditLogType Parallel', (s) => s.audit.type, 'Concurrent'],
    ['SecServerSignature gate', (s) => s.serverSignature, 'gate'],
    ['SecComponentSignature a\nSecComponentSignature b', (s) => s.componentSignatures, ['a', 'b']],
    ['SecInterceptOnError On', (s) => s.interceptOnError, true],
    ['SecArgumentSeparator ;', (s) => s.argumentSeparator, ';'],
    ['SecResponseBodyMimeTypesClear', (s) => s.responseBodyMimeTypes, []],
    ['SecRequestBodyJsonDepthLimit 5', (s) => s.requestBodyJsonDepthLimit, 5],
    ['SecPcreMatchLimit 10\nSecPcreMatchLimitRecursion 10', (s) => s.pcreMatchLimit, 10],
    ['SecWebAppId shop', (s) => s.webAppId, 'shop'],
    ['SecSensorId one', (s) => s.sensorId, 'one'],
    ['SecGeoLookupDb world.mmdb', (s) => s.geoDatabase?.lookup(0x80_00_00_00)?.get('COUNTRY_CODE'), 'AT'],
  ])('%s', (line, read, value) => expect(read(settingsOf(line))).toEqual(value));

  it('limits connections of some addresses, or of all but some', () => {
    const some = settingsOf('SecConnReadStateLimit 5 "@ipMatch 192.0.2.0/24, 2001:db8::1"').connections.reading;
    expect(['192.0.2.9', '2001:db8::1', '192.0.3.1', 'nonsense'].map(some.appliesTo)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const others = settingsOf('SecConnWriteStateLimit 5 "!@ipMatchFromFile addresses.data"').connections.writing;
    expect(['203.0.113.4', '192.0.2.1'].map(others.appliesTo)).toEqual([false, true]);
    expect(settingsOf('SecConnReadStateLimit 5').connections.reading.appliesTo('192.0.2.1')).toBe(true);
  });

  it('has another random key in each rule set', () => {
    expect(settingsOf('SecHashEngine On').linkHashing.key).not.toBe(settingsOf('SecHashEngine On').linkHashing.key);
  });
});

describe('directives that refuse', () => {
  it.each([
    [
      'SecUploadFileLimit many',
      'a.conf:1:20 SL2003 "many" is not a value of SecUploadFileLimit; write a whole number, at least 0',
    ],
    ['SecAuditLogRelevantStatus (', 'a.conf:1:'],
    ['SecAuditLogParts XY', '"XY" does not name audit log parts; write letters A to K and Z'],
    ['SecGuardianLog /x env=!', '"env=!" is not a condition; write env=NAME, or env=!NAME for requests without it'],
    ['SecGuardianLog /x local', '"local" is not a condition; write env=NAME, or env=!NAME for requests without it'],
    ['SecRequestBodyPartsLimit 0', '"0" is not a value of SecRequestBodyPartsLimit'],
    ['SecDebugLogLevel 10', '"10" is not a value of SecDebugLogLevel; write a whole number, 0 to 9'],
    ['SecCollectionTimeout 9999999', 'write a whole number, 0 to 2592000'],
    ['SecUploadFileMode 9', '"9" is not an octal file mode; write for example 0640'],
    ['SecUploadKeepFiles Maybe', '"Maybe" is not a value of SecUploadKeepFiles; write On or Off or RelevantOnly'],
    ['SecConnReadStateLimit x', '"x" is not a value of SecConnReadStateLimit; write a whole number, at least 0'],
    [
      'SecConnReadStateLimit 5 192.0.2.1',
      '"192.0.2.1" does not name addresses; write @ipMatch or !@ipMatch and a list',
    ],
    ['SecConnReadStateLimit 5 "@ipMatch here"', '"here" is neither an IP address nor a block such as 10.0.0.0/8'],
    ['SecConnReadStateLimit 5 "@ipMatchF none.data"', 'no such file'],
    ['SecHashKey rand Moon', '"Moon" cannot be mixed into the key; write KeyOnly or SessionID or RemoteIP'],
    ['SecHashParam "a b"', '"a b" cannot be the name of a query parameter'],
    ['SecHashMethodRx HashImg x', '"HashImg" is not a kind of link; write HashHref or HashFormAction or'],
    ['SecHashMethodRx HashHref (', 'a.conf:1:26 SL2003 '],
    ['SecHashMethodPm HashHref " "', 'no phrase given'],
    ['SecGeoLookupDb none.mmdb', 'SecGeoLookupDb: cannot use none.mmdb: no such file'],
    ['SecGeoLookupDb legacy.dat', 'SecGeoLookupDb: cannot use legacy.dat: this is not a MaxMind database (.mmdb)'],
    ['SecUnicodeCodePage 1\nSecUnicodeMapFile map.data', 'the Unicode map has no code page 1'],
    ['SecDataset words `\n# none\n`', 'the list is empty; write ` at the end of the line'],
    ['SecDataset words `\none\n', 'the list is empty'],
    ['SecUnicodeCodePage one', '"one" is not a code page number'],
    ['SecUnicodeMapFile map.data 1234', 'the Unicode map has no code page 1234'],
    ['SecRemoteRules key http://x/', 'SecRemoteRules: "http://x/" is not an https URL'],
    [
      'SecRemoteRules crypto key https://x/',
      'SecRemoteRules: encrypted rules are not supported, https protects them on the way; write',
    ],
    [
      'SecRemoteRules key https://down/',
      'SecRemoteRules: cannot fetch https://down/: connection refused; SecRemoteRulesFailAction Warn',
    ],
    ['SecAuditLogType HTTPS', 'SecAuditLogType HTTPS needs a server; add SecAuditLog https://logs.example/audit'],
    ['SecAuditLogType Syslog\nSecAuditLogFormat JSON', 'SecAuditLogType Syslog needs a server; add SecAuditLog'],
    [
      'SecAuditLogType Syslog\nSecAuditLog syslog+tls://logs.test',
      'a native record has many lines, a syslog message has one; add SecAuditLogFormat JSON',
    ],
    [
      'SecChrootDir /srv',
      'SecChrootDir: Node has no call that changes the root directory of a process; run the gate in a container',
    ],
    ['SecRuleScript a.txt id:1', 'a.txt is not a Lua script; its name must end in .lua'],
    ['SecRuleScript a.lua id:1', 'SecRuleScript: Lua scripts cannot be run: no scripts service was given to createWaf'],
    ['SecArgumentSeparator ab', 'SecArgumentSeparator takes one byte'],
    ['SecCookiev0Separator ab', 'SecCookiev0Separator takes one byte'],
    ['Include none.conf', 'Include finds no file for none.conf; IncludeOptional accepts that there is none'],
  ])('%s', (line, message) => expect(problem(line)).toContain(message));

  it.each([
    ['SecUploadKeepFiles On', 'uploaded files cannot be extracted: no uploads service was given to createWaf'],
    ['SecTmpSaveUploadedFiles On', 'uploaded files cannot be extracted: no uploads service was given to createWaf'],
    [
      'SecRemoteRules key https://x/',
      'SecRemoteRules: no remote service was given to createWaf; save the rules as a file',
    ],
  ])('%s without the service', (line, message) => expect(problem(line, {})).toContain(message));

  it('accepts the same words where they ask for nothing', () => {
    expect(problem('SecUploadKeepFiles Off\nSecTmpSaveUploadedFiles Off', {})).toBe('');
  });
});

describe('directives that load', () => {
  const fired = (waf: Waf): readonly number[] => {
    const tx = waf.openTransaction({
      id: '1',
      clientAddress: '192.0.2.1',
      clientPort: 1,
      serverAddress: '192.0.2.2',
      serverPort: 80,
    });
    void tx.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers: [] });
    return tx.matches.map(({ rule }) => rule.id);
  };

  it('loads rules from elsewhere, once and in place', () => {
    const waf = open('SecRuleEngine On\nSecRemoteRules subscriber https://rules.example/\nSecRuleRemoveById 88');
    expect(fired(waf)).toEqual([]);
    expect(fired(open('SecRuleEngine On\nSecRemoteRules subscriber https://rules.example/'))).toEqual([88]);
  });

  it('goes on without them where that is wanted', () => {
    const waf = open(
      'SecRuleEngine On\nSecRemoteRulesFailAction Warn\nSecRemoteRules key https://down/\nSecAction "id:1,phase:1,pass"',
    );
    expect(fired(waf)).toEqual([1]);
    expect(waf.warnings.map(formatDiagnostic)).toEqual([
      'a.conf:3:20 SL2601 warning: SecRemoteRules: cannot fetch https://down/: connection refused',
    ]);
  });

  it('includes what is there', () => {
    expect(fired(open('SecRuleEngine On\nIncludeOptional extra.conf\nIncludeOptional none.conf'))).toEqual([77]);
  });

  it('leaves rules with mistakes out, with their whole chains', () => {
    const waf = open(`SecRuleEngine On
SecIgnoreRuleCompilationErrors On
SecRule REQUEST_METHOD "@rx (" "id:1,phase:1,pass"
SecRule REQUEST_METHOD "@rx ." "id:2,phase:1,deny,chain"
SecRule REQUEST_METHOD "@nonsense x" "chain"
SecRule REQUEST_METHOD "@rx ."
SecRule REQUEST_METHOD "@rx ." "id:3,phase:1,pass,nonsense"
SecAction "id:4,phase:1,pass,setvar:nonsense"
SecRule REQUEST_METHOD "@rx ." "id:5,phase:1,pass"
SecAction "id:6,phase:1,pass"`);
    expect(fired(waf)).toEqual([5, 6]);
    expect(waf.warnings.map(({ message, span }) => `${span.start.line} ${message.split(':', 1)[0]}`)).toEqual([
      '3 the rule is left out',
      '5 the rule is left out',
      '7 the rule is left out',
      '8 the rule is left out',
    ]);
    expect(problem('SecIgnoreRuleCompilationErrors Off\nSecRule REQUEST_METHOD "@rx (" "id:1,phase:1,pass"')).toContain(
      'SL2202',
    );
  });
});

describe('words that do nothing say so', () => {
  it.each([
    [
      'SecRuleInheritance Off',
      'SecRuleInheritance Off has no effect: there is no parent context, and rules loaded above stay in force',
    ],
    ['SecUploadKeepFiles On', 'a.conf:1:20 SL2601 warning: uploaded files are not kept: there is no SecUploadDir'],
    ['SecHashEngine On', 'no link is ever signed; say with SecHashMethodRx or SecHashMethodPm which links are signed'],
    ['SecXmlExternalEntity On', 'external entities of XML bodies are never loaded'],
    ['SecRxPreFilter Off', 'the pre-filter is always on; it never changes a verdict'],
    ['SecHashKey short', 'a key of less than 16 bytes can be guessed; rand makes a good one'],
    [
      'SecRule ARGS "@geoLookup" "id:1,phase:1,pass"',
      'never matches without a database: set SecGeoLookupDb above this rule',
    ],
    ['SecAction "id:1,phase:1,pass,append:x"', 'prepend and append change nothing while SecContentInjection is Off'],
    ['SecAction "id:1,phase:4,pass,append:x"\nSecContentInjection On', 'append has no effect after phase 3'],
    [
      'SecAction "id:1,phase:4,pass,ctl:forceResponseBodyVariable=On"',
      'ctl:forceResponseBodyVariable has no effect after phase 3',
    ],
    ['SecRule ARGS "@rx ." "id:1,phase:1,pass,t:decodeBase64Ext"', 'write base64DecodeExt'],
  ])('%s', (line, warning) => expect(open(line).warnings.map(formatDiagnostic).join('\n')).toContain(warning));

  it.each([
    'SecUploadKeepFiles On\nSecUploadDir /keep',
    'SecUploadKeepFiles On\nSecUploadKeepFiles Off',
    'SecHashEngine On\nSecHashMethodRx HashHref x',
    'SecHashEngine On\nSecHashEngine Off',
    'SecRuleInheritance On',
    'SecXmlExternalEntity Off',
    'SecRxPreFilter On',
    'SecHashKey 0123456789abcdef',
  ])('%s needs no warning', (line) => expect(open(line).warnings).toEqual([]));
});
