import { describe, expect, it } from 'vitest';
import {
  createWaf,
  formatNativeAudit,
  type Interruption,
  type ProgramCall,
  type RequestHead,
  type ResponseHead,
  RuleSetError,
  type Transaction,
  type TransactionRecord,
  type UploadedFile,
  type UploadRequest,
  type WafOptions,
} from '../src/index.ts';

/** Words of the language that need something from outside, with a stand-in for it. */

interface Exchange {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: RequestHead['headers'];
  readonly body?: string;
  readonly response?: Partial<ResponseHead>;
  readonly responseBody?: string;
}

interface Outcome {
  readonly tx: Transaction;
  readonly verdict: Interruption | undefined;
  readonly fired: readonly number[];
  readonly record: TransactionRecord;
}

const BASE = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecAuditEngine On
SecAuditLogParts ABCFHIJKZ
`;

async function run(rules: string, exchange: Exchange, options: Partial<WafOptions> = {}): Promise<Outcome> {
  const waf = createWaf({ rules: [{ file: 'a.conf', text: BASE + rules }], ...options });
  const tx = waf.openTransaction({
    id: 'tx/1',
    clientAddress: '192.0.2.1',
    clientPort: 50_000,
    serverAddress: '192.0.2.2',
    serverPort: 80,
    startedAt: 1_700_000_000_000,
  });
  const { method = 'GET', uri = '/', headers = [], body = '', response = {}, responseBody = '' } = exchange;
  const length: RequestHead['headers'] = body === '' ? [] : [['Content-Length', String(body.length)]];
  const head = {
    method,
    uri,
    protocol: 'HTTP/1.1',
    headers: [['Host', 'example.test'] as const, ...headers, ...length],
  };
  let verdict = await tx.processRequestHeaders(head);
  if (verdict === undefined && tx.wantsRequestBody && body !== '')
    verdict = tx.writeRequestBody(Buffer.from(body, 'latin1'));
  verdict ??= await tx.processRequestBody();
  const answer: ResponseHead = { status: 200, reason: 'OK', protocol: 'HTTP/1.1', headers: [], ...response };
  verdict ??= await tx.processResponseHeaders(answer);
  if (verdict === undefined && tx.wantsResponseBody) tx.writeResponseBody(Buffer.from(responseBody, 'latin1'));
  verdict ??= await tx.processResponseBody();
  const record = await tx.processLogging({ response: answer });
  return { tx, verdict, record, fired: record.matches.map(({ rule }) => rule.id) };
}

function refusal(rules: string, options: Partial<WafOptions> = {}): string {
  try {
    createWaf({ rules: [{ file: 'a.conf', text: rules }], ...options });
  } catch (cause) {
    if (cause instanceof RuleSetError) return cause.message;
    throw cause;
  }
  return '';
}

const multipart = (...parts: readonly string[]): Exchange => ({
  method: 'POST',
  headers: [['Content-Type', 'multipart/form-data; boundary=XX']],
  body: `${parts.map((part) => `--XX\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--XX--\r\n`,
});

describe('exec', () => {
  it('runs with the request in its environment, and rules wait for it', async () => {
    const calls: (readonly [string, ProgramCall])[] = [];
    const programs = {
      run: async (path: string, call: ProgramCall) => {
        await Promise.resolve();
        calls.push([path, call]);
        return 'ignored';
      },
    };
    const { fired } = await run(
      'SecAction "id:1,phase:1,pass,setenv:TEAM=red,exec:/bin/notify"\nSecAction "id:2,phase:1,pass"',
      {
        uri: '/x?y=1',
        headers: [
          ['X-Ä-b', 'v\0w'],
          ['Proxy', 'http://evil.test'],
        ],
      },
      { programs },
    );
    expect(fired).toEqual([1, 2]);
    expect(calls).toHaveLength(1);
    const [path, call] = calls[0]!;
    expect(path).toBe('/bin/notify');
    expect(call.arguments).toEqual([]);
    expect(call.environment).toMatchObject({
      REQUEST_METHOD: 'GET',
      REQUEST_URI: '/x?y=1',
      QUERY_STRING: 'y=1',
      REMOTE_ADDR: '192.0.2.1',
      SERVER_PORT: '80',
      UNIQUE_ID: 'tx/1',
      HTTP_HOST: 'example.test',
      HTTP_X___B: 'v',
      TEAM: 'red',
    });
    expect(call.environment).not.toHaveProperty('HTTP_PROXY');
  });

  it('goes on when the program fails, and says so', async () => {
    const programs = { run: () => Promise.reject(new Error('not found')) };
    const { verdict, record } = await run('SecAction "id:1,phase:1,pass,exec:/bin/none"', {}, { programs });
    expect(verdict).toBeUndefined();
    expect(record.messages).toEqual([{ level: 1, text: 'Failed to execute: /bin/none: not found' }]);
  });

  it.each([
    ['SecAction "id:1,phase:1,pass,exec:/bin/x"', 'SL2302 exec: no programs service was given to createWaf'],
    [
      'SecAction "id:1,phase:1,pass,exec:/a.lua"',
      'SL2302 Lua scripts cannot be run: no scripts service was given to createWaf',
    ],
    [
      'SecRule ARGS "@inspectFile /bin/x" "id:1,phase:2,pass"',
      '@inspectFile: no programs service was given to createWaf',
    ],
    [
      'SecRule ARGS "@inspectFile /a.lua" "id:1,phase:2,pass"',
      '@inspectFile: Lua scripts cannot be run: no scripts service was given to createWaf',
    ],
  ])('refuses %s', (rules, message) => expect(refusal(rules)).toContain(message));
});

/** Uploads in memory. */
class MemoryUploads {
  readonly log: string[] = [];
  readonly requests: UploadRequest[] = [];
  failure: string | undefined;

  create(request: UploadRequest): UploadedFile {
    this.requests.push(request);
    const path = `/tmp/${this.requests.length}`;
    let content = '';
    const note = (word: string): void => void this.log.push(`${word} ${path}`);
    return {
      path,
      write: (chunk) => {
        if (this.failure !== undefined) throw new Error(this.failure);
        content += chunk;
      },
      close: () => note('close'),
      read: () => content,
      keep: (directory) => note(`keep ${directory}`),
      delete: () => note('delete'),
    };
  }
}

const upload = multipart(
  'name="a"\r\n\r\n1',
  'name="f"; filename="x.txt"\r\n\r\nhello',
  'name="g"; filename="y"\r\n\r\n',
);

describe('uploads', () => {
  it('are extracted for rules and deleted behind them', async () => {
    const uploads = new MemoryUploads();
    const { fired, record } = await run(
      `SecTmpSaveUploadedFiles On
SecTmpDir /var/tmp
SecUploadFileMode 0640
SecRule FILES_TMPNAMES:f "@streq /tmp/1" "id:1,phase:2,pass"
SecRule FILES_TMP_CONTENT "@streq hello" "id:2,phase:2,pass,msg:'%{MATCHED_VAR_NAME}'"
SecRule &FILES_TMPNAMES "@eq 2" "id:3,phase:2,pass"`,
      upload,
      { uploads },
    );
    expect(fired).toEqual([1, 2, 3]);
    expect(record.matches[1]?.message).toBe('FILES_TMP_CONTENT:f');
    expect(uploads.requests[0]).toEqual({
      transactionId: 'tx/1',
      startedAt: 1_700_000_000_000,
      directory: '/var/tmp',
      mode: 0o640,
    });
    expect(uploads.log).toEqual(['close /tmp/1', 'close /tmp/2', 'delete /tmp/1', 'delete /tmp/2']);
  });

  it.each([
    ['On', 'pass', ['keep /keep /tmp/1', 'delete /tmp/2']],
    ['RelevantOnly', 'pass', ['keep /keep /tmp/1', 'delete /tmp/2']],
    ['RelevantOnly', 'pass,noauditlog', ['delete /tmp/1', 'delete /tmp/2']],
    ['Off', 'pass', []],
  ])('SecUploadKeepFiles %s with %s', async (keep, actions, expected) => {
    const uploads = new MemoryUploads();
    const rules = `SecUploadKeepFiles ${keep}\nSecUploadDir /keep\nSecAction "id:1,phase:2,${actions}"`;
    await run(rules, upload, { uploads });
    expect(uploads.log.filter((line) => !line.startsWith('close'))).toEqual(expected);
  });

  it('are limited in number', async () => {
    const uploads = new MemoryUploads();
    const { fired } = await run(
      'SecTmpSaveUploadedFiles On\nSecUploadFileLimit 1\nSecRule MULTIPART_FILE_LIMIT_EXCEEDED "@eq 1" "id:1,phase:2,pass"\nSecRule &FILES_TMPNAMES "@eq 1" "id:2,phase:2,pass"',
      upload,
      { uploads },
    );
    expect(fired).toEqual([1, 2]);
    expect(uploads.requests).toHaveLength(1);
  });

  it('that cannot be stored are an error of the body, not a way around the rules', async () => {
    const uploads = new MemoryUploads();
    uploads.failure = 'disk full';
    const { fired, record } = await run(
      'SecTmpSaveUploadedFiles On\nSecRule REQBODY_ERROR "@eq 1" "id:1,phase:2,deny"',
      upload,
      { uploads },
    );
    expect(fired).toEqual([1]);
    expect(record.messages[0]?.text).toBe('Uploaded file could not be stored: disk full');
  });

  it('are not extracted unless asked for', async () => {
    const uploads = new MemoryUploads();
    const { fired } = await run('SecRule FILES_TMPNAMES "@rx ." "id:1,phase:2,pass"', upload, { uploads });
    expect(fired).toEqual([]);
    expect(uploads.requests).toEqual([]);
  });
});

describe('@inspectFile', () => {
  const rules = 'SecTmpSaveUploadedFiles On\nSecRule FILES_TMPNAMES "@inspectFile /bin/scan" "id:1,phase:2,deny"';
  const inspect = (output: () => Promise<string>): Promise<Outcome> =>
    run(rules, upload, { uploads: new MemoryUploads(), programs: { run: output } });

  it('lets through what the program approves', async () => {
    expect((await inspect(async () => '1 clean')).verdict).toBeUndefined();
  });

  it.each(['0 found Eicar\n', '', 'error', '\x001'])('stops at %j', async (output) => {
    const { verdict, record } = await inspect(async () => output);
    expect(verdict?.status).toBe(403);
    expect(record.matches[0]?.operatorText).toContain('File "/tmp/1" rejected by the approver script "/bin/scan": ');
  });

  it('stops when the program cannot be run', async () => {
    const { verdict, record } = await inspect(() => Promise.reject(new Error('gone')));
    expect(verdict?.status).toBe(403);
    expect(record.messages[0]?.text).toBe('Execution of the approver script "/bin/scan" failed: gone');
  });
});

describe('@validateDTD and @validateSchema', () => {
  const files = { read: () => 'the rules', list: () => [], resolve: (_from: string, path: string) => path };
  const seen: unknown[] = [];
  const xmlValidation = {
    compile: (kind: 'dtd' | 'schema', text: string, path: string) => {
      seen.push([kind, text, path]);
      if (path.includes('broken')) throw new Error('line 1: nonsense');
      return { validate: (source: string) => (source.includes('bad') ? 'element bad: not "expected"' : undefined) };
    },
  };
  const rules = `SecRule REQUEST_HEADERS:Content-Type "@contains xml" "id:1,phase:1,nolog,noauditlog,pass,ctl:requestBodyProcessor=XML"
SecRule XML "@validateSchema a.xsd" "id:2,phase:2,pass"
SecRule REQUEST_XML "@validateDTD a.dtd" "id:3,phase:2,pass"`;
  const post = (body: string, type = 'text/xml'): Promise<Outcome> =>
    run(rules, { method: 'POST', headers: [['Content-Type', type]], body }, { files, xmlValidation });

  it('match what is not valid', async () => {
    const { fired, record } = await post('<bad/>');
    expect(fired).toEqual([2, 3]);
    expect(record.matches.map(({ operatorText }) => operatorText)).toEqual([
      'XML: Schema validation failed: element bad: not \\"expected\\".',
      'XML: DTD validation failed: element bad: not \\"expected\\".',
    ]);
    expect(seen).toContainEqual(['schema', 'the rules', 'a.xsd']);
    expect(seen).toContainEqual(['dtd', 'the rules', 'a.dtd']);
  });

  it('do not match what is', async () => expect((await post('<good/>')).fired).toEqual([]));
  it('match what is no XML', async () => {
    const { fired, record } = await post('<good>');
    expect(fired).toEqual([2, 3]);
    expect(record.matches[0]?.operatorText).toBe(
      'XML: Schema validation could not proceed due to previous processing errors.',
    );
  });
  it('have nothing to say about other bodies', async () => expect((await post('bad', 'text/plain')).fired).toEqual([]));

  it.each([
    ['SecRule XML "@validateDTD a.dtd" "id:1,phase:2,pass"', {}, 'no xmlValidation service was given to createWaf'],
    ['SecRule XML "@validateSchema broken.xsd" "id:1,phase:2,pass"', { files, xmlValidation }, 'line 1: nonsense'],
    [
      'SecRule ARGS "@validateDTD a.dtd" "id:1,phase:2,pass"',
      { files, xmlValidation },
      '@validateDTD cannot look at ARGS; it is for XML and REQUEST_XML',
    ],
    [
      'SecRule ARGS "@rsub s/a/b/" "id:1,phase:2,pass"',
      {},
      '@rsub cannot look at ARGS; it is for STREAM_INPUT_BODY and STREAM_OUTPUT_BODY',
    ],
    [
      'SecRule STREAM_INPUT_BODY "@rsub a" "id:1,phase:2,pass"',
      {},
      '@rsub: write s/regex/replacement/ with the flags d and i behind it',
    ],
    [
      'SecRule ARGS "@fuzzyHash a" "id:1,phase:2,pass"',
      {},
      '@fuzzyHash: write a file and a threshold from 1 to 100 behind it',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 101" "id:1,phase:2,pass"',
      {},
      '@fuzzyHash: the threshold 101 is not between 1 and 100',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 50" "id:1,phase:2,pass"',
      { files: { ...files, read: () => 'x' } },
      '"x" in a is no hash of ssdeep',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 50" "id:1,phase:2,pass"',
      { files: { ...files, read: () => '' } },
      'there are no hashes in a',
    ],
    [
      'SecRule ARGS "@restpath /{a}{b}" "id:1,phase:1,pass"',
      {},
      '@restpath: two parameters must have text between them',
    ],
    ['SecRule ARGS "@restpath /{a" "id:1,phase:1,pass"', {}, '@restpath: "{a" is no parameter; write {name}'],
    ['SecAction "id:1,phase:1,pass,sanitiseMatchedBytes:4"', {}, '"4" is not written as first/last, for example 1/4'],
    ['SecAction "id:1,phase:1,pass,sanitiseArg"', {}, 'sanitiseArg needs an argument'],
    ['SecAction "id:1,phase:1,pass,ctl:hashEngine=Maybe"', {}, '"Maybe" is not a value of ctl:hashEngine (On, Off)'],
    ['SecAction "id:1,phase:1,pass,ctl:responseBodyProcessor=PDF"', {}, '"PDF" is not a body processor'],
  ])('%s is refused', (text, options, message) => expect(refusal(text, options)).toContain(message));
});

describe('bodies that rules rewrite', () => {
  const form: Exchange = {
    method: 'POST',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'a=evil',
  };
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');

  it('are handed out for the server to send', async () => {
    const { tx } = await run(
      'SecStreamInBodyInspection On\nSecStreamOutBodyInspection On\nSecRule STREAM_INPUT_BODY "@rsub s/evil/good/" "id:1,phase:2,pass"\nSecRule STREAM_OUTPUT_BODY "@rsub s/\\d+/#/" "id:2,phase:4,pass"',
      { ...form, response: { headers: [['Content-Type', 'text/html']] }, responseBody: 'a1b22\xff' },
    );
    expect(text(tx.rewrittenRequestBody)).toBe('a=good');
    expect(text(tx.rewrittenResponseBody)).toBe('a#b#\xff');
  });

  it('are left alone when no rule changed them', async () => {
    const { tx } = await run('SecStreamInBodyInspection On\nSecStreamOutBodyInspection On', form);
    expect([tx.rewrittenRequestBody, tx.rewrittenResponseBody, tx.injection, tx.rewrittenLocation]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('are left alone when they were longer than was read', async () => {
    const { tx, fired } = await run(
      'SecRequestBodyLimit 3\nSecRequestBodyLimitAction ProcessPartial\nSecStreamInBodyInspection On\nSecRule STREAM_INPUT_BODY "@rsub s/a/b/" "id:1,phase:2,pass"',
      form,
    );
    expect(fired).toEqual([]);
    expect(tx.rewrittenRequestBody).toBeUndefined();
  });

  it('have nothing to rewrite unless asked for', async () => {
    const { fired } = await run('SecRule STREAM_INPUT_BODY "@rsub s/evil/good/" "id:1,phase:2,pass"', form);
    expect(fired).toEqual([]);
  });

  it('get text around them', async () => {
    const rules = `SecAction "id:1,phase:1,pass,nolog,prepend:'<!-- %{ARGS.a} -->',append:'<!-- end -->'"\n`;
    const page: Exchange = { uri: '/?a=1' };
    expect((await run(`SecContentInjection On\n${rules}`, page)).tx.injection).toEqual({
      prepend: '<!-- 1 -->',
      append: '<!-- end -->',
    });
    expect((await run(rules, page)).tx.injection).toBeUndefined();
  });
});

describe('links that are signed', () => {
  const rules = `SecHashEngine On
SecHashKey 0123456789abcdef KeyOnly
SecHashMethodRx HashHref /a
SecHashMethodRx HashLocation /a
`;
  const signed = (text: string): string => `${text}?crypt=`;
  const page = (headers: ResponseHead['headers'], responseBody = ''): Exchange => ({
    response: { headers },
    responseBody,
  });

  it('in pages', async () => {
    const { tx } = await run(rules, page([['Content-Type', 'text/html; charset=utf-8']], '<a href="/a"><a href="/b">'));
    const body = Buffer.from(tx.rewrittenResponseBody!).toString();
    expect(body).toContain(`<a href="${signed('/a')}`);
    expect(body).toContain('<a href="/b">');
  });

  it('by the path a relative link leads to', async () => {
    const headers: ResponseHead['headers'] = [['Content-Type', 'text/html']];
    const { tx } = await run(rules, page(headers, '<a href="a/x">'));
    expect(Buffer.from(tx.rewrittenResponseBody!).toString()).toMatch(/^<a href="a\/x\?crypt=[0-9a-f]{40}">$/);
  });

  it('in redirections', async () => {
    const { tx } = await run(rules, page([['Location', '/a']]));
    expect(tx.rewrittenLocation).toMatch(/^\/a\?crypt=[0-9a-f]{40}$/);
    expect((await run(rules, page([['Location', '/b']]))).tx.rewrittenLocation).toBeUndefined();
  });

  it('not in other types, nor when switched off', async () => {
    const other = await run(rules, page([['Content-Type', 'text/plain']], '<a href="/a">'));
    expect(other.tx.rewrittenResponseBody).toBeUndefined();
    const off = `${rules}SecAction "id:1,phase:1,pass,nolog,ctl:hashEngine=Off"`;
    const { tx } = await run(
      off,
      page(
        [
          ['Content-Type', 'text/html'],
          ['Location', '/a'],
        ],
        '<a href="/a">',
      ),
    );
    expect([tx.rewrittenResponseBody, tx.rewrittenLocation]).toEqual([undefined, undefined]);
  });

  it('not in pages that are longer than was read', async () => {
    const partial = `${rules}SecResponseBodyLimit 5\nSecResponseBodyLimitAction ProcessPartial\n`;
    const { tx, record } = await run(partial, page([['Content-Type', 'text/html']], '<a href="/a">'));
    expect(tx.rewrittenResponseBody).toBeUndefined();
    expect(record.messages.at(-1)?.text).toBe(
      'Links are not signed: the response body is longer than the configured limit.',
    );
  });
});

describe('records', () => {
  const context = { producer: 'test', componentSignatures: [], server: undefined, webAppId: '', sensorId: '' };

  it('hold no secret, however it was sent', async () => {
    const { record, verdict } = await run(
      `SecAction "id:1,phase:1,nolog,pass,sanitiseArg:password,sanitiseRequestHeader:Authorization,sanitiseResponseHeader:Set-Cookie"
SecRule REQUEST_BODY "@contains hunter" "id:2,phase:2,deny,logdata:'%{MATCHED_VAR}'"`,
      {
        method: 'POST',
        uri: '/?password=hunter22&p%61ssword=%68unter22&x=hunter22',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Authorization', 'Basic c2VjcmV0OnNlY3JldA=='],
          ['Referer', 'http://example.test/?password=hunter22'],
        ],
        body: 'user=jane&password=%68%75nter22&note=hunter22',
        response: { headers: [['Set-Cookie', 'sid=topsecret']] },
      },
    );
    const entry = formatNativeAudit(record, context, '00000000') + JSON.stringify([record, verdict]);
    for (const secret of ['hunter22', 'unter22', '%68', 'c2VjcmV0', 'topsecret']) expect(entry).not.toContain(secret);
    expect(entry).toContain('user=jane&password=**********');
    expect(entry).toContain('Sanitised-Args: "password".');
    expect(entry).toContain('Sanitised-Request-Headers: "Authorization".');
    expect(entry).toContain('Sanitised-Response-Headers: "Set-Cookie".');
  });

  it('hold no secret that a later rule named', async () => {
    const { record } = await run(
      'SecRule ARGS:password "@rx ." "id:1,phase:1,pass,logdata:\'%{MATCHED_VAR}\'"\nSecAction "id:2,phase:2,pass,nolog,sanitiseArg:password"',
      { uri: '/?password=hunter22' },
    );
    expect(JSON.stringify(record)).not.toContain('hunter22');
    expect(record.matches[0]?.data).toBe('********');
  });

  it('name what is masked in part', async () => {
    const { record } = await run('SecRule ARGS:card "@rx \\d{16}" "id:1,phase:1,pass,sanitiseMatchedBytes:4/4"', {
      uri: '/?card=4929+1234&card=4929123456781234',
    });
    expect(record.sanitised.arguments).toEqual(['card']);
    expect(record.request.uri).toBe('/?card=4929+1234&card=4929********1234');
  });

  it('hold no secret of a JSON body', async () => {
    const { record } = await run(
      'SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON,sanitiseArg:password"',
      { method: 'POST', headers: [['Content-Type', 'application/json']], body: '{"password":"hunter22","a":1}' },
    );
    expect(record.requestBody).toBe('{"password":"********","a":1}');
  });

  it('hold no secret of a form with parts', async () => {
    const { record } = await run(
      'SecAction "id:1,phase:1,pass,nolog,sanitiseArg:password"',
      multipart('name="password"\r\n\r\nhunter22', 'name="a"\r\n\r\n1'),
    );
    expect(record.requestBody).not.toContain('hunter22');
    expect(record.requestBodyWithoutFiles).toBe('password=********&a=1');
  });

  it('are as they came when nothing is secret', async () => {
    const { record } = await run('', { uri: '/?password=hunter22' });
    expect(record.request.uri).toBe('/?password=hunter22');
    expect(record.sanitised).toEqual({ arguments: [], requestHeaders: [], responseHeaders: [] });
  });

  it('name slow rules', async () => {
    const programs = { run: () => new Promise<string>((resolve) => setTimeout(() => resolve(''), 20)) };
    const { record } = await run(
      'SecRulePerfTime 10000\nSecAction "id:1,phase:1,pass,nolog,exec:/bin/slow"\nSecAction "id:2,phase:1,pass,nolog"\nSecRule PERF_RULES:1 "@ge 10000" "id:3,phase:5,pass"\nSecRule PERF_RULES:2 "@ge 0" "id:4,phase:5,pass"',
      {},
      { programs },
    );
    expect(record.slowRules.map(([id]) => id)).toEqual([1]);
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([3]);
    expect(formatNativeAudit(record, context, '00000000')).toMatch(/Rules-Performance-Info: "1=\d{5,}"\.\n/);
  });
});

describe('WEBSERVER_ERROR_LOG', () => {
  it('holds what the server says at the end', async () => {
    const waf = createWaf({
      rules: [{ file: 'a.conf', text: `${BASE}SecRule WEBSERVER_ERROR_LOG "@contains refused" "id:1,phase:5,pass"` }],
    });
    const tx = waf.openTransaction({
      id: '1',
      clientAddress: '::1',
      clientPort: 1,
      serverAddress: '::1',
      serverPort: 80,
    });
    await tx.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers: [] });
    const record = await tx.processLogging({ serverErrors: ['connection refused'] });
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1]);
  });
});

describe('the time', () => {
  it('is the local time at which a rule asks', async () => {
    const at = new Date(2024, 1, 3, 4, 5, 6);
    const names = [
      'TIME',
      'TIME_EPOCH',
      'TIME_YEAR',
      'TIME_MON',
      'TIME_DAY',
      'TIME_HOUR',
      'TIME_MIN',
      'TIME_SEC',
      'TIME_WDAY',
    ];
    const text = names.map((name) => `%{${name}}`).join(' ');
    const { record } = await run(`SecAction "id:1,phase:1,pass,msg:'${text}'"`, {}, { now: () => at.getTime() });
    expect(record.matches[0]?.message).toBe(`20240203040506 ${at.getTime() / 1000} 2024 02 03 04 05 06 6`);
  });
});
