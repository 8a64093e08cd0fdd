import { execFileSync } from 'node:child_process';
import {
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-log-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Milliseconds: longer than any of these tests takes. */
const LONG = 600_000;

function open(
  gatherFor?: number,
  complain: (text: string) => void = (text) => expect.unreachable(text),
): { readonly file: LogFile; readonly text: () => string } {
  const target = join(folder, 'some.log');
  const file = new LogFile({
    target,
    mode: 0o600,
    maxPendingBytes: 1 << 20,
    complain,
    ...(gatherFor && { gatherFor }),
  });
  return { file, text: () => readFileSync(target, 'latin1') };
}

it('writes a line that comes after a pause at once, and lines close behind it together', async () => {
  const { file, text } = open(LONG);
  file.append('first');
  await expect.poll(() => text()).toBe('first\n');
  file.append('second');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(text()).toBe('first\n');
  file.append('third');
  await file.flush();
  expect(text()).toBe('first\nsecond\nthird\n');
  await file.close();
});

it('writes at once when much has gathered', async () => {
  const { file, text } = open(LONG);
  file.append('first');
  await expect.poll(() => text()).toBe('first\n');
  const lines = Array.from({ length: 100 }, () => 'x'.repeat(999));
  for (const line of lines) file.append(line);
  await expect.poll(() => text()).toBe(`first\n${lines.join('\n')}\n`);
  await file.close();
});

it('writes what has gathered when it is closed', async () => {
  const { file, text } = open(LONG);
  for (const line of ['a', 'b', 'c']) file.append(line);
  await expect.poll(() => text()).toBe('a\nb\nc\n');
  file.append('d');
  await file.close();
  expect(text()).toBe('a\nb\nc\nd\n');
});

it('without a time to gather, writes the lines of each turn', async () => {
  const { file, text } = open();
  for (const line of ['a', 'b', 'c']) {
    file.append(line);
    await expect.poll(() => text()).toMatch(new RegExp(`${line}\\n$`));
  }
  await file.close();
});

it('tears no line where several write to one pipe', async () => {
  const pipe = join(folder, 'some.log');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const files = ['a', 'b', 'c'].map((letter) => ({ letter, file: open().file }));
  const count = 1000;
  for (let at = 0; at < count; at++)
    for (const { letter, file } of files) file.append(`${letter.repeat(100 + (at % 200))}.`);
  // More than a pipe holds, so that some is left over again and again.
  const buffer = Buffer.alloc(10_000);
  let text = '';
  const take = (): number => {
    try {
      const length = readSync(reader, buffer);
      text += buffer.toString('latin1', 0, length);
      return text.split('\n').length - 1;
    } catch {
      return -1;
    }
  };
  await expect.poll(take, { timeout: 50_000, interval: 2 }).toBe(files.length * count);
  expect(text.match(/^(?:a+|b+|c+)\.$/gm)).toHaveLength(files.length * count);
  for (const { file } of files) await file.close();
});

it('keeps no file open over 200 rotations, and every line once', async () => {
  const { file, text } = open();
  const openFiles = (): number => readdirSync('/proc/self/fd').length;
  const before = openFiles();
  let written = 0;
  let all = '';
  for (let at = 0; at < 200; at++) {
    for (let line = 0; line < 20; line++) file.append(String(written++));
    if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    const moved = join(folder, 'moved.log');
    await file.flush();
    renameSync(join(folder, 'some.log'), moved);
    file.append(String(written++));
    const reopened = file.reopen();
    file.append(String(written++));
    await reopened;
    all += readFileSync(moved, 'latin1');
    rmSync(moved);
  }
  file.append(String(written++));
  await file.flush();
  all += text();
  expect(all).toBe(`${Array.from({ length: written }, (_, at) => at).join('\n')}\n`);
  expect(openFiles()).toBeLessThanOrEqual(before + 1);
  await file.close();
});

it('goes on when a directory, a pipe nobody reads, or nothing was in its place', async () => {
  const complaints: string[] = [];
  const { file, text } = open(undefined, (one) => complaints.push(one));
  const target = join(folder, 'some.log');
  file.append('0');
  await file.flush();
  const obstacles = [
    () => mkdirSync(target),
    () => execFileSync('mkfifo', [target]),
    () => rmSync(folder, { recursive: true }),
  ];
  for (const [at, obstruct] of obstacles.entries()) {
    rmSync(target);
    obstruct();
    await file.reopen();
    file.append(String(at + 1));
    await file.flush();
    expect(file.isStuck).toBe(true);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    await expect.poll(() => file.isStuck, { timeout: 10_000 }).toBe(false);
    expect(text()).toBe(`${at + 1}\n`);
  }
  expect(file.health).toMatchObject({ written: 4, dropped: 0 });
  expect(complaints.join('\n')).toMatch(/EISDIR[\s\S]*ENXIO[\s\S]*ENOENT/);
  await file.close();
});
