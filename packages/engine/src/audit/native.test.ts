import { describe, expect, it } from 'vitest';
import { sampleContext, sampleMatch, sampleRecord, sampleValue } from '../../test/samples/audit-record.ts';
import { formatNativeAudit } from './native.ts';

const boundary = '297a703b';

/** Body of one part of an entry. */
function part(entry: string, letter: string): string | undefined {
  const mark = `--${boundary}-${letter}--\n`;
  const start = entry.indexOf(mark);
  if (start < 0) return undefined;
  return entry.slice(start + mark.length, entry.indexOf(`\n--${boundary}-`, start + mark.length));
}

describe('formatNativeAudit', () => {
  it('writes a whole entry, byte for byte as the reference does', () => {
    const entry = formatNativeAudit(
      sampleRecord({
        auditParts: 'KJIHFECB',
        interruption: { action: 'deny', status: 403, phase: 2, message: 'x' },
        requestBodyWithoutFiles: 'a=ab',
        uploads: [{ partNumber: 2, size: 3, name: 'in"dex.html', contentType: undefined }],
        serverErrors: ['[level 3] x\ny'],
        variables: { sessionId: undefined, userId: 'me' },
      }),
      sampleContext({ componentSignatures: ['CRS/4'], server: 'S/1', sensorId: 'sens', webAppId: 'app1' }),
      boundary,
    );
    expect(entry.replace(/\[\d\d\/[^\]]*\]/, '[TIME]')).toBe(
      `--297a703b-A--
[TIME] awDbeGX4RwRz3EIBAdZIdgAAAAA 192.0.2.1 43290 192.0.2.2 80
--297a703b-B--
POST /a?x=ab HTTP/1.1
Host: example.test
Content-Type: application/x-www-form-urlencoded

--297a703b-C--
user=me&password=secret
--297a703b-I--
a=ab
--297a703b-F--
HTTP/1.1 200 OK
Content-Length: 2
Set-Cookie: a=1
Set-Cookie: b=2

--297a703b-E--
hi
--297a703b-H--
Message: Warning. Pattern match "(a)b" at ARGS:x. [file "/etc/sallyport/rules.conf"] [line "21"] [id "1"] [msg "m"]
Apache-Error: [level 3] x\\ny
Action: Intercepted (phase 2)
Stopwatch: 1795218307462126 603 (- - -)
Stopwatch2: 1795218307462126 603; combined=15, p1=1, p2=2, p3=3, p4=4, p5=5, sr=0, sw=0, l=0, gc=0
Response-Body-Transformed: Dechunked
Producer: Sallyport/0.1.0; CRS/4.
Server: S/1
WebApp-Info: "app1" "-" "me"
Sensor-Id: "sens"
Engine-Mode: "ENABLED"

--297a703b-J--
2,3,"in\\"dex.html","<Unknown ContentType>"
Total,3

--297a703b-K--
SecRule "ARGS:x" "@rx (a)b" "phase:2,id:1,msg:'m',t:lowercase"


--297a703b-Z--

`,
    );
  });

  it.each([
    ['', ['A', 'Z']],
    ['KB', ['A', 'B', 'K', 'Z']],
    ['ABIJDEFGHZ', ['A', 'B', 'C', 'F', 'E', 'H', 'Z']],
  ])('writes parts %j in the fixed order and without empty ones', (auditParts, letters) => {
    const entry = formatNativeAudit(sampleRecord({ auditParts }), sampleContext(), boundary);
    expect([...entry.matchAll(/^--297a703b-(.)--$/gm)].map((found) => found[1])).toEqual(letters);
  });

  it('takes the text of rules from the rule set where it can', () => {
    const context = sampleContext({ ruleText: ({ id }) => [`SecRule A "@x" "id:${id},chain"`, '#SecRule B "@y"'] });
    const entry = formatNativeAudit(sampleRecord({ matches: [sampleMatch(), sampleMatch()] }), context, boundary);
    expect(part(entry, 'K')).toBe(`${'SecRule A "@x" "id:1,chain"\n#SecRule B "@y"\n\n'.repeat(2)}`);
  });

  it('leaves matches that are neither logged nor audited out of part H', () => {
    const quiet = { log: false, auditLog: false };
    const entry = formatNativeAudit(
      sampleRecord({ matches: [sampleMatch(quiet), sampleMatch({ ...quiet, auditLog: true, message: 'kept' })] }),
      sampleContext(),
      boundary,
    );
    expect(part(entry, 'H')?.match(/^Message: .*$/gm)).toEqual([expect.stringContaining('[msg "kept"]')]);
  });

  it('does not let line breaks of headers or request line forge a part', () => {
    const forged = 'x\r\n\n--297a703b-H--\nMessage: none';
    const record = sampleRecord({
      request: {
        method: 'GET',
        uri: `/${forged}`,
        protocol: 'HTTP/1.1',
        headers: [
          ['A', forged],
          [forged, 'b'],
        ],
      },
      response: { status: 200, reason: forged, protocol: 'HTTP/1.1', headers: [['A', forged]] },
    });
    const entry = formatNativeAudit(record, sampleContext(), boundary);
    expect(entry.match(/^--297a703b-H--$/gm)).toHaveLength(1);
  });

  it('masks parameters, headers and what rules quote of them', () => {
    const record = sampleRecord({
      request: {
        method: 'POST',
        uri: '/a?p%61ssword=hunter2&x=1',
        protocol: 'HTTP/1.1',
        headers: [
          ['Authorization', 'Basic aHVudGVy'],
          ['Content-Type', 'application/x-www-form-urlencoded'],
        ],
      },
      requestBody: 'password=hunter2&user=me',
      matches: [
        sampleMatch({
          data: 'found hunter2',
          matched: [sampleValue({ name: 'ARGS:password', value: 'hunter2', original: 'hunter2' })],
        }),
      ],
    });
    const mask = {
      parameters: new Set(['password']),
      requestHeaders: new Set(['authorization']),
      responseHeaders: new Set(['set-cookie']),
    };
    const entry = formatNativeAudit(record, sampleContext({ mask }), boundary);
    expect(entry).not.toContain('hunter2');
    expect(entry).not.toContain('aHVudGVy');
    expect(part(entry, 'B')).toContain('POST /a?p%61ssword=*******&x=1 HTTP/1.1');
    expect(part(entry, 'C')).toBe('password=*******&user=me');
    expect(part(entry, 'F')).toContain('Set-Cookie: ***\n');
    expect(part(entry, 'H')).toContain('Sanitised-Args: "password".\nSanitised-Request-Headers: "authorization".\n');
  });
});
