import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SampleParts, sampleExchange } from '../../../test/support/logged-exchange.ts';
import { LogFile } from '../log-file.ts';
import { BoundedFile } from './bounded-file.ts';
import { SlowRequests, type SlowRequestsOptions } from './slow-requests.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

function slow(options: Partial<SlowRequestsOptions>, ...exchanges: readonly SampleParts[]): SlowRequests {
  const requests = new SlowRequests({
    threshold: 10,
    kept: 3,
    perMinute: 100,
    headers: ['User-Agent', 'Authorization', 'Range'],
    mask: { parameters: new Set(['password']), requestHeaders: new Set(['authorization']), responseHeaders: new Set() },
    file: undefined,
    ...options,
  });
  for (const one of exchanges) requests.observe(sampleExchange(one));
  return requests;
}

describe('what is kept', () => {
  it('of requests that took long: where the time went, and headers, masked', () => {
    const { entries } = slow(
      {},
      {
        requestLine: 'GET /a?password=x&b=1 HTTP/1.1',
        sentHeaders: { 'user-agent': 'a'.repeat(300), authorization: 'Basic abc' },
      },
      { duration: 9_999 },
      { status: 101, duration: 10_000_000 },
    );
    expect(entries).toEqual([
      expect.objectContaining({
        id: 'awDb',
        target: '/a?password=*&b=1',
        duration_us: 14_120,
        stages_us: { head: 100, body: 432, rules: 958, upstream: 11_510, answer: 115, send: 1005 },
        request_headers: { 'User-Agent': 'a'.repeat(200), Authorization: '*********' },
      }),
    ]);
  });

  it('the newest only', () => {
    const { entries } = slow({}, { id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' });
    expect(entries.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  });

  it('no more in a minute than is wanted; the next one tells how many are missing', () => {
    const { entries } = slow({ perMinute: 2 }, ...['a', 'b', 'c', 'd'].map((id) => ({ id, startedAt: NOON })), {
      id: 'e',
      startedAt: NOON + 60_000,
    });
    expect(entries.map(({ id, skipped_before }) => [id, skipped_before])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['e', 2],
    ]);
  });
});

it('a file that is full is put aside, and at most one of them is kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slow-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'slow.json');
  writeFileSync(`${path}.1`, 'older\n');
  const complaints: string[] = [];
  const complain = (text: string): void => void complaints.push(text);
  const file = new LogFile({ target: path, mode: 0o600, maxPendingBytes: 1000, complain });
  const bounded = new BoundedFile(file, path, 10, complain);
  onTestFinished(() => bounded.close());
  for (const line of ['one', 'two', 'three', 'four']) bounded.append(line);
  await bounded.flush();
  expect([readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8'), complaints]).toEqual([
    'one\ntwo\n',
    'three\nfour\n',
    [],
  ]);
});
