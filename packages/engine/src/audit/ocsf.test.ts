import { describe, expect, it } from 'vitest';
import { sampleMatch, sampleRecord } from '../../test/samples/audit-record.ts';
import type { TransactionRecord } from '../contract.ts';
import { formatOcsfAudit } from './ocsf.ts';

const context = {
  producer: 'Sallyport/1',
  componentSignatures: ['OWASP_CRS/4'],
  server: undefined,
  webAppId: 'shop',
  sensorId: '',
};
const event = (changes: Partial<TransactionRecord> = {}, mask = {}): Record<string, unknown> => {
  const text = formatOcsfAudit(sampleRecord(changes), { ...context, ...mask });
  expect(text).not.toContain('\n');
  return JSON.parse(text) as Record<string, unknown>;
};
const interruption = {
  action: 'deny',
  status: 403,
  phase: 2,
  rule: { id: 1, file: 'rules.conf', line: 21 },
  message: 'Access denied with code 403 (phase 2).',
} as const;

describe('formatOcsfAudit', () => {
  it('has what the class requires', () => {
    expect(event({ matches: [] })).toMatchObject({
      category_uid: 6,
      class_uid: 6001,
      activity_id: 1,
      type_uid: 600_101,
      time: 1_795_218_307_462,
      severity_id: 1,
      status_id: 1,
      action_id: 1,
      metadata: {
        version: '1.3.0',
        profiles: ['security_control'],
        product: { vendor_name: 'Sallyport' },
        log_name: 'shop',
      },
      src_endpoint: { ip: '192.0.2.1', port: 43_290 },
      dst_endpoint: { ip: '192.0.2.2', port: 80, hostname: 'example.test' },
      http_request: { http_method: 'POST', url: { url_string: 'http://example.test/a?x=ab', query_string: 'x=ab' } },
      http_response: { code: 200 },
      web_resources: [{ url_string: 'http://example.test/a?x=ab' }],
    });
  });

  it('takes a method for what it is, whatever it is called', () => {
    const { request } = sampleRecord();
    expect(event({ request: { ...request, method: 'constructor' } })).toMatchObject({
      activity_id: 99,
      activity_name: 'constructor',
    });
  });

  it('says what was blocked, by which rule, and how bad it is', () => {
    expect(event({ interruption, matches: [sampleMatch({ severity: 2, isDisruptive: true })] })).toMatchObject({
      severity_id: 5,
      severity: 'Critical',
      status_id: 2,
      action_id: 2,
      disposition_id: 2,
      firewall_rule: { uid: '1', name: 'm', match_location: 'rules.conf:21' },
      message: interruption.message,
      unmapped: { matches: [{ rule: 1, severity: 'CRITICAL', is_disruptive: true }] },
    });
  });

  it.each([
    ['GET', 2],
    ['PUT', 3],
    ['DELETE', 4],
    ['PROPFIND', 99],
  ])('%s is activity %i', (method, activity) => {
    const request = { method, uri: '/', protocol: 'HTTP/1.1', headers: [] };
    expect(event({ request })).toMatchObject({ activity_id: activity, type_uid: 600_100 + activity });
  });

  it('leaves out the parts that are not wanted', () => {
    const text = JSON.stringify(event({ auditParts: '' }));
    for (const key of ['http_headers', 'user_agent', 'request_body', 'response_body', 'matches', 'request_line']) {
      expect(text).not.toContain(`"${key}"`);
    }
  });

  it('masks parameters and headers', () => {
    const mask = { parameters: new Set(['x']), requestHeaders: new Set(['host']), responseHeaders: new Set<string>() };
    const text = JSON.stringify(event({}, { mask }));
    expect(text).toContain('/a?x=**');
    expect(text).toContain('{"name":"Host","value":"************"}');
    expect(text).not.toContain('x=ab');
  });
});
