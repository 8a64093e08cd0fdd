import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importModsec1 } from './import-modsec1.ts';
import { formatDiagnostic } from './seclang/diagnostics.ts';
import { RuleSetError } from './seclang/rule-set-error.ts';
import { createWaf } from './waf.ts';

interface Request {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly client?: string;
  readonly answer?: string;
}

/** Sends a request through rules; gives the status of the refusal, or 200. */
async function send(rules: string, request: Request): Promise<number> {
  const { method = 'GET', uri = '/', headers = [], body = '', client = '192.0.2.1', answer = '' } = request;
  const waf = createWaf({ rules: [{ file: 'rules.conf', text: `SecRuleEngine On\n${rules}` }] });
  const tx = waf.openTransaction({
    id: '1',
    clientAddress: client,
    clientPort: 1,
    serverAddress: '::1',
    serverPort: 80,
  });
  const all = [['Host', 'example.test'] as const, ...headers];
  let verdict = await tx.processRequestHeaders({ method, uri, protocol: 'HTTP/1.1', headers: all });
  if (verdict === undefined && tx.wantsRequestBody) verdict = tx.writeRequestBody(Buffer.from(body, 'latin1'));
  verdict ??= await tx.processRequestBody();
  const type = [['Content-Type', 'text/html']] as const;
  verdict ??= await tx.processResponseHeaders({ status: 200, protocol: 'HTTP/1.1', headers: type });
  if (verdict === undefined && tx.wantsResponseBody) verdict = tx.writeResponseBody(Buffer.from(answer, 'latin1'));
  verdict ??= await tx.processResponseBody();
  await tx.processLogging();
  return verdict?.status ?? 200;
}

const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const;

/** Name, filters, request, status. Each runs once translated to a file, once loaded as it is. */
const cases: [name: string, filters: string, request: Request, status: number][] = [];
function given(name: string, filters: string, ...requests: readonly (readonly [Request, number])[]): void {
  for (const [request, status] of requests)
    cases.push([`${name}: ${JSON.stringify(request)}`, filters, request, status]);
}

given(
  'administrators come from one address',
  'SecFilterSelective ARG_username admin chain\nSecFilterSelective REMOTE_ADDR "!^192\\.0\\.2\\.9$"',
  [{ uri: '/login?username=admin' }, 403],
  [{ uri: '/login?username=ADMIN' }, 403],
  [{ uri: '/login?username=admin', client: '192.0.2.9' }, 200],
  [{ uri: '/login?username=bob' }, 200],
);
given(
  'session ids are letters and digits',
  'SecFilterSelective COOKIE_PHPSESSID "!^[0-9a-z]+$"',
  [{ headers: [['Cookie', 'PHPSESSID=a1b2']] }, 200],
  [{ headers: [['Cookie', "PHPSESSID=a'b"]] }, 403],
  [{ headers: [['Cookie', 'other=1']] }, 403],
);
given(
  'an empty alternative lets requests without the cookie pass',
  'SecFilterSelective COOKIE_PHPSESSID "!^(|[0-9a-z]+)$"',
  [{}, 200],
  [{ headers: [['Cookie', 'PHPSESSID=$']] }, 403],
);
given(
  'requests have a User-Agent',
  'SecFilterSelective "HTTP_USER_AGENT|HTTP_HOST" "^$"',
  [{}, 403],
  [{ headers: [['User-Agent', '']] }, 403],
  [{ headers: [['User-Agent', 'x']] }, 200],
);
given(
  'POST requests have a length, others have none',
  'SecFilterSelective REQUEST_METHOD "^POST$" chain\nSecFilterSelective HTTP_Content-Length "^$"\nSecFilterSelective REQUEST_METHOD "^(GET|HEAD)$" chain\nSecFilterSelective HTTP_Content-Length "!^$" deny,status:413',
  [{ method: 'POST' }, 403],
  [{ method: 'POST', headers: [['Content-Length', '0']] }, 200],
  [{ headers: [['Content-Length', '0']] }, 413],
  [{}, 200],
);
given(
  'paths that climb are seen however they are written',
  'SecFilter "\\.\\./"',
  [{ uri: '/a/../../etc/passwd' }, 403],
  [{ uri: '/?file=..%2f..%2fetc' }, 403],
  [{ uri: '/a..b/c' }, 200],
);
given(
  'keywords are found in bodies',
  'SecFilterScanPOST On\nSecFilter "/bin/(ba)?sh"',
  [{ method: 'POST', headers: form, body: 'cmd=%2Fbin%2F.%2Fsh' }, 403],
  [{ method: 'POST', headers: form, body: 'cmd=sh' }, 200],
);
given(
  'arguments but one',
  'SecFilterSelective "ARGS|!ARG_text" "<script"',
  [{ uri: '/?a=%3CSCRIPT%3E' }, 403],
  [{ uri: '/?text=%3CSCRIPT%3E' }, 200],
);
given(
  'names and values as one string',
  'SecFilterSelective ARGS "id=[0-9]+;"',
  [{ uri: '/?id=7;drop' }, 403],
  [{ uri: '/?id=7' }, 200],
);
given(
  'allow ends everything',
  'SecFilterSelective REMOTE_ADDR "^192\\.0\\.2\\.9$" allow\nSecFilter evil\nSecFilterScanOutput On\nSecFilterSelective OUTPUT secret deny,status:500',
  [{ uri: '/evil' }, 403],
  [{ uri: '/evil', client: '192.0.2.9', answer: 'secret' }, 200],
  [{ answer: 'a SECRET' }, 500],
);
given(
  'half an allow allows nothing',
  'SecFilterSelective ARG_a x allow,chain\nSecFilterSelective ARG_b y\nSecFilter evil',
  [{ uri: '/evil?a=x&b=y' }, 200],
  [{ uri: '/evil?a=x' }, 403],
);
given(
  'skipnext counts filters, in and out of chains',
  'SecFilterSelective REMOTE_ADDR "^192\\.0\\.2\\.9$" pass,skipnext:3\nSecFilter evil chain\nSecFilter very\nSecFilter bad\nSecFilter worse',
  [{ uri: '/bad', client: '192.0.2.9' }, 200],
  [{ uri: '/very/evil', client: '192.0.2.9' }, 200],
  [{ uri: '/worse', client: '192.0.2.9' }, 403],
  [{ uri: '/very/evil' }, 403],
  [{ uri: '/bad' }, 403],
);
given(
  'the default action holds for filters in front of it',
  'SecFilter evil\nSecFilterDefaultAction "deny,log,status:406"\nSecFilter bad deny,status:410\nSecFilter fine pass',
  [{ uri: '/evil' }, 406],
  [{ uri: '/bad' }, 410],
  [{ uri: '/fine' }, 200],
);
given(
  'checks come first',
  'SecFilterSelective REMOTE_ADDR "^192" allow\nSecFilterCheckURLEncoding On\nSecFilterForceByteRange 32 126\nSecFilterCheckUnicodeEncoding On\nSecFilterCheckCookieFormat On',
  [{ uri: '/%zz' }, 403],
  [{ uri: '/%01' }, 403],
  [{ headers: [['Cookie', 'a=b; c=d']] }, 200],
  [{ headers: [['Cookie', 'a=b; nonsense']] }, 403],
  [{ uri: '/a' }, 200],
);
given(
  'bodies are left alone where the server says so',
  'SecFilterScanPOST On\nSetEnvIf Content-Type urlencoded MODSEC_NOPOSTBUFFERING=x\nSecFilter evil',
  [{ method: 'POST', headers: form, body: 'a=evil' }, 200],
  [{ uri: '/evil' }, 403],
);

describe('filters of 1.x', () => {
  it.each(cases)('%s', async (_name, filters, request, status) => {
    const { text, lines } = importModsec1({ file: 'old.conf', text: filters });
    expect(lines.filter(({ outcome }) => outcome === 'left out')).toEqual([]);
    expect(await send(text, request)).toBe(status);
    expect(await send(filters, request)).toBe(status);
  });
});

describe('importModsec1', () => {
  it('gives a file that loads, with what cannot be as comments', () => {
    const text =
      'LoadModule security_module x.so\n<Location /a>\nSecFilter a\nAllow from all\n</Location>\nSecFilter "(b"\nSecFilter c "deny\nSecFilter d id:5,severity:high\nSecChrootLock x\nSecFilter e\n';
    const result = importModsec1({ file: 'old.conf', text }, { idBase: 70 });
    expect(result.lines.map(({ outcome, source, isProtection }) => [source, outcome, isProtection])).toEqual([
      ['LoadModule security_module x.so', 'left out', false],
      ['SecFilter a', 'left out', true],
      ['Allow from all', 'left out', false],
      ['SecFilter "(b"', 'left out', true],
      ['SecFilter d id:5,severity:high', 'left out', true],
      ['SecChrootLock x', 'left out', false],
      ['SecFilter e', 'translated', false],
    ]);
    expect(result.mistakes.map(formatDiagnostic)).toEqual([expect.stringMatching(/^old.conf:7:13 SL1003 /)]);
    expect(createWaf({ rules: [{ file: 'new.conf', text: result.text }] }).ruleCount).toBe(1);
    expect(result.text).toContain('"id:70,');
  });

  it('refuses with 403 where the default actions cannot be read', () => {
    const { text, lines } = importModsec1({
      file: 'old.conf',
      text: 'SecFilterDefaultAction deny,status:9999\nSecFilter a\n',
    });
    expect(text).toContain('SecDefaultAction "phase:2,log,auditlog,deny,status:403"');
    expect(lines[0]).toMatchObject({ outcome: 'left out', isProtection: true });
  });

  it('keeps programs that rules run', () => {
    const text = 'SecUploadApproveScript /bin/scan\nSecFilter evil exec:/bin/alarm\n';
    const result = importModsec1({ file: 'old.conf', text });
    expect(result.lines.map(({ outcome, notes }) => [outcome, notes.join()])).toEqual([
      ['translated', expect.stringContaining('approves a file')],
      ['translated', ''],
    ]);
    expect(result.text).toMatch(/@inspectFile \/bin\/scan.*exec:\/bin\/alarm/s);
  });

  it('leaves a file without anything of 1.x as it is', () => {
    const text = 'SecRuleEngine On\nSecRule ARGS "@rx x" "id:1,phase:2,deny"\n';
    expect(importModsec1({ file: 'new.conf', text }).text).toBe(text);
  });
});

describe('any text', () => {
  const line = fc
    .tuple(
      fc.constantFrom('SecFilter', 'SecFilterSelective', 'SecFilterDefaultAction', 'SecFilterRemove', 'SetEnvIf'),
      fc.array(
        fc.oneof(
          fc.constantFrom(
            'ARGS|!ARG_x',
            'HTTP_A',
            'OUTPUT',
            '!^$',
            '^$',
            '"a b"',
            'chain',
            'skipnext:2',
            'id:7',
            'allow',
            '5',
            '\\',
          ),
          fc.constantFrom(
            '"pass,log"',
            '"redirect:http://a/,chain"',
            '"msg:\'x',
            'status:9999',
            'MODSEC_ENABLE=Off',
            'severity:2',
            '(',
            '%{',
          ),
          fc.string({ unit: 'binary-ascii', maxLength: 8 }),
        ),
        { maxLength: 4 },
      ),
    )
    .map(([name, words]) => [name, ...words].join(' '));

  it('is translated or listed, and what is written loads', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const { text } = importModsec1({ file: 'old.conf', text: lines.join('\n') });
        expect(() => createWaf({ rules: [{ file: 'new.conf', text }] })).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('createWaf', () => {
  it('warns about every directive of 1.x and says what to write', () => {
    const text = 'SecFilterEngine On\nSecFilterSelective ARG_a x\nSecServerResponseToken On\n';
    const waf = createWaf({ rules: [{ file: 'old.conf', text }] });
    expect(waf.ruleCount).toBe(1);
    expect(waf.warnings.map(formatDiagnostic)).toEqual([
      'old.conf:1:1 SL2801 warning: SecFilterEngine is ModSecurity 1.x; write SecRuleEngine On',
      'old.conf:2:1 SL2801 warning: SecFilterSelective is ModSecurity 1.x; write SecRule ARGS:a "@rx (?i)x" "id:21000000,phase:2,t:none,t:urlDecodeUni,t:replaceNulls,t:normalizePath"',
      expect.stringMatching(/^old.conf:3:1 SL2801 warning: SecServerResponseToken of ModSecurity 1.x is left out: /),
    ]);
  });

  it('refuses a configuration that would lose protection', () => {
    const open = (): unknown =>
      createWaf({ rules: [{ file: 'old.conf', text: 'SecFilterSelective NOWHERE 0\nSecFilter "(x"' }] });
    expect(open).toThrow(RuleSetError);
    expect(open).toThrow(
      /old.conf:1:1 SL2802 SecFilterSelective of ModSecurity 1.x is left out: "NOWHERE" is not a location/,
    );
    expect(open).toThrow(/old.conf:2:1 SL2202 /);
  });

  it('takes the default actions of one file for the filters of another', async () => {
    const files = {
      read: () => 'SecFilter evil\n',
      list: (path: string) => [path],
      resolve: (_from: string, path: string) => path,
    };
    const text = 'SecFilterEngine On\nInclude filters.conf\nSecFilterDefaultAction "deny,status:406"\nSecFilter bad\n';
    const waf = createWaf({ rules: [{ file: 'old.conf', text }], files });
    for (const uri of ['/evil', '/bad']) {
      const tx = waf.openTransaction({
        id: '1',
        clientAddress: '::1',
        clientPort: 1,
        serverAddress: '::1',
        serverPort: 80,
      });
      await tx.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] });
      expect((await tx.processRequestBody())?.status).toBe(406);
      await tx.processLogging();
    }
  });
});
