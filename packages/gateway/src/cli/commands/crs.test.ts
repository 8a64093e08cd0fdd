import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandRun, runInProcess } from '../../../test/support/in-process-command.ts';
import { CRS_RELEASES, crsArchiveUrl } from '../../crs/releases.ts';
import { UsageError } from './command.ts';
import { crsCommand } from './crs.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-crs-command-'));
  vi.stubEnv('XDG_DATA_HOME', directory);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const run = (...words: string[]): Promise<CommandRun> => runInProcess(crsCommand, words);

describe('crs install', () => {
  it('refuses an archive that is not the release, and installs nothing', async () => {
    const file = join(directory, 'crs.tar.gz');
    writeFileSync(file, 'something else');
    const { code, err } = await run('install', '--from', file);
    expect(code).toBe(1);
    expect(err[0]).toMatch(/has SHA-256 [0-9a-f]{64}, expected d8acc96f/);
    expect(readdirSync(directory)).toEqual(['crs.tar.gz']);
  });

  it('tells which file is missing', async () => {
    expect((await run('install', '--from', join(directory, 'none'))).err[0]).toMatch(/ENOENT/);
  });

  it.each([
    [[], 'say "crs install"'],
    [['remove'], 'say "crs install"'],
    [['install', '--version', '4.0.0'], 'give it with --sha256'],
    [['install', '--version', '../x'], 'not a version'],
    [['install', '--sha256', 'abc'], '64 hex digits'],
    [['install', '--from', 'http://example.test/x'], 'https://'],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(UsageError);
    await expect(run(...words)).rejects.toThrow(message);
  });

  it('knows releases by whole checksums', () => {
    for (const { version, sha256 } of CRS_RELEASES) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(new URL(crsArchiveUrl(version)).protocol).toBe('https:');
    }
  });
});
