import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { commandWords, PipedLog } from './piped-log.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'piped-log-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function open(command: string, complaints: string[] = [], maxPendingBytes = 1 << 20): PipedLog {
  const log = new PipedLog({ command, maxPendingBytes, complain: (text) => complaints.push(text) });
  onTestFinished(() => log.close());
  return log;
}

function script(text: string): string {
  const file = join(folder(), 'reader.sh');
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

it('a program reads the lines in order, bytes as they are', async () => {
  const out = join(folder(), 'out file');
  const log = open(`${script('cat > "$1"')} "${out}"`);
  log.append('first \xff');
  log.appendText('second\n');
  await log.close();
  expect(readFileSync(out, 'latin1')).toBe('first \xff\nsecond\n');
  expect(log.health).toMatchObject({ written: 2, dropped: 0, failures: 0 });
});

it('more than a pipe holds arrives whole', async () => {
  const out = join(folder(), 'out');
  const log = open(`${script('sleep 0.2; cat > "$1"')} ${out}`);
  const line = 'x'.repeat(999);
  for (let count = 0; count < 500; count++) log.append(line);
  await log.close();
  expect(readFileSync(out, 'latin1').length).toBe(500_000);
});

it('a program that ends is started again', async () => {
  const out = join(folder(), 'out');
  const complaints: string[] = [];
  const log = open(`${script('read line; echo "$line" >> "$1"; exit 3')} ${out}`, complaints);
  log.append('one');
  await expect.poll(() => complaints[0]).toContain('the program ended (status 3)');
  log.append('two');
  await expect.poll(() => readFileSync(out, 'latin1')).toBe('one\ntwo\n');
});

it('a program that is not there is told once, and the queue is bounded', async () => {
  const complaints: string[] = [];
  const log = open('/nowhere/program', complaints, 100);
  for (let count = 0; count < 50; count++) log.append('a line of thirty or so characters');
  await log.flush();
  await expect.poll(() => complaints.join('\n')).toContain('ENOENT');
  log.append('more');
  await log.close();
  expect(log.health.failures).toBeGreaterThan(0);
});

it('a program that will not end is ended', async () => {
  const marker = join(folder(), 'started');
  const log = open(`${script('touch "$1"; exec sleep 600')} ${marker}`);
  log.append('x');
  await expect.poll(() => existsSync(marker)).toBe(true);
  await log.close();
});

it('words of a command', () => {
  expect(commandWords(`/bin/log -a "b c" 'd "e'`)).toEqual(['/bin/log', '-a', 'b c', 'd "e']);
});
