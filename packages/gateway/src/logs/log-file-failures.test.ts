import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { combinedTo, logFolder } from '../../test/support/log-folder.ts';
import { sampleExchange } from '../../test/support/logged-exchange.ts';

describe('a disk that fails', () => {
  it('keeps lines until a directory is back, and tells about it once', async () => {
    const { complaints, directory, lines, open } = logFolder();
    const gone = join(directory, 'gone');
    const logs = open({ access: combinedTo(join(gone, 'access.log')) });
    for (let index = 0; index < 50; index++) {
      logs.access(sampleExchange({ requestLine: `n${index}` }));
      await logs.flush();
    }
    expect(complaints).toEqual([expect.stringMatching(/cannot write .*access\.log: ENOENT/)]);
    mkdirSync(gone);
    await logs.flush();
    expect(lines('gone/access.log')).toHaveLength(50);
    expect(complaints.at(-1)).toMatch(/access\.log is being written again$/);
    expect(logs.health.find(({ file }) => file.endsWith('access.log'))).toMatchObject({
      written: 50,
      dropped: 0,
      failures: 50,
    });
  });

  it('tries again by itself', async () => {
    const { directory, open } = logFolder();
    const gone = join(directory, 'gone');
    const logs = open({ access: combinedTo(join(gone, 'access.log')) });
    logs.access(sampleExchange());
    await logs.flush();
    mkdirSync(gone);
    await expect.poll(() => readdirSync(gone)).toEqual(['access.log']);
  });

  it('drops what exceeds the bound, counts it, and never blocks', async () => {
    const { complaints, directory, open } = logFolder();
    symlinkSync('/dev/full', join(directory, 'full.log'));
    const logs = open({ access: combinedTo(join(directory, 'full.log')), maxPendingBytes: 1000 });
    for (let index = 0; index < 100; index++) logs.access(sampleExchange({ requestLine: 'x'.repeat(50) }));
    await logs.flush();
    const health = logs.health.find(({ file }) => file.endsWith('full.log'));
    expect(health?.failures).toBeGreaterThan(0);
    expect(health?.dropped).toBeGreaterThan(80);
    expect(complaints.length).toBeLessThanOrEqual(2);
    await logs.close();
    expect(logs.health.find(({ file }) => file.endsWith('full.log'))?.dropped).toBe(100);
  });

  it('does not wait for a pipe nobody reads', async () => {
    const { complaints, directory, open } = logFolder();
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const logs = open({ access: combinedTo(join(directory, 'pipe')) });
    logs.access(sampleExchange());
    await logs.flush();
    expect(complaints).toEqual([expect.stringContaining('ENXIO')]);
  });

  it('writes each line whole when a disk fills in the middle of one', async () => {
    const { directory } = logFolder();
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
