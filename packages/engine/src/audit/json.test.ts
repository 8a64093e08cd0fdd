import { describe, expect, it } from 'vitest';
import { sampleContext, sampleMatch, sampleRecord, sampleValue } from '../../test/samples/audit-record.ts';
import { formatJsonAudit } from './json.ts';
import { pairs, writeJson } from './json-writer.ts';

const parsed = (text: string): Record<string, unknown> => JSON.parse(text);

describe('formatJsonAudit', () => {
  it('has the keys of ModSecurity 2.9, each only with its part', () => {
    const keys = (auditParts: string): string[] =>
      Object.keys(parsed(formatJsonAudit(sampleRecord({ auditParts }), sampleContext())));
    expect(keys('')).toEqual(['transaction']);
    expect(keys('B')).toEqual(['transaction', 'request']);
    expect(keys('BCEFHIJK')).toEqual([
      'transaction',
      'request',
      'response',
      'audit_data',
      'matched_rules',
      'sallyport',
    ]);
  });

  it('describes the exchange', () => {
    const entry = parsed(formatJsonAudit(sampleRecord(), sampleContext({ componentSignatures: ['CRS/4'] })));
    expect(entry['transaction']).toMatchObject({
      transaction_id: 'awDbeGX4RwRz3EIBAdZIdgAAAAA',
      remote_address: '192.0.2.1',
      remote_port: 43290,
      local_address: '192.0.2.2',
      local_port: 80,
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/2026:\d\d:\d\d:\d\d\.462729 [+-]\d{4}$/),
    });
    expect(entry['request']).toEqual({
      request_line: 'POST /a?x=ab HTTP/1.1',
      headers: { Host: 'example.test', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: ['user=me&password=secret'],
    });
    expect(entry['audit_data']).toEqual({
      messages: [
        'Warning. Pattern match "(a)b" at ARGS:x. [file "/etc/sallyport/rules.conf"] [line "21"] [id "1"] [msg "m"]',
      ],
      stopwatch: { p1: 1, p2: 2, p3: 3, p4: 4, p5: 5, sr: 0, sw: 0, l: 0, gc: 0 },
      response_body_dechunked: true,
      producer: ['Sallyport/0.1.0', 'CRS/4'],
      engine_mode: 'ENABLED',
    });
  });

  it('repeats the keys of repeated headers', () => {
    expect(formatJsonAudit(sampleRecord(), sampleContext())).toContain('"Set-Cookie":"a=1","Set-Cookie":"b=2"');
  });

  it('gives every link of a chain its place', () => {
    const match = sampleMatch({
      matched: [
        sampleValue({ operator: 'contains z' }),
        sampleValue({ name: 'REQUEST_METHOD', operator: 'streq GET', line: 22 }),
      ],
    });
    const entry = parsed(formatJsonAudit(sampleRecord({ matches: [match] }), sampleContext()));
    expect(entry['matched_rules']).toMatchObject([
      {
        chain: true,
        full_chain_match: true,
        rules: [
          {
            actionset: { id: '1', is_chained: true, chain_starter: true },
            operator: { operator: 'contains', operator_param: 'z', target: 'ARGS:x' },
          },
          {
            actionset: { is_chained: true },
            operator: { operator: 'streq', operator_param: 'GET' },
            config: { line_num: 22 },
          },
        ],
      },
    ]);
  });

  it('carries under its own key what an explanation needs', () => {
    const entry = parsed(formatJsonAudit(sampleRecord(), sampleContext()));
    expect(entry['sallyport']).toMatchObject({
      version: 1,
      matches: [
        {
          rule: 1,
          matched: [
            {
              variable: 'ARGS:x',
              transformations: ['lowercase'],
              original: 'AB',
              value: 'ab',
              span: [0, 2],
              changes: [{ name: 'TX:score', after: '5' }],
            },
          ],
        },
      ],
    });
  });

  it('keeps every byte through JSON, in ASCII', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const text = formatJsonAudit(sampleRecord({ requestBody: bytes }), sampleContext());
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect((parsed(text)['request'] as { body: string[] }).body).toEqual([bytes]);
  });
});

describe('writeJson', () => {
  it.each([
    [{ a: undefined, b: [1, 'x', true] }, '{"b":[1,"x",true]}'],
    [
      pairs([
        ['a', '1'],
        ['a', '2'],
      ]),
      '{"a":"1","a":"2"}',
    ],
    ['\x7f\u2028', '"\\u007f\\u2028"'],
  ])('%#', (value, text) => expect(writeJson(value)).toBe(text));
});
