import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleMatch, sampleRecord, sampleValue } from '../../../engine/test/samples/audit-record.ts';
import { type SampleParts, sampleExchange } from '../../test/support/logged-exchange.ts';
import { createLogs } from './logs.ts';
import type { AccessLogSettings, AuditSource, Logs, LogsConfig, RequestContext } from './types.ts';

let directory: string;
let logs: Logs | undefined;
let complaints: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-logs-'));
  complaints = [];
});
afterEach(async () => {
  await logs?.close();
  logs = undefined;
  rmSync(directory, { recursive: true, force: true });
});

function open(config: LogsConfig = {}): Logs {
  logs = createLogs({
    access: combined(join(directory, 'access.log')),
    errorLog: join(directory, 'error.log'),
    complain: (text) => complaints.push(text),
    ...config,
  });
  return logs;
}

const lines = (name: string): string[] => readFileSync(join(directory, name), 'latin1').split('\n').slice(0, -1);

const context: RequestContext = {
  client: { address: '192.0.2.1', port: 43290 },
  hostname: 'example.test',
  uriPath: '/a',
  id: 'awDb',
};

const combined = (path: string): readonly AccessLogSettings[] => [
  { file: path, program: [], format: 'combined', when: [] },
];

function auditSource(audit: Partial<AuditSource['audit']> = {}): AuditSource {
  return {
    audit: {
      engine: 'On',
      type: 'Serial',
      format: 'JSON',
      parts: 'BH',
      log: join(directory, 'audit.log'),
      log2: undefined,
      storageDir: undefined,
      dirMode: 0o700,
      fileMode: 0o600,
      ...audit,
    },
    serverSignature: undefined,
    componentSignatures: [],
    webAppId: 'default',
    sensorId: '',
  };
}

const allBytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

describe('access log', () => {
  it.each<[string, SampleParts, string]>([
    [
      'the combined format',
      { sentHeaders: { referer: 'http://r/', 'user-agent': 'curl' } },
      '192.0.2.1 - - [TIME] "GET / HTTP/1.1" 200 5 "http://r/" "curl"',
    ],
    ['absent fields', { requestLine: '', status: 408, responseBytes: 0 }, '192.0.2.1 - - [TIME] "-" 408 - "-" "-"'],
    ['users', { user: 'a b"' }, '192.0.2.1 - a\\x20b\\" [TIME] "GET / HTTP/1.1" 200 5 "-" "-"'],
    ['an empty user', { user: '' }, '192.0.2.1 - "" [TIME] "GET / HTTP/1.1" 200 5 "-" "-"'],
    // As seen in Apache's access log for `q"u\b<E9><TAB>x`.
    [
      'escapes',
      { sentHeaders: { 'user-agent': 'q"u\\b\xe9\tx\0\x7f' } },
      '192.0.2.1 - - [TIME] "GET / HTTP/1.1" 200 5 "-" "q\\"u\\\\b\\xe9\\tx\\x00\\x7f"',
    ],
  ])('writes %s', async (_name, entry, line) => {
    open().access(sampleExchange(entry));
    await logs?.flush();
    expect(lines('access.log').map((text) => text.replace(/\[[^\]]*\]/, '[TIME]'))).toEqual([line]);
  });

  it('ends with the request id when asked to', async () => {
    open({ accessLogRequestId: true }).access(sampleExchange());
    await logs?.flush();
    expect(lines('access.log')[0]).toMatch(/ "awDb"$/);
  });
});

describe('error log', () => {
  it('writes rule matches as Apache and ModSecurity do, backslashes doubled', async () => {
    open().match(sampleMatch({ message: 'm"x\n' }), context);
    await logs?.flush();
    expect(lines('error.log')[0]).toMatch(
      /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\.\d{6} \d{4}\] \[security2:error\] \[pid \d+:tid \d+\] \[client 192\.0\.2\.1:43290\] \[client 192\.0\.2\.1\] ModSecurity: Warning\. Pattern match "\(a\)b" at ARGS:x\. \[file "[^"]*"\] \[line "21"\] \[id "1"\] \[msg "m\\\\"x\\\\n"\] \[hostname "example\.test"\] \[uri "\/a"\] \[unique_id "awDb"\]$/,
    );
  });

  it('leaves out matches without log and lines below the level', async () => {
    const open_ = open({ errorLogLevel: 'notice' });
    open_.match(sampleMatch({ log: false }), context);
    open_.error('info', 'core', 'no');
    open_.error('notice', 'core', 'yes');
    await open_.flush();
    expect(lines('error.log').map((line) => line.slice(-3))).toEqual(['yes']);
  });

  it('writes engine messages with the request they belong to', async () => {
    open().message({ level: 1, text: 'Multipart: invalid "x"' }, context);
    await logs?.flush();
    expect(lines('error.log')[0]).toMatch(
      /\[client 192\.0\.2\.1\] ModSecurity: Multipart: invalid "x" \[hostname "example\.test"\] \[uri "\/a"\] \[unique_id "awDb"\]$/,
    );
  });
});

describe('every log', () => {
  it('stays one printable line per entry whatever the client sends', async () => {
    const hostile = `${allBytes}"] [id "666"]\r\n[x] `;
    const source = auditSource({ parts: 'BFH' });
    const open_ = open({ audit: source, accessLogRequestId: true });
    open_.access(
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
    const where = { client: context.client, hostname: hostile, uriPath: hostile, id: hostile };
    open_.match(match, where);
    open_.message({ level: 2, text: hostile }, where);
    open_.error('error', 'proxy', hostile, context.client);
    const request = { method: hostile, uri: hostile, protocol: hostile, headers: [[hostile, hostile]] as const };
    open_.audit(sampleRecord({ request, matches: [match], uriPath: hostile, hostname: hostile, auditParts: 'BFH' }));
    await open_.flush();
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
    const file = join(directory, 'error.log');
    const open_ = open({ access: combined(file) });
    for (let index = 0; index < 2000; index++) {
      if (index % 2 === 0) open_.error('error', 'core', `n${index}`);
      else open_.access(sampleExchange({ requestLine: `n${index}` }));
      if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await open_.flush();
    expect(lines('error.log').map((line) => Number(/n(\d+)/.exec(line)?.[1]))).toEqual(
      Array.from({ length: 2000 }, (_, index) => index),
    );
  });

  it('creates files with the mode asked for', async () => {
    const open_ = open({ fileMode: 0o600, audit: auditSource({ fileMode: 0o640 }) });
    open_.access(sampleExchange());
    open_.audit(sampleRecord());
    await open_.flush();
    expect(statSync(join(directory, 'access.log')).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'audit.log')).mode & 0o777).toBe(0o640);
  });

  it('appends to what is there', async () => {
    writeFileSync(join(directory, 'access.log'), 'before\n');
    open().access(sampleExchange());
    await logs?.flush();
    expect(lines('access.log')).toEqual(['before', expect.stringContaining('GET /')]);
  });
});

describe('rotation', () => {
  it('reopen() writes earlier lines to the moved file and later ones to a new one', async () => {
    const open_ = open();
    open_.access(sampleExchange({ requestLine: 'one' }));
    await open_.flush();
    renameSync(join(directory, 'access.log'), join(directory, 'access.log.1'));
    open_.access(sampleExchange({ requestLine: 'two' }));
    await open_.reopen();
    open_.access(sampleExchange({ requestLine: 'three' }));
    await open_.flush();
    expect(lines('access.log.1').map((line) => /"(\w+)"/.exec(line)?.[1])).toEqual(['one', 'two']);
    expect(lines('access.log').map((line) => /"(\w+)"/.exec(line)?.[1])).toEqual(['three']);
  });

  it('notices within seconds that a file was removed', async () => {
    const open_ = open();
    open_.access(sampleExchange({ requestLine: 'one' }));
    await open_.flush();
    unlinkSync(join(directory, 'access.log'));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    open_.access(sampleExchange({ requestLine: 'two' }));
    await open_.flush();
    expect(lines('access.log')).toHaveLength(1);
  });
});

describe('a disk that fails', () => {
  it('keeps lines until a directory is back, and tells about it once', async () => {
    const gone = join(directory, 'gone');
    const open_ = open({ access: combined(join(gone, 'access.log')) });
    for (let index = 0; index < 50; index++) {
      open_.access(sampleExchange({ requestLine: `n${index}` }));
      await open_.flush();
    }
    expect(complaints).toEqual([expect.stringMatching(/cannot write .*access\.log: ENOENT/)]);
    mkdirSync(gone);
    await open_.flush();
    expect(lines('gone/access.log')).toHaveLength(50);
    expect(complaints.at(-1)).toMatch(/access\.log is being written again$/);
    expect(open_.health.find(({ file }) => file.endsWith('access.log'))).toMatchObject({
      written: 50,
      dropped: 0,
      failures: 50,
    });
  });

  it('tries again by itself', async () => {
    const gone = join(directory, 'gone');
    const open_ = open({ access: combined(join(gone, 'access.log')) });
    open_.access(sampleExchange());
    await open_.flush();
    mkdirSync(gone);
    await expect.poll(() => readdirSync(gone)).toEqual(['access.log']);
  });

  it('drops what exceeds the bound, counts it, and never blocks', async () => {
    symlinkSync('/dev/full', join(directory, 'full.log'));
    const open_ = open({ access: combined(join(directory, 'full.log')), maxPendingBytes: 1000 });
    for (let index = 0; index < 100; index++) open_.access(sampleExchange({ requestLine: 'x'.repeat(50) }));
    await open_.flush();
    const health = open_.health.find(({ file }) => file.endsWith('full.log'));
    expect(health?.failures).toBeGreaterThan(0);
    expect(health?.dropped).toBeGreaterThan(80);
    expect(complaints.length).toBeLessThanOrEqual(2);
    await open_.close();
    expect(open_.health.find(({ file }) => file.endsWith('full.log'))?.dropped).toBe(100);
  });

  it('does not wait for a pipe nobody reads', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const open_ = open({ access: combined(join(directory, 'pipe')) });
    open_.access(sampleExchange());
    await open_.flush();
    expect(complaints).toEqual([expect.stringContaining('ENXIO')]);
  });

  it('writes each line whole when a disk fills in the middle of one', async () => {
    // A file size limit of the process stands for the full disk; run apart, as it cannot be lifted again.
    const script = `
      import { createLogs } from ${JSON.stringify(new URL('./logs.ts', import.meta.url).href)};
      process.on('SIGXFSZ', () => {});
      const logs = createLogs({ errorLog: ${JSON.stringify(join(directory, 'error.log'))}, complain: () => {} });
      for (let index = 0; index < 200; index++) logs.error('error', 'core', 'line ' + index + ' ' + 'x'.repeat(60) + ' end');
      await logs.flush();
      await logs.close();
      console.log(JSON.stringify(logs.health[0]));`;
    writeFileSync(join(directory, 'run.mts'), script);
    const out = execFileSync(
      'bash',
      ['-c', `ulimit -f 8; exec "${process.execPath}" --conditions=sallyport-source "${join(directory, 'run.mts')}"`],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(out)).toMatchObject({ failures: expect.any(Number) });
    expect(JSON.parse(out).failures).toBeGreaterThan(0);
    const text = readFileSync(join(directory, 'error.log'), 'latin1');
    const whole = text.split('\n');
    // Another process may be the next to write.
    expect(whole.pop()).toBe('');
    expect(whole.length).toBeGreaterThan(10);
    expect(JSON.parse(out)).toMatchObject({ written: whole.length, dropped: 200 - whole.length });
    for (const [index, line] of whole.entries()) expect(line).toMatch(new RegExp(`line ${index} x+ end$`));
  });
});

describe('audit log', () => {
  it('writes nothing for a record that is not to be audited, or without settings', async () => {
    const open_ = open({ audit: auditSource() });
    open_.audit(sampleRecord({ isAudited: false }));
    await open_.flush();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('appends serial entries, JSON one per line', async () => {
    const open_ = open({ audit: auditSource({ log2: join(directory, 'second.log') }) });
    open_.audit(sampleRecord());
    open_.audit(sampleRecord({ id: 'two' }));
    await open_.flush();
    const ids = lines('audit.log').map((line) => JSON.parse(line).transaction.transaction_id);
    expect(ids).toEqual(['awDbeGX4RwRz3EIBAdZIdgAAAAA', 'two']);
    expect(lines('second.log')).toEqual(lines('audit.log'));
  });

  it('separates native entries by new boundaries', async () => {
    const open_ = open();
    const source = auditSource({ format: 'Native' });
    for (let index = 0; index < 20; index++) open_.audit(sampleRecord(), source);
    await open_.flush();
    const boundaries = lines('audit.log').flatMap((line) => /^--([0-9a-f]{8})-A--$/.exec(line)?.[1] ?? []);
    expect(boundaries).toHaveLength(20);
    expect(new Set(boundaries).size).toBe(20);
  });

  it('stores concurrent entries in dated folders, with index lines after them', async () => {
    const open_ = open({ audit: auditSource({ type: 'Concurrent', storageDir: join(directory, 'storage') }) });
    open_.audit(sampleRecord());
    open_.audit(sampleRecord({ id: '../../evil' }));
    await open_.flush();
    const index = lines('audit.log');
    expect(index).toHaveLength(2);
    const paths = index.map((line) => / (\/\S+) 0 (\d+) md5:[0-9a-f]{32} $/.exec(line));
    for (const found of paths) {
      const file = join(directory, 'storage', found?.[1] ?? '');
      expect(statSync(file).size).toBe(Number(found?.[2]));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(JSON.parse(readFileSync(file, 'latin1'))).toHaveProperty('transaction');
    }
    expect(paths[1]?.[1]).toMatch(/\/\d{8}\/\d{8}-\d{4}\/\d{8}-\d{6}-______evil$/);
    expect(statSync(join(directory, 'storage', (paths[0]?.[1] ?? '').slice(0, 9))).mode & 0o777).toBe(0o700);
  });

  it('keeps entries until the storage can be written', async () => {
    writeFileSync(join(directory, 'storage'), 'in the way');
    const open_ = open({ audit: auditSource({ type: 'Concurrent', storageDir: join(directory, 'storage') }) });
    open_.audit(sampleRecord());
    await open_.flush();
    expect(complaints).toEqual([expect.stringContaining('cannot write audit log storage')]);
    unlinkSync(join(directory, 'storage'));
    await open_.flush();
    expect(lines('audit.log')).toHaveLength(1);
  });

  it('leaves bodies out of an entry that is too long, and keeps the entry', async () => {
    const open_ = open({ audit: auditSource({ format: 'Native', parts: 'ABCEHZ' }), maxPendingBytes: 20_000 });
    const [long, short] = ['x'.repeat(11_000), 'y'.repeat(100)];
    open_.audit(sampleRecord({ auditParts: 'ABCEHZ', requestBody: long, responseBody: short }));
    open_.audit(sampleRecord({ id: 'two', auditParts: 'ABCEHZ', requestBody: long, responseBody: long }));
    open_.audit(sampleRecord({ id: 'three', auditParts: 'ABCEHZ', requestBody: short, responseBody: short }));
    await open_.flush();
    const [first, second, third] = readFileSync(join(directory, 'audit.log'), 'latin1').split(/-Z--\n\n?/);
    expect(first).toMatch(/Request body left out of the audit log: 11000 bytes are too many/);
    expect(first).toContain(short);
    expect(second).toMatch(/Response body left out of the audit log: 11000 bytes are too many/);
    expect(second).not.toContain('xxx');
    expect(third).toContain(short);
    expect(third).not.toContain('left out');
    expect(open_.health.find(({ file }) => file.endsWith('audit.log'))).toMatchObject({ written: 3, dropped: 0 });
  });

  it('masks what the configuration names', async () => {
    const mask = {
      parameters: new Set(['password']),
      requestHeaders: new Set<string>(),
      responseHeaders: new Set<string>(),
    };
    const open_ = open({ audit: auditSource(), mask });
    open_.audit(sampleRecord({ auditParts: 'BCHIJK' }));
    await open_.flush();
    expect(lines('audit.log')[0]).toContain('password=******');
    expect(lines('audit.log')[0]).not.toContain('secret');
  });
});

describe('close', () => {
  it('writes what is queued; later calls do nothing', async () => {
    const open_ = open();
    open_.access(sampleExchange());
    await open_.close();
    open_.access(sampleExchange());
    await open_.close();
    expect(lines('access.log')).toHaveLength(1);
  });
});
