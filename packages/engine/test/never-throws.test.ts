/** No input of any kind throws out of the engine: rule text gives diagnostics, requests give verdicts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVocabulary } from '../src/builtins.ts';
import { createWaf, RuleSetError } from '../src/index.ts';
import { parseBody } from './body-processors/parse-body.ts';

const { transformations, bodyProcessors } = createVocabulary();

/** Byte strings of any bytes, and of those that mean something to parsers. */
const bytes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 }).map((codes) => String.fromCharCode(...codes)),
  fc
    .array(
      fc.constantFrom(
        ...'%&=;+\\/*"\'<>{}[]()|,:.-_#!?@\0\r\n\t aA0xu'.split(''),
        ...['%u', '&#x', '\\x', '\\u', '/*', '*/', '--b', '\r\n\r\n', '<!', ']]>', '<?', '{"', '":', '\xc3', '\xff'],
        ...['Content-Disposition: form-data; name="', 'filename=', '__proto__', 'constructor', 'xmlns:'],
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);

describe('transformations', () => {
  const settings = createWaf({ rules: [] }).settings;
  it.each(transformations.all.map(({ name }) => name))('%s', (name) => {
    const transformation = transformations.find(name);
    fc.assert(
      fc.property(bytes, (value) => {
        // The settings of a loaded rule set are all they look at.
        const result = transformation?.apply(value, settings as never);
        expect(typeof result).toBe('string');
      }),
      { numRuns: 150 },
    );
  });
});

describe('body processors', () => {
  it.each(bodyProcessors.all.map(({ name }) => name))('%s', (name) => {
    const processor = bodyProcessors.find(name);
    if (processor === undefined) throw new Error(`no processor ${name}`);
    const contentType = fc.oneof(bytes, fc.constantFrom('multipart/form-data; boundary=b', 'application/json'));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), contentType, (chunks, type) => {
        expect(parseBody(processor, chunks, { contentType: type })).toHaveProperty('error');
      }),
      { numRuns: 300 },
    );
  });
});

const line = fc.oneof(
  bytes,
  fc
    .tuple(
      fc.constantFrom(
        'SecRule',
        'SecAction',
        'SecMarker',
        'SecDefaultAction',
        'SecRuleUpdateTargetById',
        'Include',
        'SecFilter',
      ),
      fc.array(fc.oneof(bytes, fc.constantFrom('ARGS', '"@rx a"', '"id:1,phase:1,deny"', '&TX:a', '!@eq', 'XML:/*[')), {
        maxLength: 4,
      }),
    )
    .map(([name, words]) => [name, ...words].join(' ')),
);

it.each([
  'SecFilter a constructor',
  'SecFilterSelective constructor a',
  'SecFilterSelective "ARG_a|__proto__" a toString',
  'SecSetEnvIf constructor a b=1',
  'SecAction "id:1,phase:constructor"',
  'SecRule CONSTRUCTOR "@constructor a" "id:1,constructor,t:constructor,ctl:constructor=1"',
])('names that every object has are no words of the language: %s', (text) => {
  try {
    createWaf({ rules: [{ file: 'a.conf', text }] });
  } catch (cause) {
    expect(cause).toBeInstanceOf(RuleSetError);
  }
});

it('rule text loads or is refused with diagnostics', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      try {
        createWaf({ rules: [{ file: 'a.conf', text: lines.join('\n') }] });
      } catch (cause) {
        expect(cause).toBeInstanceOf(RuleSetError);
      }
    }),
    { numRuns: 500 },
  );
});

const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecAuditEngine On
SecAuditLogParts ABCEFHIJKZ
SecCookieFormat 1
SecRule REQUEST_HEADERS:X-Processor "@rx (.+)" "id:1,phase:1,pass,nolog,capture,chain"
SecRule TX:1 "@streq JSON" "ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:X-Processor "@streq XML" "id:2,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_URI|REQUEST_FILENAME|REQUEST_BASENAME|ARGS|ARGS_NAMES|REQUEST_COOKIES|REQUEST_HEADERS "@detectSQLi" "id:3,phase:2,pass,log,t:urlDecodeUni,t:htmlEntityDecode,logdata:'%{MATCHED_VAR}'"
SecRule ARGS|FILES|MULTIPART_PART_HEADERS|XML:/*|XML://@*|REQUEST_BODY "@rx (a+)|[^a-z]" "id:4,phase:2,pass,log,capture,setvar:tx.%{MATCHED_VAR_NAME}=%{MATCHED_VAR},sanitiseMatched"
SecRule XML://*[count(*)>0]/@* "@unconditionalMatch" "id:5,phase:2,pass,log"
SecRule RESPONSE_BODY|RESPONSE_HEADERS "@detectXSS" "id:6,phase:4,pass,log"`;

it.each(['optimized', 'reference'] as const)('no exchange throws out of a transaction (%s)', async (evaluator) => {
  const waf = createWaf({ rules: [{ file: 'a.conf', text: RULES }], evaluator });
  const end = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const header = fc.tuple(fc.oneof(bytes, fc.constantFrom('Cookie', 'Content-Type', 'Host', 'X-Processor')), bytes);
  const exchange = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST'), bytes),
    uri: fc.oneof(
      bytes,
      bytes.map((text) => `/${text}?${text}`),
    ),
    headers: fc.array(header, { maxLength: 5 }),
    processor: fc.constantFrom(
      'JSON',
      'XML',
      'x',
      'multipart/form-data; boundary=b',
      'application/x-www-form-urlencoded',
    ),
    body: fc.array(bytes, { maxLength: 3 }),
    answer: bytes,
  });
  await fc.assert(
    fc.asyncProperty(exchange, async ({ method, uri, headers, processor, body, answer }) => {
      const tx = waf.openTransaction({ id: 'a', ...end });
      const own = [['X-Processor', processor] as const, ['Content-Type', processor] as const];
      await tx.processRequestHeaders({ method, uri, protocol: 'HTTP/1.1', headers: [...own, ...headers] });
      for (const chunk of body) tx.writeRequestBody(Buffer.from(chunk, 'latin1'));
      await tx.processRequestBody();
      await tx.processResponseHeaders({
        status: 200,
        protocol: 'HTTP/1.1',
        headers: [['Content-Type', 'text/html'], ...headers],
      });
      tx.writeResponseBody(Buffer.from(answer, 'latin1'));
      await tx.processResponseBody();
      expect(await tx.processLogging()).toHaveProperty('matches');
    }),
    { numRuns: 200 },
  );
});
