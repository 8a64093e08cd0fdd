/** What `sallyport bench` prints; how fast a machine is, is no business of a test. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { hasPhpCgi } from './support/php-fpm.ts';

interface Result {
  readonly plain: readonly number[];
  readonly isolated: readonly number[];
  readonly share: number;
  readonly launch: string;
}

describe.runIf(process.platform === 'linux')('sallyport bench isolation', () => {
  it.each([
    ['the small application', []],
    ['php-cgi', ['--php']],
  ])('asks %s both ways, and the exit code says whether the isolated one keeps up', async (_what, words) => {
    if (words.length > 0 && !hasPhpCgi()) return;
    const { code, out, err } = await runCommand(
      ['bench', 'isolation', '--json', '--seconds', '1', '--clients', '2', ...words],
      testFolder(),
    );
    expect(err).toBe('');
    // It is our own output.
    const { plain, isolated, share, launch } = JSON.parse(out) as Result;
    expect([plain.length, isolated.length]).toEqual([10, 10]);
    expect([...plain, ...isolated].every((rate) => rate >= 0)).toBe(true);
    expect(Math.max(...plain)).toBeGreaterThan(10);
    expect(Math.max(...isolated)).toBeGreaterThan(10);
    expect(code).toBe(share >= 0.8 ? 0 : 1);
    expect(launch).toContain('--no-new-privs');
    if (process.getuid?.() === 0) expect(launch).toContain('--reuid=65534');
  });

  it('prints both rates', async () => {
    const { out } = await runCommand(['bench', 'isolation', '--seconds', '1', '--clients', '2'], testFolder());
    expect(out).toMatch(
      /^plain +\d+ requests\/s at the median, \d+ at best\nisolated +\d+ .*\nisolated is [\d.]+ % of plain/,
    );
  });

  it.each([
    [['bench'], 'say what to measure: isolation'],
    [['bench', 'speed'], 'unknown word "speed"'],
    [['bench', 'responder'], 'a responder is started by sallyport bench isolation'],
    [['bench', 'isolation', '--seconds', '0'], '--seconds is a number from 1 to 9999'],
    [
      ['bench', 'isolation', '--user', 'no-such-user'],
      process.getuid?.() === 0 ? 'there is no user "no-such-user"' : '',
    ],
  ])('%j', async (words, mistake) => {
    if (mistake === '') return;
    const { code, err } = await runCommand(words, testFolder());
    expect({ code, isSaid: err.includes(mistake) }).toEqual({ code: 2, isSaid: true });
  });
});
