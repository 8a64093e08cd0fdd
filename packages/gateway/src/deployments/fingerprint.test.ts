import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

it('is another one after every change, however deep, and the same without', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const deep = join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'x'), '1');
  symlinkSync('/', join(folder, 'link'));
  const changes: (() => void)[] = [
    () => appendFileSync(join(deep, 'x'), '2'),
    () => writeFileSync(join(deep, 'y'), ''),
    () => chmodSync(join(deep, 'x'), 0o600),
    () => renameSync(join(deep, 'y'), join(deep, 'z')),
    () => utimesSync(join(deep, 'x'), 1, 1),
    () => rmSync(join(deep, 'z')),
  ];
  let before = await fingerprintOf(folder);
  for (const change of changes) {
    expect(await fingerprintOf(folder)).toBe(before);
    // Clocks of file systems tick some milliseconds at a time.
    await new Promise((resolve) => setTimeout(resolve, 20));
    change();
    const after = await fingerprintOf(folder);
    expect(after).not.toBe(before);
    before = after;
  }
  await expect(fingerprintOf(join(folder, 'none'))).rejects.toThrow('ENOENT');
});
