import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createNodePrograms } from './programs.ts';

const programs = createNodePrograms({ timeoutMilliseconds: 5000, maximumOutput: 10 });
const node = (code: string, environment = {}, words: readonly string[] = []): Promise<string> =>
  programs.run(process.execPath, { arguments: ['-e', code, ...words], environment });

describe('createNodePrograms', () => {
  it('gives the output', async () => {
    expect(await node('process.stdout.write("1 ok")')).toBe('1 ok');
  });

  it.each([
    ['fails', 'process.stdout.write("1 ok"); process.exitCode = 3', 'failed with exit status 3'],
    ['crashes', 'process.stdout.write("1 ok"); process.kill(process.pid, "SIGSEGV")', 'was ended by SIGSEGV'],
    ['says too much', 'process.stdout.write("1".repeat(100))', 'was stopped after more than 10 bytes of output'],
  ])('rejects a program that %s', async (_name, code, reason) => {
    await expect(node(code)).rejects.toThrow(reason);
  });

  it('hands over words and environment as they are, and no shell reads them', async () => {
    expect(await node('process.stdout.write(process.argv[1])', {}, ['$(id)'])).toBe('$(id)');
    expect(await node('process.stdout.write(process.env.A + Object.keys(process.env).length)', { A: 'x' })).toBe('x2');
  });

  it('rejects what cannot be started', async () => {
    await expect(programs.run('/nowhere/program', { arguments: [], environment: {} })).rejects.toThrow('ENOENT');
  });

  it('hands over bytes of UTF-8 as they are', async () => {
    const code = 'process.stdout.write(Buffer.from(process.env.A + process.argv[1]).toString("hex"))';
    expect(await node(code, { A: '\xc3\xa9' }, ['\xc3'])).toBe('c3a9efbfbd');
  });

  it('stops what runs too long, with everything it has started', async () => {
    const impatient = createNodePrograms({ timeoutMilliseconds: 1000 });
    const mark = `${process.pid}.${Date.now()}`;
    // The grandchild keeps the output open.
    const code = `require('child_process').spawn('sleep', ['${mark}'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    const call = { arguments: ['-e', code], environment: {} };
    await expect(impatient.run(process.execPath, call)).rejects.toThrow('was stopped after 1000 ms');
    const isAlive = (): boolean => spawnSync('pgrep', ['-f', `^sleep ${mark}`]).status === 0;
    await expect.poll(isAlive).toBe(false);
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
