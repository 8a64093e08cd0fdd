import { describe, expect, it } from 'vitest';
import { createVocabulary } from '../builtins.ts';
import { createModsec1Translator } from '../compile/modsec1.ts';
import { RegexCache } from '../regex/index.ts';
import { Diagnostics } from '../seclang/diagnostics.ts';
import { parseSecLang } from '../seclang/parse.ts';
import { printSecLang } from '../seclang/printer.ts';
import { createWaf } from '../waf.ts';
import type { KnownWords } from './context.ts';
import { type Modsec1Line, Modsec1Translator } from './translate.ts';

const everything: KnownWords = {
  directive: () => true,
  variable: () => true,
  operator: () => true,
  action: () => true,
};

function translator(knows: KnownWords = everything): Modsec1Translator {
  const regexes = new RegexCache();
  return new Modsec1Translator({ knows, matchesNothing: (pattern) => regexes.compile(pattern).test('') });
}

interface Translated {
  readonly text: string;
  readonly lines: readonly Modsec1Line[];
}

function translate(text: string, by: Modsec1Translator = translator()): Translated {
  const { nodes } = parseSecLang('old.conf', text, new Diagnostics());
  const translation = by.translate(nodes);
  const printed = printSecLang({ file: '', nodes: translation.nodes }, { width: Number.POSITIVE_INFINITY });
  return { text: printed, lines: translation.lines };
}

/** Without what is the same in every rule. */
function brief(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('SecDefaultAction') && !line.startsWith('# 1.x refused'))
    .map((line) =>
      line
        .trim()
        .replace(/id:210000(\d\d)/, 'id:$1')
        .replace('t:none,t:urlDecodeUni,t:replaceNulls,t:normalizePath', 'T'),
    );
}

/** Services are asked for at load and used with traffic only. */
function unused(): never {
  throw new Error('nothing is run here');
}

/** Loads what this engine understands of a file; throws when the engine refuses the result. */
function load(text: string): number {
  const known = createModsec1Translator(createVocabulary(), new RegexCache(), {});
  const rules = [{ file: 'new.conf', text: translate(text, known).text }];
  return createWaf({ rules, programs: { run: unused }, uploads: { create: unused } }).ruleCount;
}

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

describe('locations', () => {
  it.each([
    ['THE_REQUEST', 'REQUEST_LINE'],
    ['REQUEST_URI', 'REQUEST_URI'],
    ...['QUERY_STRING', 'REQUEST_METHOD', 'REMOTE_ADDR', 'REMOTE_HOST', 'REMOTE_USER', 'REMOTE_PORT'].map(same),
    ...['REQUEST_FILENAME', 'REQUEST_BASENAME', 'SCRIPT_FILENAME', 'SCRIPT_BASENAME', 'SCRIPT_UID'].map(same),
    ...['SCRIPT_GID', 'SCRIPT_USERNAME', 'SCRIPT_GROUPNAME', 'SCRIPT_MODE', 'PATH_INFO', 'AUTH_TYPE'].map(same),
    ...['SERVER_NAME', 'SERVER_ADDR', 'SERVER_PORT', 'TIME', 'TIME_DAY', 'TIME_EPOCH', 'TIME_HOUR'].map(same),
    ...['TIME_MIN', 'TIME_MON', 'TIME_SEC', 'TIME_WDAY', 'TIME_YEAR'].map(same),
    ...['DOCUMENT_ROOT', 'SERVER_ADMIN', 'SERVER_SOFTWARE', 'API_VERSION', 'IS_SUBREQ', 'REMOTE_IDENT'].map(same),
    ['SERVER_PROTOCOL', 'REQUEST_PROTOCOL'],
    ['POST_PAYLOAD', 'REQUEST_BODY'],
    ['ARGS', 'ARGS'],
    ['ARG_name', 'ARGS:name'],
    ['ARGS_NAMES', 'ARGS_NAMES'],
    ['ARGS_VALUES', 'ARGS'],
    ['ARGS_COUNT', '&ARGS'],
    ['COOKIES_COUNT', '&REQUEST_COOKIES'],
    ['HEADERS_COUNT', '&REQUEST_HEADERS'],
    ['FILES_COUNT', '&FILES'],
    ['COOKIE_PHPSESSID', 'REQUEST_COOKIES:PHPSESSID'],
    ['COOKIES_NAMES', 'REQUEST_COOKIES_NAMES'],
    ['COOKIE_NAMES', 'REQUEST_COOKIES_NAMES'],
    ['COOKIES_VALUES', 'REQUEST_COOKIES'],
    ['COOKIE_VALUES', 'REQUEST_COOKIES'],
    ['HTTP_Content-Type', 'REQUEST_HEADERS:Content-Type'],
    ['HTTP_USER_AGENT', 'REQUEST_HEADERS:User-Agent'],
    ['HTTP_HOST', 'REQUEST_HEADERS:Host'],
    ['HEADER_Referer', 'REQUEST_HEADERS:Referer'],
    ['HEADERS', 'REQUEST_HEADERS'],
    ['HEADERS_NAMES', 'REQUEST_HEADERS_NAMES'],
    ['HEADERS_VALUES', 'REQUEST_HEADERS'],
    ['ENV_name', 'ENV:name'],
    ['FILES_NAMES', 'FILES'],
    ['FILES_SIZES', 'FILES_SIZES'],
    ['FILE_NAME_x', 'FILES:x'],
    ['FILE_SIZE_x', 'FILES_SIZES:x'],
    ['FILES_SIZE', 'FILES_COMBINED_SIZE'],
    ['the_request', 'REQUEST_LINE'],
    ['ARGS|!ARG_x|!ARG_y', 'ARGS|!ARGS:x|!ARGS:y'],
    ['HTTP_REFERER|COOKIE_id', 'REQUEST_HEADERS:Referer|REQUEST_COOKIES:id'],
  ])('%s', (old, today) => {
    expect(brief(translate(`SecFilterSelective ${old} x`).text)[0]).toMatch(
      `SecRule ${today} "@rx (?i)x" "id:00,phase:2,`,
    );
    expect(() => load(`SecFilterSelective ${old} x`)).not.toThrow();
  });

  it.each([
    ['OUTPUT', 'SecRule RESPONSE_BODY "@rx (?i)x" "id:00,phase:4,t:none"', 4],
    ['OUTPUT_STATUS', 'SecRule RESPONSE_STATUS "@rx (?i)x" "id:00,phase:3,t:none"', 3],
    ['OUTPUT|OUTPUT_STATUS', 'SecRule RESPONSE_BODY|RESPONSE_STATUS "@rx (?i)x" "id:00,phase:4,t:none"', 4],
  ])('%s belongs to the response', (old, today, phase) => {
    const { text } = translate(`SecFilterSelective ${old} x`);
    expect(brief(text)).toEqual([today]);
    expect(text).toContain(`SecDefaultAction "phase:${phase},log,auditlog,deny,status:403"`);
    expect(load(`SecFilterSelective ${old} x`)).toBe(1);
  });

  it('passes over the locations it does not know, and says so', () => {
    const { text, lines } = translate('SecFilterSelective "ARG_a|SOMEWHERE" x');
    expect(brief(text)[0]).toContain('SecRule ARGS:a "');
    expect(lines[0]?.notes).toContain('"SOMEWHERE" is not a location of ModSecurity 1.x, so it is not looked at');
  });

  it('leaves a filter out when none of its locations is known, and its chain with it', () => {
    const { lines, text } = translate('SecFilterSelective ARG_a x chain\nSecFilterSelective NOWHERE|!ARGS y');
    expect(lines.map(({ outcome, notes, isProtection }) => [outcome, notes, isProtection])).toEqual(
      [1, 2].map(() => ['left out', ['"NOWHERE" is not a location of ModSecurity 1.x (line 2 of this chain)'], true]),
    );
    expect(text).not.toContain('SecRule ');
  });
});

function same(name: string): [string, string] {
  return [name, name];
}

describe('actions', () => {
  it.each([
    ['deny', 'deny,T'],
    ['pass', 'pass,T'],
    ['allow', 'allow,T,ctl:ruleEngine=Off'],
    ['log', 'log,T'],
    ['nolog', 'nolog,T'],
    ['nolog,auditlog', 'nolog,auditlog,T'],
    ['noauditlog', 'noauditlog,T'],
    ['redirect:http://example.org/', 'redirect:http://example.org/,T'],
    ['proxy:http://127.0.0.1:81/', 'proxy:http://127.0.0.1:81/,T'],
    ['exec:/bin/x', 'T,exec:/bin/x'],
    ['allow,pause:50', 'pause:50,T,ctl:ruleEngine=Off'],
    ['status:404', 'status:404,T'],
    ['rev:2', `rev:'2',T`],
    [`msg:'a, b'`, `msg:'a, b',T`],
    ['severity:3', 'severity:3,T'],
    ['setenv:bad=1', 'T,setenv:bad=1'],
    ['setnote:bad=1', 'T,setenv:bad=1'],
    ['logparts:+E', 'T,ctl:auditLogParts=+E'],
    ['mandatory', 'T'],
    ['DENY,Log', 'deny,log,T'],
    ['pass,deny', 'deny,T'],
  ])('%s', (old, today) => {
    expect(brief(translate(`SecFilter x "${old}"`).text)).toEqual([
      `SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)x" "id:00,phase:2,${today}"`,
    ]);
    expect(load(`SecFilter x "${old}"`)).toBe(1);
  });

  it.each([
    ['deny,pause:50', 'deny,T', /let the request through/],
    ['pass,pause:50', 'pass,T', /let the request through/],
    ['mandatory', 'T', /no configuration below/],
    ['explode', 'T', /"explode" is not an action/],
    ['redirect', 'T', /redirect has no value/],
    ['skipnext:x', 'T', /names no number/],
    ['id:rule-7', 'T', /taken or not a number/],
  ])('%s: what is lost is said', (old, today, note) => {
    const { text, lines } = translate(`SecFilter x "${old}"`);
    expect(brief(text)[0]).toContain(`phase:2,${today}"`);
    expect(lines[0]?.notes.join('; ')).toMatch(note);
  });

  it('leaves out an action the engine lacks', () => {
    const { text, lines } = translate('SecFilter x exec:/y', translator({ ...everything, action: () => false }));
    expect(text).not.toContain('exec');
    expect(lines[0]?.notes).toEqual(['exec is left out: this engine does not have it']);
  });

  it('answers with deny where a response cannot be proxied', () => {
    const { text, lines } = translate('SecFilterSelective OUTPUT x proxy:http://a/');
    expect(brief(text)[0]).toContain('phase:4,deny,t:none');
    expect(lines[0]?.notes.join()).toContain('deny takes its place');
  });
});

describe('ids', () => {
  it('keeps those of the file and gives others, the same every time and none twice', () => {
    const old =
      'SecFilter a\nSecFilter b id:21000001\nSecFilter c id:21000001\nSecFilter d\nSecRule ARGS e "id:21000002,pass"';
    const ids = [...translate(old).text.matchAll(/id:(\d+)/g)].map(([, id]) => Number(id));
    expect(ids).toEqual([21000000, 21000001, 21000003, 21000004, 21000002]);
    expect(translate(old).text).toBe(translate(old).text);
    expect(load(old)).toBe(5);
  });

  it('begins where the caller says', () => {
    const by = new Modsec1Translator({ knows: everything, matchesNothing: () => false }, { idBase: 500 });
    expect(translate('SecFilter a\nSecFilter b', by).text).toMatch(/id:500,.*id:501,/s);
  });

  it('removes every rule a filter became', () => {
    const { text } = translate('SecFilterSelective HTTP_HOST ^$ id:7\nSecFilterRemove 7 9');
    expect(text).toContain('SecRuleRemoveById 7 21000000 9');
  });
});

describe('default actions', () => {
  it.each([
    ['deny,log,status:500', 'log,auditlog,deny,status:500'],
    ['pass,nolog', 'nolog,pass'],
    ['nolog,auditlog,deny', 'nolog,auditlog,deny'],
    ['noauditlog,deny', 'log,noauditlog,deny'],
    ['redirect:http://a/', `log,auditlog,redirect:'http://a/'`],
    ['status:406', 'log,auditlog,deny,status:406'],
  ])('%s', (old, today) => {
    const text = `SecFilter a\nSecFilterSelective OUTPUT b\nSecFilterDefaultAction "${old}"`;
    const expected = [2, 4].map((phase) => `SecDefaultAction "phase:${phase},${today}"`);
    expect(translate(text).text.split('\n').slice(0, 2)).toEqual(expected);
    expect(load(text)).toBe(2);
  });

  it('come before all rules, only the last ones, and are said to', () => {
    const { text, lines } = translate('SecFilterDefaultAction pass\nSecFilter a\nSecFilterDefaultAction "deny,log"');
    expect(text.split('\n')[0]).toBe('SecDefaultAction "phase:2,log,auditlog,deny"');
    expect(text).not.toContain('pass"');
    expect(lines.map(({ outcome }) => outcome)).toEqual(['left out', 'translated', 'translated']);
    expect(lines[0]?.notes[0]).toContain('line 3');
  });

  it('refuse with 403 when the file does not say', () => {
    expect(translate('SecFilter a').text).toContain('SecDefaultAction "phase:2,log,auditlog,deny,status:403"');
  });

  it('go into every rule where SecDefaultAction cannot carry them, and behind the last link of a chain', () => {
    const { text } = translate('SecFilterDefaultAction "deny,severity:2,setenv:seen"\nSecFilter a chain\nSecFilter b');
    expect(brief(text)).toEqual([
      'SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)a" "id:00,phase:2,severity:2,T,chain"',
      'SecRule REQUEST_LINE|REQUEST_BODY|ARGS "@rx (?i)b" "T,setenv:seen"',
    ]);
  });

  it('do not turn the engine off before the whole chain of an allow matches', () => {
    const { text } = translate('SecFilterDefaultAction allow\nSecFilter a chain\nSecFilter b');
    expect(brief(text)[0]).not.toContain('ctl');
    expect(brief(text)[1]).toContain('T,ctl:ruleEngine=Off"');
  });

  it('hold for files that are loaded later', () => {
    const by = translator();
    translate('SecFilterDefaultAction deny,status:500\nInclude more.conf', by);
    expect(translate('SecFilter a', by).text).not.toContain('SecDefaultAction');
    expect(translate('SecFilterSelective OUTPUT a', by).text).toContain('"phase:4,log,auditlog,deny,status:500"');
  });
});

describe('patterns', () => {
  it.each([
    ['!x', '!@rx (?i)x'],
    ['<[[:space:]]*script', '@rx (?i)<[[:space:]]*script'],
    ['%{x}', '@rx (?i)%\\{x}'],
    ['@rx', '@rx (?i)@rx'],
    ['"a \\"b\\""', '@rx (?i)a \\"b\\"'],
  ])('%s', (old, operator) => {
    const text = `SecFilterSelective REMOTE_ADDR ${old}`;
    expect(brief(translate(text).text)[0]).toContain(`SecRule REMOTE_ADDR "${operator}" "id:00,phase:2,T"`);
    expect(load(text)).toBe(1);
  });

  it('see ".." before the path is normalised', () => {
    for (const pattern of ['\\.\\./', '../', '\\.{2}/', '%2e\\x2e']) {
      expect(brief(translate(`SecFilter ${pattern}`).text)[0]).toContain('T,multiMatch"');
    }
  });

  it('look at the raw arguments too when they mean names and values together', () => {
    expect(brief(translate('SecFilterSelective ARGS id=[^&]*union').text)[0]).toContain(
      'ARGS|QUERY_STRING|REQUEST_BODY "',
    );
    expect(brief(translate('SecFilterSelective ARGS|!ARG_x a=b').text)[0]).toContain('SecRule ARGS|!ARGS:x "');
  });

  it.each([
    ['HTTP_HOST "^$"', '&REQUEST_HEADERS:Host'],
    ['HTTP_HOST|COOKIE_a "!^x$"', '&REQUEST_HEADERS:Host|&REQUEST_COOKIES:a'],
    ['REMOTE_ADDR|ARG_a "!^x$"', '&ARGS:a'],
    ['ARGS "!x"', '&ARGS'],
  ])('match a missing value as an empty one: %s', (old, targets) => {
    const { text, lines } = translate(`SecFilterSelective ${old} deny`);
    expect(brief(text)[1]).toBe(`SecRule ${targets} "@eq 0" "id:01,phase:2,deny,t:none"`);
    expect(lines[0]?.notes.join()).toContain('a missing value');
    expect(load(`SecFilterSelective ${old} deny`)).toBe(2);
  });

  it.each([['HTTP_HOST "!^$"'], ['HTTP_HOST x'], ['REMOTE_ADDR "!^x$"'], ['ARGS_NAMES "!x"']])(
    'need no second rule: %s',
    (old) => {
      expect(brief(translate(`SecFilterSelective ${old}`).text)).toHaveLength(1);
    },
  );
});

describe('chain and skipnext', () => {
  it('keeps the links together and moves what belongs to the first rule', () => {
    const { text, lines } = translate(
      `SecFilterSelective ARG_a x chain\n# why\nSecFilterSelective ARG_b y "id:9,msg:'no',deny,status:404,setenv:z"`,
    );
    expect(brief(text)).toEqual([
      '# why',
      `SecRule ARGS:a "@rx (?i)x" "id:9,phase:2,deny,status:404,msg:'no',T,chain"`,
      'SecRule ARGS:b "@rx (?i)y" "T,setenv:z"',
    ]);
    expect(lines[0]?.notes).toEqual(['what the chain does and is called stands in its first rule today']);
    expect(lines[1]).toMatchObject({ outcome: 'translated', result: [] });
  });

  it.each([
    ['skipnext:2', 'a b c', 2],
    ['skipnext', 'a b', 1],
    ['skip:2', 'a b', 2],
    ['skipnext:9', 'a b', 2],
    // Two filters that are one rule.
    ['skipnext:3', 'a+b c d', 2],
    // One filter that is two rules.
    ['skipnext:2', '^$ c d', 3],
    // Filters of the response are of another phase.
    ['skipnext:2', '>x c', 1],
  ])('%s in front of %s', (skip, following, count) => {
    const filters = following.split(' ').flatMap((group) => {
      if (group.startsWith('>')) return [`SecFilterSelective OUTPUT ${group.slice(1)}`];
      const links = group.split('+');
      return links.map((link, index) => `SecFilterSelective HTTP_H ${link}${index < links.length - 1 ? ' chain' : ''}`);
    });
    const old = [`SecFilterSelective REMOTE_ADDR ^10 pass,${skip}`, ...filters].join('\n');
    expect(brief(translate(old).text)[0]).toContain(`T,skip:${count}"`);
    expect(() => load(old)).not.toThrow();
  });

  it('does not pass over half a chain', () => {
    const { text, lines } = translate('SecFilter a pass,skipnext:2\nSecFilter b\nSecFilter c chain\nSecFilter d');
    expect(brief(text)[0]).toContain('skip:1"');
    expect(lines[0]?.notes.join()).toContain('in the middle of a chain');
  });

  it('passes over the second rule of its own filter too', () => {
    const { text } = translate('SecFilterSelective HTTP_H ^$ pass,skipnext:1\nSecFilter b');
    expect(
      brief(text)
        .slice(0, 2)
        .map((line) => /skip:\d/.exec(line)?.[0]),
    ).toEqual(['skip:2', 'skip:1']);
  });

  it('writes every way a chain with missing values can match, but not too many', () => {
    const chained = (words: string): string => `SecFilterSelective HTTP_${words.replace(/^./, '$& ^$$')}`;
    const two = translate(['A chain', 'B'].map(chained).join('\n'));
    expect(two.text.match(/phase:2,/g)).toHaveLength(1 + 4);
    const many = translate(['A chain', 'B chain', 'C chain', 'D chain', 'E'].map(chained).join('\n'));
    expect(brief(many.text)).toHaveLength(5);
    expect(many.lines[0]?.notes.join()).toContain('too many rules');
  });

  it('leaves a chain without end out', () => {
    expect(translate('SecFilter a chain').lines[0]).toMatchObject({ outcome: 'left out', isProtection: true });
  });
});

describe('the file around', () => {
  it('runs checks before all filters, whose allow would end everything', () => {
    const { text } = translate('SecFilterSelective REMOTE_ADDR ^10 allow\nSecFilterCheckURLEncoding On');
    expect(brief(text)[0]).toContain('@validateUrlEncoding');
  });

  it('keeps comments, blank lines and rules of today, and opens the condition of the old module', () => {
    const { text } = translate(
      '# one\n<IfModule mod_security.c>\nSecFilterEngine On\n\n# two\n</IfModule>\n<IfModule !mod_security.c>\nSecFilter x\n</IfModule>\nSecRule ARGS x "id:1,pass"\n',
    );
    expect(text).toBe('# one\n\nSecRuleEngine On\n\n# two\n\nSecRule ARGS "x" "id:1,pass"\n');
  });
});
