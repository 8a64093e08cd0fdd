import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { filesOnDisk, RememberedFiles } from './configuration-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'configuration-files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('stay as they were first found, also for a process that is told', () => {
  const path = folder();
  const file = join(path, 'a.conf');
  writeFileSync(file, 'first \xff', 'latin1');
  const files = new RememberedFiles();
  const look = (one: RememberedFiles): unknown => [
    one.read(file),
    one.list(join(path, '*.conf')),
    one.once('choice', () => ({ name: filesOnDisk.list(path).length })),
  ];
  const seen = look(files);
  expect(seen).toEqual(['first \xff', [file], { name: 1 }]);
  const found = JSON.parse(JSON.stringify(files.found)) as Record<string, unknown>;
  writeFileSync(join(path, 'b.conf'), '');
  rmSync(file);
  expect(look(files)).toEqual(seen);
  expect(look(new RememberedFiles(found))).toEqual(seen);
  expect(() => look(new RememberedFiles())).toThrow('ENOENT');
});

it('what could not be read is looked for again', () => {
  const file = join(folder(), 'a.conf');
  const files = new RememberedFiles();
  expect(() => files.read(file)).toThrow('ENOENT');
  writeFileSync(file, 'there');
  expect(files.read(file)).toBe('there');
});
