import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleExchange } from '../../test/support/logged-exchange.ts';
import { traceCommand } from '../cli/commands/trace.ts';
import { formatJsonAccessLine } from '../logs/json-access-line.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-trace-'));
  const line = formatJsonAccessLine(
    sampleExchange({
      id: 'wanted',
      requestLine: 'GET /a?b=\x1b[31m HTTP/1.1',
      decidedBy: { stage: 'waf', reason: '12' },
      status: 403,
    }),
    undefined,
  );
  writeFileSync(join(folder, 'access.json'), `${line.replace('wanted', 'other')}\n${line}\n`);
  writeFileSync(join(folder, 'error.log'), '[x] one [unique_id "wanted"]\n[x] two [unique_id "other"]\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function trace(...words: string[]): Promise<readonly [code: number, out: string, err: string]> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await traceCommand.run(words, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    hasColour: false,
  });
  return [code, out.join('\n'), err.join('\n')];
}

it('shows who decided, and the stages one after the other', async () => {
  const [code, out] = await trace(
    'wanted',
    '--access-log',
    join(folder, 'access.json'),
    '--error-log',
    join(folder, 'error.log'),
  );
  expect(code).toBe(0);
  expect(out).toBe(`GET /a?b=\\x1b[31m HTTP/1.1  host example.test
403, decided by waf: 12
from 192.0.2.1:43290 at 2026-11-20T12:00:00.000Z, 2 requests before it on the connection
321 bytes in, 654 bytes out, 5 of them body

      from        for
    0.000 ms     0.100 ms  head     head read and checked, route found, rules of phase 1
    0.100 ms     0.432 ms  body     body received
    0.532 ms     0.958 ms  rules    rules of phase 2
    1.490 ms    11.510 ms  upstream upstream asked, until the head of its answer
   13.000 ms     0.115 ms  answer   rules of phases 3 and 4
   13.115 ms     1.005 ms  send     answer sent
   14.120 ms             end

[x] one [unique_id "wanted"]`);
});

it('gives the line itself, and says when there is none', async () => {
  const [, out] = await trace('wanted', '--access-log', join(folder, 'access.json'), '--json');
  expect(JSON.parse(out)).toMatchObject({ id: 'wanted', status: 403 });
  expect(await trace('nobody', '--access-log', join(folder, 'access.json'))).toMatchObject([
    1,
    '',
    expect.stringMatching(/^no request nobody in /),
  ]);
});
