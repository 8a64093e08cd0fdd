import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FreshFile } from './fresh-file.ts';

it('is read anew a second later, and refuses while it cannot be used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fresh-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file');
  const said: string[] = [];
  let now = 0;
  const parse = (text: string): string => {
    if (text === 'bad') throw new Error('it is bad');
    return text;
  };
  const options = { path, parse, say: (level: string, line: string) => said.push(`${level} ${line}`), now: () => now };
  expect(() => new FreshFile(options)).toThrow('ENOENT');
  writeFileSync(path, 'one');
  const file = new FreshFile(options);
  writeFileSync(path, 'three');
  expect(file.get()).toBe('one');
  now = 1000;
  expect(await file.get()).toBe('three');
  expect(file.get()).toBe('three');

  writeFileSync(path, 'bad');
  now = 2000;
  await expect(file.get()).rejects.toThrow('it is bad');
  expect(() => file.get()).toThrow('it is bad');
  now = 3000;
  await expect(file.get()).rejects.toThrow('it is bad');
  rmSync(path);
  now = 4000;
  await expect(file.get()).rejects.toThrow('ENOENT');
  writeFileSync(path, 'good');
  now = 5000;
  expect(await file.get()).toBe('good');
  expect(said).toEqual([
    `error ${path} cannot be used: it is bad`,
    expect.stringContaining('ENOENT'),
    `notice ${path} can be used again`,
  ]);
});
