import { createWaf, formatJsonAudit, formatNativeAudit, type TransactionRecord } from '@sallyport/engine';
import { describe, expect, it } from 'vitest';
import { isAuditLog, readAuditLog } from './read-audit-log.ts';

const CONTEXT = {
  producer: 'test',
  componentSignatures: [],
  server: undefined,
  webAppId: '',
  sensorId: '',
  ruleText: () => undefined,
};

const BODY = 'a=1&b=\xff\n--00000000-B--\n\n{"x":1}\n';

async function record(id: string): Promise<TransactionRecord> {
  const rules =
    'SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\nSecAuditEngine On\nSecAuditLogParts ABCEFHZ\n';
  const waf = createWaf({ rules: [{ file: 'a.conf', text: rules }] });
  const tx = waf.openTransaction({
    id,
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  await tx.processRequestHeaders({
    method: 'POST',
    uri: '/a?b=%20c',
    protocol: 'HTTP/1.1',
    headers: [
      ['Host', 'example.test'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', String(BODY.length)],
    ],
  });
  tx.writeRequestBody(Buffer.from(BODY, 'latin1'));
  await tx.processRequestBody();
  await tx.processResponseHeaders({
    status: 404,
    reason: 'Not Found',
    protocol: 'HTTP/1.1',
    headers: [['Content-Type', 'text/html']],
  });
  tx.writeResponseBody(Buffer.from('<p>no</p>\n'));
  await tx.processResponseBody();
  return tx.processLogging();
}

const EXPECTED = {
  head: {
    method: 'POST',
    uri: '/a?b=%20c',
    protocol: 'HTTP/1.1',
    line: 'POST /a?b=%20c HTTP/1.1',
    headers: [
      ['Host', 'example.test'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', String(BODY.length)],
    ],
  },
  body: BODY,
  response: {
    head: { status: 404, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/html']] },
    body: '<p>no</p>\n',
  },
};

describe('the requests of our own audit logs come back', () => {
  it('Native', async () => {
    const entries = [await record('one'), await record('two')];
    const log = entries.map((entry, index) => formatNativeAudit(entry, CONTEXT, `1234567${index}`)).join('');
    expect(isAuditLog(log)).toBe(true);
    const { requests, leftOut } = readAuditLog(log, 'audit.log');
    expect(leftOut).toBe(0);
    expect(requests.map(({ name }) => name)).toEqual(['audit.log one', 'audit.log two']);
    for (const request of requests) expect(request).toMatchObject(EXPECTED);
  });

  it('JSON', async () => {
    const log = `${formatJsonAudit(await record('one'), CONTEXT)}\n${formatJsonAudit(await record('two'), CONTEXT)}\n`;
    expect(isAuditLog(log)).toBe(true);
    const { requests, leftOut } = readAuditLog(log, 'audit.log');
    expect(leftOut).toBe(0);
    expect(requests.map(({ name }) => name)).toEqual(['audit.log one', 'audit.log two']);
    for (const request of requests) expect(request).toMatchObject(EXPECTED);
  });
});

it('reads what ModSecurity 3 writes', () => {
  const transaction = {
    client_ip: '192.0.2.9',
    unique_id: '170',
    request: { method: 'POST', http_version: 1.1, uri: '/x', body: 'a=1', headers: { Host: 'a', Accept: '*/*' } },
    response: { body: 'hello', http_code: 200, headers: { Server: 'nginx' } },
  };
  expect(readAuditLog(`${JSON.stringify({ transaction })}\n`, 'log').requests).toEqual([
    {
      name: 'log 170',
      head: {
        method: 'POST',
        uri: '/x',
        protocol: 'HTTP/1.1',
        line: 'POST /x HTTP/1.1',
        headers: [
          ['Host', 'a'],
          ['Accept', '*/*'],
        ],
      },
      body: 'a=1',
      response: { head: { status: 200, protocol: 'HTTP/1.1', headers: [['Server', 'nginx']] }, body: 'hello' },
    },
  ]);
});

it('counts entries without a request', () => {
  const native = '--12345678-A--\n[now] id 1 2 3 4\n--12345678-H--\nProducer: x.\n\n--12345678-Z--\n\n';
  expect(readAuditLog(native, 'log')).toEqual({ requests: [], leftOut: 1 });
  expect(readAuditLog('{"transaction":{}}\n{"trans\n', 'log')).toEqual({ requests: [], leftOut: 2 });
});

it.each(['GET / HTTP/1.1\n\n', '', '{"other":1}', '-- 12-A--'])('%j is no audit log', (text) => {
  expect(isAuditLog(text)).toBe(false);
});
