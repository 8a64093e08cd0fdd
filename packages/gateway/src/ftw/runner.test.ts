import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from './backend.ts';
import { exchange } from './exchange.ts';
import { loadExpectations } from './expectations.ts';
import { reportResults, summarize } from './report.ts';
import { MarkerError, runTests } from './runner.ts';
import { parseTestFile } from './test-file.ts';

let directory: string;
let server: Server | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-ftw-'));
});
afterEach(() => {
  server?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A server that logs rule 1 for requests with `attack` in them, markers, and nothing else. */
async function startServer(
  options: { readonly logsMarkers?: boolean; readonly answer?: string } = {},
): Promise<{ port: number; logFile: string; requests: string[] }> {
  const logFile = join(directory, 'error.log');
  writeFileSync(logFile, 'old [id "99"]\n');
  const requests: string[] = [];
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      requests.push(text);
      const marker = /X-CRS-Test: (\S+)/.exec(text)?.[1];
      if (marker === undefined) {
        if (text.includes('attack')) appendFileSync(logFile, 'Warning. [id "1"]\n');
        socket.end(
          options.answer ??
            'HTTP/1.1 200 OK\r\nConnection: close\r\nSet-Cookie: a=1; path=/\r\nContent-Length: 0\r\n\r\n',
        );
        return;
      }
      if (options.logsMarkers !== false) appendFileSync(logFile, `[id "999999"] [msg "X-CRS-Test ${marker}"]\n`);
      socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, logFile, requests };
}

const tests = parseTestFile(
  `rule_id: 1
tests:
  - {test_id: 1, desc: hit, stages: [{input: {uri: /attack}, output: {log: {expect_ids: [1]}}}]}
  - {test_id: 2, stages: [{input: {uri: /}, output: {status: 200, log: {no_expect_ids: [1, 99, 999999]}}}]}
  - {test_id: 3, desc: wrong, stages: [{input: {uri: /attack}, output: {log: {no_expect_ids: [1]}}}]}
  - {test_id: 4, stages: [{input: {save_cookie: true}, output: {}}, {input: {save_cookie: true}, output: {status: 404}}]}
`,
  '1.yaml',
);

describe('runTests', () => {
  it('tells the log lines of one stage from those of the next', async () => {
    const { port, logFile, requests } = await startServer();
    const results = await runTests(tests, { target: { host: '127.0.0.1', port }, logFile });
    expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'failed', 'failed']);
    expect(results[2]?.details).toEqual(['did not expect 1 in the log; the log has 1']);
    expect(results[3]?.details).toEqual(['stage 2: expected status 404, got 200']);
    expect(requests.at(-2)).toContain('\r\nCookie: a=1\r\n');
    expect(summarize(results)).toBe('2 passed, 2 failed, 0 skipped');
    expect(reportResults(results)).toContain('1-3 wrong');
  });

  it('applies overrides and known gaps', async () => {
    const { port, logFile } = await startServer();
    const file = join(directory, 'overrides.yaml');
    writeFileSync(
      file,
      `test_overrides:
  - {rule_id: 1, test_ids: [1], reason: not here}
  - {rule_id: 1, test_ids: [3], reason: logs more, output: {log: {expect_ids: [1]}}}
known_gaps:
  - {rule_id: 1, test_ids: [2], reason: was broken}
  - {rule_id: 1, test_ids: [4], reason: no cookies}
`,
    );
    const expectations = loadExpectations([file], tests);
    const results = await runTests(tests, { target: { host: '127.0.0.1', port }, logFile, expectations });
    expect(results.map(({ verdict }) => verdict)).toEqual(['skipped', 'closed', 'passed', 'gap']);
    expect(summarize(results)).toBe('1 passed, 1 failed, 1 skipped, 1 known gaps');
  });

  it('gives up on a log without markers instead of passing everything', async () => {
    const { port, logFile } = await startServer({ logsMarkers: false });
    await expect(runTests(tests, { target: { host: '127.0.0.1', port }, logFile, markerAttempts: 2 })).rejects.toThrow(
      MarkerError,
    );
  });
});

describe('a server that does not answer markers', () => {
  it('is tried again, then given up', async () => {
    const { port, logFile } = await startServer();
    server?.close();
    const run = runTests(tests, { target: { host: '127.0.0.1', port }, logFile, markerAttempts: 2 });
    await expect(run).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('exchange', () => {
  it.each([
    ['', 'closed without an answer'],
    ['<html>', 'the answer is not HTTP/1'],
  ])('refuses %j as an answer', async (answer, message) => {
    const { port } = await startServer({ answer });
    await expect(exchange({ host: '127.0.0.1', port }, 'GET / HTTP/1.0\r\n\r\n', 500)).rejects.toThrow(message);
  });

  it('does not wait for a connection that stays open after a whole answer', async () => {
    const backend = await startBackend();
    const started = performance.now();
    const response = await exchange({ host: '127.0.0.1', port: backend.port }, 'GET / HTTP/1.1\r\n\r\n', 5000);
    expect(response.status).toBe(200);
    expect(performance.now() - started).toBeLessThan(5000);
    await backend.close();
  });
});

describe('startBackend', () => {
  it.each([
    ['GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n\r\n$/],
    [
      'POST /reflect HTTP/1.1\r\nContent-Length: 42\r\n\r\n{"status":418,"headers":{"X":1},"body":"é"}'
        .replace('é', '\xc3\xa9')
        .replace('42', '44'),
      /^HTTP\/1\.1 418 .*\r\nX: 1\r\nContent-Type: text\/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\n\xc3\xa9$/,
    ],
    [
      'POST /reflect HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n17\r\n{"encodedBody":"PGI+"} \r\n0\r\n\r\n',
      /Content-Type: text\/html; charset=utf-8\r\nContent-Length: 3\r\n\r\n<b>$/,
    ],
    ['POST /reflect HTTP/1.1\r\nContent-Length: 1\r\n\r\n{', /^HTTP\/1\.1 400 /],
    ['POST /reflect HTTP/1.1\r\nContent-Length: 12\r\n\r\n{"status":9}', /^HTTP\/1\.1 400 /],
    ['HEAD /x HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 200 OK\r\nContent-Length: 0\r\n\r\n$/],
    ['W%IRD * HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 200 OK/],
  ])('%#', async (request, answer) => {
    const backend = await startBackend();
    const response = await exchange({ host: '127.0.0.1', port: backend.port }, request, 1000);
    expect(response.raw).toMatch(answer);
    await backend.close();
  });
});
