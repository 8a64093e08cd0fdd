import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleRecord } from '../../../engine/test/samples/audit-record.ts';
import { logFolder } from '../../test/support/log-folder.ts';

describe('audit log', () => {
  it('writes nothing for a record that is not to be audited, or without settings', async () => {
    const { auditSource, directory, open } = logFolder();
    const logs = open({ audit: auditSource() });
    logs.audit(sampleRecord({ isAudited: false }));
    await logs.flush();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('appends serial entries, JSON one per line', async () => {
    const { auditSource, directory, lines, open } = logFolder();
    const logs = open({ audit: auditSource({ log2: join(directory, 'second.log') }) });
    logs.audit(sampleRecord());
    logs.audit(sampleRecord({ id: 'two' }));
    await logs.flush();
    const ids = lines('audit.log').map((line) => JSON.parse(line).transaction.transaction_id);
    expect(ids).toEqual(['awDbeGX4RwRz3EIBAdZIdgAAAAA', 'two']);
    expect(lines('second.log')).toEqual(lines('audit.log'));
  });

  it('separates native entries by new boundaries', async () => {
    const { auditSource, lines, open } = logFolder();
    const logs = open();
    const source = auditSource({ format: 'Native' });
    for (let index = 0; index < 20; index++) logs.audit(sampleRecord(), source);
    await logs.flush();
    const boundaries = lines('audit.log').flatMap((line) => /^--([0-9a-f]{8})-A--$/.exec(line)?.[1] ?? []);
    expect(boundaries).toHaveLength(20);
    expect(new Set(boundaries).size).toBe(20);
  });

  it('stores concurrent entries in dated folders, with index lines after them', async () => {
    const { auditSource, directory, lines, open } = logFolder();
    const logs = open({ audit: auditSource({ type: 'Concurrent', storageDir: join(directory, 'storage') }) });
    logs.audit(sampleRecord());
    logs.audit(sampleRecord({ id: '../../evil' }));
    await logs.flush();
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

  it('leaves no part of an entry behind where the disk is full', () => {
    const { auditSource, directory } = logFolder();
    const source = auditSource({ type: 'Concurrent', storageDir: join(directory, 'storage'), log: undefined });
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    // A file size limit of the process stands for the full disk; run apart, as it cannot be lifted again.
    const script = `
      import { sampleRecord } from ${url('../../../engine/test/samples/audit-record.ts')};
      import { createLogs } from ${url('./logs.ts')};
      process.on('SIGXFSZ', () => {});
      const logs = createLogs({ audit: ${JSON.stringify(source)}, complain: (text) => console.log(text) });
      logs.audit(sampleRecord({ auditParts: 'ABCZ', requestBody: 'x'.repeat(20_000) }));
      await logs.flush();`;
    writeFileSync(join(directory, 'run.mts'), script);
    const node = `"${process.execPath}" --conditions=sallyport-source "${join(directory, 'run.mts')}"`;
    const out = execFileSync('bash', ['-c', `ulimit -f 8; exec ${node}`], { encoding: 'utf8' });
    expect(out).toContain('EFBIG');
    const left = readdirSync(join(directory, 'storage'), { recursive: true, withFileTypes: true });
    expect(left.filter((one) => one.isFile())).toEqual([]);
  });

  it('keeps entries until the storage can be written', async () => {
    const { auditSource, complaints, directory, lines, open } = logFolder();
    writeFileSync(join(directory, 'storage'), 'in the way');
    const logs = open({ audit: auditSource({ type: 'Concurrent', storageDir: join(directory, 'storage') }) });
    logs.audit(sampleRecord());
    await logs.flush();
    expect(complaints).toEqual([expect.stringContaining('cannot write audit log storage')]);
    unlinkSync(join(directory, 'storage'));
    await logs.flush();
    expect(lines('audit.log')).toHaveLength(1);
  });

  it('leaves bodies out of an entry that is too long, and keeps the entry', async () => {
    const { auditSource, directory, open } = logFolder();
    const logs = open({ audit: auditSource({ format: 'Native', parts: 'ABCEHZ' }), maxPendingBytes: 20_000 });
    const [long, short] = ['x'.repeat(11_000), 'y'.repeat(100)];
    logs.audit(sampleRecord({ auditParts: 'ABCEHZ', requestBody: long, responseBody: short }));
    logs.audit(sampleRecord({ id: 'two', auditParts: 'ABCEHZ', requestBody: long, responseBody: long }));
    logs.audit(sampleRecord({ id: 'three', auditParts: 'ABCEHZ', requestBody: short, responseBody: short }));
    await logs.flush();
    const [first, second, third] = readFileSync(join(directory, 'audit.log'), 'latin1').split(/-Z--\n\n?/);
    expect(first).toMatch(/Request body left out of the audit log: 11000 bytes are too many/);
    expect(first).toContain(short);
    expect(second).toMatch(/Response body left out of the audit log: 11000 bytes are too many/);
    expect(second).not.toContain('xxx');
    expect(third).toContain(short);
    expect(third).not.toContain('left out');
    expect(logs.health.find(({ file }) => file.endsWith('audit.log'))).toMatchObject({ written: 3, dropped: 0 });
  });

  it('masks what the configuration names', async () => {
    const { auditSource, lines, open } = logFolder();
    const mask = {
      parameters: new Set(['password']),
      requestHeaders: new Set<string>(),
      responseHeaders: new Set<string>(),
    };
    const logs = open({ audit: auditSource(), mask });
    logs.audit(sampleRecord({ auditParts: 'BCHIJK' }));
    await logs.flush();
    expect(lines('audit.log')[0]).toContain('password=******');
    expect(lines('audit.log')[0]).not.toContain('secret');
  });
});
