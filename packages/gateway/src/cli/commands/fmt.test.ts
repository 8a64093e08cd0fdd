import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandRun, runInProcess } from '../../../test/support/in-process-command.ts';
import { UsageError } from './command.ts';
import { fmtCommand } from './fmt.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-fmt-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return path;
};

const run = (...words: string[]): Promise<CommandRun> => runInProcess(fmtCommand, words);

const UGLY =
  '# why \xe4\r\nSecRule   ARGS  "@rx a"   "id:1, phase:2,pass, msg:\'a, b\'"\r\n\r\n\r\n\r\nSecMarker  END\r\n';
const PRETTY = '# why \xe4\nSecRule ARGS "@rx a" "id:1,phase:2,pass,msg:\'a, b\'"\n\nSecMarker END\n';

it('prints one file, and changes nothing', async () => {
  const path = file('a.conf', UGLY.replace('\xe4', '\xc3\xa4'));
  expect(await run(path)).toEqual({ code: 0, err: [], out: [PRETTY.trimEnd()] });
  expect((await run(file('b.conf', PRETTY.replace('\xe4', 'a')))).out).toEqual([PRETTY.replace('\xe4', 'a').trimEnd()]);
});

it('writes files back with every byte of their comments, and only those that change', async () => {
  const ugly = file('a.conf', UGLY);
  const pretty = file('b.conf', PRETTY);
  const before = statSync(pretty).mtimeMs;
  expect(await run('--write', directory)).toEqual({ code: 0, err: [], out: [ugly] });
  expect(readFileSync(ugly, 'latin1')).toBe(PRETTY);
  expect(statSync(pretty).mtimeMs).toBe(before);
  expect(readdirSync(directory)).toEqual(['a.conf', 'b.conf']);
  expect(await run('--check', directory)).toEqual({ code: 0, err: [], out: [] });
});

it('checks without writing', async () => {
  const ugly = file('a.conf', UGLY);
  expect(await run('--check', ugly)).toEqual({ code: 1, err: [], out: [ugly] });
  expect(readFileSync(ugly, 'latin1')).toBe(UGLY);
});

it('leaves a file with syntax errors alone', async () => {
  const broken = file('a.conf', 'SecRule   ARGS "@rx a\n');
  const { code, err } = await run('--write', broken);
  expect(code).toBe(1);
  expect(err).toEqual([expect.stringContaining(`${broken}:1:16 SL1003`)]);
  expect(readFileSync(broken, 'latin1')).toBe('SecRule   ARGS "@rx a\n');
});

it('formats a file whose words nobody knows', async () => {
  expect((await run(file('a.conf', 'SecSomething   x\n'))).out).toEqual(['SecSomething x']);
});

it.each([
  [['--check', '--write', 'a'], '--check and --write exclude each other'],
  [[], 'name the files to format'],
])('refuses %j', async (words, message) => {
  await expect(run(...words)).rejects.toThrow(new UsageError(message));
});
