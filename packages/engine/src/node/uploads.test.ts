import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeUploads } from './uploads.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uploads-'));
  mkdirSync(join(folder, 'kept'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const request = (changes = {}) => ({
  transactionId: 'a/../b@c',
  startedAt: new Date(2024, 1, 3, 4, 5, 6).getTime(),
  directory: folder,
  mode: 0o640,
  ...changes,
});

describe('nodeUploads', () => {
  it("writes under ModSecurity's names, with the mode asked for", () => {
    const file = nodeUploads.create(request());
    expect(dirname(file.path)).toBe(folder);
    expect(basename(file.path)).toMatch(/^20240203-040506-a_\.\._b@c-file-[A-Za-z0-9]{6}$/);
    file.write('a\xff');
    file.write('\0b');
    file.close();
    file.close();
    expect(statSync(file.path).mode & 0o777).toBe(0o640);
    expect(readFileSync(file.path, 'latin1')).toBe('a\xff\0b');
    expect(file.read()).toBe('a\xff\0b');
    expect(() => file.write('late')).toThrow(/is closed$/);
    file.delete();
    expect(existsSync(file.path)).toBe(false);
  });

  it('moves what is kept', () => {
    const file = nodeUploads.create(request());
    file.write('x');
    file.keep(join(folder, 'kept'));
    expect(readdirSync(join(folder, 'kept'))).toEqual([basename(file.path)]);
    expect(existsSync(file.path)).toBe(false);
  });

  it('uses the directory of the system without another', () => {
    const file = nodeUploads.create(request({ directory: undefined }));
    expect(dirname(file.path)).toBe(tmpdir());
    file.delete();
  });

  it('throws where nothing can be written', () => {
    expect(() => nodeUploads.create(request({ directory: join(folder, 'none') }))).toThrow('ENOENT');
  });
});
