import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleMatch, sampleRecord, sampleValue } from '../../../engine/test/samples/audit-record.ts';
import { combinedTo, logFolder, requestContext } from '../../test/support/log-folder.ts';
import { sampleExchange } from '../../test/support/logged-exchange.ts';

const allBytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

describe('every log', () => {
  it('stays one printable line per entry whatever the client sends', async () => {
    const { auditSource, lines, open } = logFolder();
    const hostile = `${allBytes}"] [id "666"]\r\n[x] `;
    const source = auditSource({ parts: 'BFH' });
    const logs = open({ audit: source, accessLogRequestId: true });
    logs.access(
      sampleExchange({
        user: hostile,
        requestLine: hostile,
        sentHeaders: { referer: hostile, 'user-agent': hostile },
        id: hostile,
        client: { address: hostile, port: 1 },
      }),
    );
    const match = sampleMatch({
      // The engine escapes quotes in its sentences; the log still keeps bytes out that could end the line.
      operatorText: `Pattern match "${hostile.replaceAll('"', '')}" at ARGS.`,
      message: hostile,
      data: hostile,
      tags: [hostile],
      matched: [sampleValue({ name: `ARGS:${hostile}`, value: hostile, original: hostile })],
    });
    const where = { client: requestContext.client, hostname: hostile, uriPath: hostile, id: hostile };
    logs.match(match, where);
    logs.message({ level: 2, text: hostile }, where);
    logs.error('error', 'proxy', hostile, requestContext.client);
    const request = { method: hostile, uri: hostile, protocol: hostile, headers: [[hostile, hostile]] as const };
    logs.audit(sampleRecord({ request, matches: [match], uriPath: hostile, hostname: hostile, auditParts: 'BFH' }));
    await logs.flush();
    for (const [name, count] of [
      ['access.log', 1],
      ['error.log', 3],
      ['audit.log', 1],
    ] as const) {
      expect(lines(name)).toHaveLength(count);
      for (const line of lines(name)) expect(line).toMatch(/^[\x20-\x7e]*$/);
    }
    const ids = lines('error.log')
      .slice(0, 1)
      .flatMap((line) => [...line.matchAll(/\[id "(\d+)"\]/g)].map((found) => found[1]));
    expect(ids).toEqual(['1']);
  });

  it('keeps the order of calls, also across logs that share a file', async () => {
    const { directory, lines, open } = logFolder();
    const file = join(directory, 'error.log');
    const logs = open({ access: combinedTo(file) });
    for (let index = 0; index < 2000; index++) {
      if (index % 2 === 0) logs.error('error', 'core', `n${index}`);
      else logs.access(sampleExchange({ requestLine: `n${index}` }));
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await logs.flush();
    expect(lines('error.log').map((line) => Number(/n(\d+)/.exec(line)?.[1]))).toEqual(
      Array.from({ length: 2000 }, (_, index) => index),
    );
  });

  it('creates files with the mode asked for', async () => {
    const { auditSource, directory, open } = logFolder();
    const logs = open({ fileMode: 0o600, audit: auditSource({ fileMode: 0o640 }) });
    logs.access(sampleExchange());
    logs.audit(sampleRecord());
    await logs.flush();
    expect(statSync(join(directory, 'access.log')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'audit.log')).mode & 0o777).toBe(0o640);
  });

  it('appends to what is there', async () => {
    const { directory, lines, open } = logFolder();
    writeFileSync(join(directory, 'access.log'), 'before\n');
    const logs = open();
    logs.access(sampleExchange());
    await logs.flush();
    expect(lines('access.log')).toEqual(['before', expect.stringContaining('GET /')]);
  });
});

describe('close', () => {
  it('writes what is queued; later calls do nothing', async () => {
    const { lines, open } = logFolder();
    const logs = open();
    logs.access(sampleExchange());
    await logs.close();
    logs.access(sampleExchange());
    await logs.close();
    expect(lines('access.log')).toHaveLength(1);
  });
});
