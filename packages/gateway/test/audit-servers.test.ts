/** Audit entries that go to a server: SecAuditLogType HTTPS and Syslog. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../src/index.ts';
import { ask } from './support/client.ts';
import { startGate, testConfig, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const RULES = `SecRuleEngine On
SecAuditEngine RelevantOnly
SecRule ARGS:a "@streq x" "id:2,phase:1,deny,status:403,log,auditlog"\n`;
const yaml = 'logs: { error: error.log }';

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createHttpServer>): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

it.each([
  ['Native', 'text/plain', /^--[0-9a-f]{8}-A--\n.*--[0-9a-f]{8}-Z--$/s],
  ['JSON', 'application/json', /^\{"transaction":.*\}$/],
  ['OCSF', 'application/json', /"class_uid":6001/],
])('by POST, one by one, in the format %s', async (format, contentType, entry) => {
  const received: { method?: string | undefined; type?: string | undefined; text: string }[] = [];
  const port = await listen(
    createHttpServer((request, response) => {
      let text = '';
      request.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
      });
      request.on('end', () => {
        received.push({ method: request.method, type: request.headers['content-type'], text });
        response.end();
      });
    }),
  );
  const rules = `${RULES}SecAuditLogType HTTPS\nSecAuditLogFormat ${format}\nSecAuditLog http://127.0.0.1:${port}/audit\n`;
  const gate = await startGate((await startUpstream()).port, { yaml, rules });
  await ask(gate.port, '/one?a=x');
  await ask(gate.port, '/two?a=x');
  await ask(gate.port, '/three');
  await expect.poll(() => received).toHaveLength(2);
  for (const { method, type, text } of received) {
    expect({ method, type }).toEqual({ method: 'POST', type: contentType });
    expect(text).toMatch(entry);
  }
  expect(received[1]?.text).toContain('/two');
});

it('as syslog messages', async () => {
  let received = '';
  const port = await listen(
    createServer((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
    }),
  );
  const rules = `${RULES}SecAuditLogType Syslog\nSecAuditLogFormat JSON\nSecAuditLog syslog+tcp://127.0.0.1:${port}\n`;
  const gate = await startGate((await startUpstream()).port, { yaml, rules });
  await ask(gate.port, '/one?a=x');
  await expect.poll(() => received).toContain('GET /one?a=x');
  expect(received).toMatch(/^\d+ <132>1 \S+ \S+ sallyport \d+ audit - \{"transaction":/);
});

it.each([
  ['HTTPS', 'ftp://x', 'SecAuditLog: logs cannot be sent to "ftp://"'],
  ['HTTPS', 'syslog+tcp://x:1', 'SecAuditLog: syslog+tcp://x:1 is not an address for SecAuditLogType HTTPS'],
  ['Syslog', 'https://x/', 'SecAuditLog: https://x/ is not an address for SecAuditLogType Syslog'],
  ['Syslog', 'x:514?facility=none', 'there is no facility "none"'],
])('%s with %s stops the start', async (type, address, message) => {
  const rules = `${RULES}SecAuditLogType ${type}\nSecAuditLogFormat JSON\nSecAuditLog ${address}\n`;
  await expect(createGateway(testConfig(testFolder(), 9, { rules, yaml }))).rejects.toThrow(message);
});
