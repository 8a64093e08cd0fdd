import { describe, expect, it } from 'vitest';
import { brief, everything, load, translate, translator } from '../../test/support/modsec1.ts';
import type { KnownWords } from './context.ts';

describe('directives', () => {
  it.each([
    ['SecFilterEngine On', ['SecRuleEngine On']],
    ['SecFilterEngine Off', ['SecRuleEngine Off']],
    ['SecFilterEngine DynamicOnly', ['SecRuleEngine On']],
    ['SecFilter x', ['SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)x" "id:00,phase:2,T"']],
    ['SecFilterSelective THE_REQUEST x', ['SecRule REQUEST_LINE "@rx (?i)x" "id:00,phase:2,T"']],
    ['SecFilterScanPOST On', ['SecRequestBodyAccess On']],
    ['SecFilterScanOutput On', ['SecResponseBodyAccess On']],
    ['SecFilterOutput Off', ['SecResponseBodyAccess Off']],
    ['SecFilterOutputMimeTypes "(null) text/html text/plain"', ['SecResponseBodyMimeType null text/html text/plain']],
    [
      'SecFilterCheckURLEncoding On',
      [`SecRule REQUEST_URI_RAW|REQUEST_BODY "@validateUrlEncoding" "id:00,phase:2,t:none,msg:'Invalid URL encoding'"`],
    ],
    [
      'SecFilterCheckUnicodeEncoding On',
      [
        `SecRule ARGS|ARGS_NAMES|REQUEST_FILENAME "@validateUtf8Encoding" "id:00,phase:2,t:none,msg:'Invalid UTF-8 encoding'"`,
      ],
    ],
    [
      'SecFilterForceByteRange 32 126',
      [
        `SecRule REQUEST_URI|REQUEST_HEADERS|ARGS|ARGS_NAMES "@validateByteRange 32-126" "id:00,phase:2,deny,t:none,t:urlDecodeUni,msg:'Byte outside of the allowed range'"`,
      ],
    ],
    [
      'SecFilterCheckCookieFormat On',
      [
        `SecRule REQUEST_HEADERS:Cookie "!@rx ^\\s*[^\\s=;,]+=[^;]*(?:;\\s*[^\\s=;,]+=[^;]*)*;?\\s*$" "id:00,phase:2,t:none,msg:'Malformed Cookie header'"`,
      ],
    ],
    ['SecFilterCookieFormat 1', ['SecCookieFormat 1']],
    ['SecFilterInheritance Off', ['SecRuleInheritance Off']],
    ['SecFilterRemove 1 2', ['SecRuleRemoveById 1 2']],
    ['SecFilterDebugLog logs/debug', ['SecDebugLog logs/debug']],
    ['SecFilterDebugLevel 3', ['SecDebugLogLevel 3']],
    ['SecFilterEngine On\nSecAuditEngine DynamicOrRelevant', ['SecRuleEngine On', 'SecAuditEngine RelevantOnly']],
    ['SecFilterEngine On\nSecUploadDir /tmp', ['SecRuleEngine On', 'SecTmpDir /tmp', 'SecUploadDir /tmp']],
    ['SecUploadInMemoryLimit 65536', ['SecRequestBodyInMemoryLimit 65536']],
    [
      'SecUploadApproveScript /bin/scan',
      [
        'SecTmpSaveUploadedFiles On',
        `SecRule FILES_TMPNAMES "@inspectFile /bin/scan" "id:00,phase:2,deny,t:none,msg:'Upload not approved'"`,
      ],
    ],
    [
      'SetEnvIfNoCase Content-Type "^multipart/" "MODSEC_NOPOSTBUFFERING=too large" other',
      [
        'SecRule REQUEST_HEADERS:Content-Type "@rx (?i)^multipart/" "id:00,phase:1,pass,nolog,t:none,ctl:requestBodyAccess=Off"',
      ],
    ],
    [
      'SetEnvIf Remote_Addr ^127 MODSEC_ENABLE=Off',
      ['SecRule REMOTE_ADDR "@rx ^127" "id:00,phase:1,pass,nolog,t:none,ctl:ruleEngine=Off"'],
    ],
    [
      'BrowserMatch Robot MODSEC_ENABLE=On',
      ['SecRule REQUEST_HEADERS:User-Agent "@rx Robot" "id:00,phase:1,pass,nolog,t:none,ctl:ruleEngine=On"'],
    ],
    [
      'SetEnv MODSEC_ENABLE Off',
      ['SecRule REMOTE_ADDR "@unconditionalMatch" "id:00,phase:1,pass,nolog,t:none,ctl:ruleEngine=Off"'],
    ],
  ])('%s', (old, today) => {
    expect(brief(translate(old).text)).toEqual(today);
    expect(() => load(old)).not.toThrow();
  });

  it.each([
    ['SecAuditEngine RelevantOnly'],
    ['SecAuditLog logs/audit_log'],
    ['SecAuditLogType Concurrent'],
    ['SecAuditLogStorageDir logs/audit'],
    ['SecAuditLogParts ABCFHZ'],
    ['SecAuditLogRelevantStatus ^5'],
    ['SecUploadKeepFiles On'],
    ['SecServerSignature Apache'],
    ['SecChrootDir /chroot'],
    ['SecGuardianLog logs/guardian'],
  ])('%s is the same today', (line) => {
    const { text, lines } = translate(`SecFilterEngine On\n${line}`);
    expect(text).toBe(`SecRuleEngine On\n${line}\n`);
    expect(lines[1]).toMatchObject({ source: line, outcome: 'unchanged', result: [] });
  });

  it.each([
    ['SecFilterCheckURLEncoding Off', /the check is off/],
    ['SecFilterNormalizeCookies On', /t:urlDecodeUni/],
    ['SecFilterInheritance On', /inherited anyway/],
    ['SecFilterImport 1001', /in force anyway/],
    ['SecFilterInheritanceMandatory On', /policy for imported rule sets/],
    ['SecFilterActionsRestricted On', /policy for imported rule sets/],
    ['SecFilterSignatureAction log,deny', /policy for imported rule sets/],
    ['SecServerResponseToken On', /helps nobody but attackers/],
    ['SecChrootLock logs/lock', /no lock file/],
    ['SecFilterForceByteRange 1', /takes 2 arguments, not 1/],
    ['SetEnvIf Request_URI ^/x MODSEC_SOMETHING=1', /has no counterpart/],
  ])('%s is left out, with the reason', (old, reason) => {
    const { text, lines } = translate(old);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ source: old, outcome: 'left out', result: [] });
    expect(lines[0]?.notes.join('; ')).toMatch(reason);
    expect(text).toMatch(/^# left out: /m);
    expect(load(old)).toBe(0);
  });

  it('names what the engine lacks', () => {
    const none: KnownWords = { ...everything, operator: () => false, directive: (name) => name !== 'SecTmpDir' };
    const { lines } = translate('SecUploadDir /tmp\nSecFilterCheckURLEncoding On', translator(none));
    expect(lines.map(({ notes, isProtection }) => [notes[0], isProtection])).toEqual([
      ['this engine does not have SecTmpDir', false],
      ['this engine does not have @validateUrlEncoding', true],
    ]);
  });
});
