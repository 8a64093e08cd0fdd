import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { until } from './support/until.ts';
import { startUpstream } from './support/upstream.ts';

/** Waits until there are so many. */
async function atLeast<T>(list: readonly T[], count: number): Promise<readonly T[]> {
  return until(
    () => list.length >= count && list,
    () => `${list.length} came, not ${count}`,
  );
}

it('access, error and audit entries reach the servers of the configuration', async () => {
  const posted: Record<string, unknown>[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const line of Buffer.concat(chunks).toString('latin1').trimEnd().split('\n')) posted.push(JSON.parse(line));
      response.writeHead(204).end();
    });
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const datagrams: string[] = [];
  const syslog = createSocket('udp4', (message) => datagrams.push(message.toString('latin1')));
  syslog.bind(0, '127.0.0.1');
  await once(syslog, 'listening');
  onTestFinished(() => {
    collector.closeAllConnections();
    collector.close();
    syslog.close();
  });

  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, {
    rules: 'SecRuleEngine On\nSecRule ARGS:a "@streq bad" "id:51,phase:1,deny,log,auditlog,msg:\'no\'"',
    yaml: `logs:
  error: error.log
  audit: audit.log
  shipping:
    - http://127.0.0.1:${(collector.address() as AddressInfo).port}/in
    - { to: "syslog+udp://127.0.0.1:${syslog.address().port}?facility=auth", logs: [access, error], format: "%s %U" }`,
  });
  await ask(gate.port, '/path?a=bad&password=secret');
  await atLeast(posted, 3);
  await gate.gateway.logs.flush();

  const access = posted.find((one) => one['duration_us'] !== undefined);
  expect(access).toMatchObject({ status: 403, decided_by: 'waf', reason: '51', target: '/path?a=bad&password=******' });
  const error = posted.find((one) => one['module'] === 'security2');
  expect(error).toMatchObject({
    level: 'error',
    text: expect.stringMatching(/ModSecurity: Access denied .*\[id "51"\]/),
  });
  const audit = posted.find((one) => one['transaction'] !== undefined);
  expect(JSON.stringify(audit)).toContain('password=******');
  expect(JSON.stringify(posted)).not.toContain('secret');

  const [first, second] = (await atLeast(datagrams, 2)).toSorted();
  expect(first).toMatch(/^<35>1 \S+ \S+ sallyport \d+ error - \[.*\[security2:error\].*\[id "51"\]/);
  expect(second).toMatch(/^<38>1 \S+ \S+ sallyport \d+ access - 403 \/path$/);
});
