import { describe, expect, it } from 'vitest';
import { createNodePrograms } from './programs.ts';

const programs = createNodePrograms({ timeoutMilliseconds: 5000, maximumOutput: 10 });
const node = (code: string, environment = {}, words: readonly string[] = []): Promise<string> =>
  programs.run(process.execPath, { arguments: ['-e', code, ...words], environment });

describe('createNodePrograms', () => {
  it('gives the output, whatever the exit status', async () => {
    expect(await node('process.stdout.write("1 ok"); process.exitCode = 3')).toBe('1 ok');
  });

  it('hands over words and environment as they are, and no shell reads them', async () => {
    expect(await node('process.stdout.write(process.argv[1])', {}, ['$(id)'])).toBe('$(id)');
    expect(await node('process.stdout.write(process.env.A + Object.keys(process.env).length)', { A: 'x' })).toBe('x2');
  });

  it('keeps no more than it was told to', async () => {
    expect(await node('process.stdout.write("0123456789abcdef")')).toBe('0123456789');
  });

  it('rejects what cannot be started', async () => {
    await expect(programs.run('/nowhere/program', { arguments: [], environment: {} })).rejects.toThrow('ENOENT');
  });

  it('stops what runs too long', async () => {
    const impatient = createNodePrograms({ timeoutMilliseconds: 300 });
    const call = { arguments: ['-e', 'setInterval(() => {}, 1000)'], environment: {} };
    await expect(impatient.run(process.execPath, call)).rejects.toThrow('was stopped by SIGKILL');
  });

  it('runs no more at a time than it was told to', async () => {
    const one = createNodePrograms({ maximumRunning: 1 });
    const call = {
      arguments: ['-e', 'process.stdout.write(String(Date.now()));setTimeout(() => {}, 100)'],
      environment: {},
    };
    const [first, second] = await Promise.all([one.run(process.execPath, call), one.run(process.execPath, call)]);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(100);
  });
});
