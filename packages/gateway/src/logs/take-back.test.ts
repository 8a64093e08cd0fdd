import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeBack } from './take-back.ts';

let folder: string;
let path: string;
let handle: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-take-back-'));
  path = join(folder, 'some.log');
  writeFileSync(path, 'whole\nhal');
  handle = await open(path, 'a');
});
afterEach(async () => {
  await handle.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['hal', true, 'whole\n'],
  ['whole\nhal', true, ''],
  ['xal', false, 'whole\nhal'],
  ['more than whole\nhal', false, 'whole\nhal'],
  ['', false, 'whole\nhal'],
])('%j: %s', async (bytes, isDone, left) => {
  expect(await takeBack(handle, path, Buffer.from(bytes))).toBe(isDone);
  expect(readFileSync(path, 'latin1')).toBe(left);
});

it('leaves a file alone that has taken the place of the one written to', async () => {
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'whole\nhal');
  expect(await takeBack(handle, path, Buffer.from('hal'))).toBe(false);
  rmSync(path);
  expect(await takeBack(handle, path, Buffer.from('hal'))).toBe(false);
  expect(readFileSync(`${path}.1`, 'latin1')).toBe('whole\nhal');
});
