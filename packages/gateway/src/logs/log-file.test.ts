import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

function open(gatherFor?: number): { readonly file: LogFile; readonly text: () => string } {
  const target = join(folder, 'some.log');
  const complain = (text: string): void => expect.unreachable(text);
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
