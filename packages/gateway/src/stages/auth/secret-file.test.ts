import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readSecret } from './secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer): Buffer {
  const file = join(folder, 'secret');
  writeFileSync(file, content);
  return readSecret(file, 32);
}

it('a secret is the bytes of a file without the line ends behind them', () => {
  const secret = 'x'.repeat(32);
  expect(read(`${secret}\r\n\n`).toString()).toBe(secret);
  const bytes = Buffer.concat([Buffer.from([0, 255, 10]), Buffer.alloc(32, 7)]);
  expect(read(bytes)).toEqual(bytes);
});

it.each([
  ['x'.repeat(31), 'a secret needs 32 bytes at least'],
  [`${'x'.repeat(31)}\n`, 'a secret needs 32 bytes at least'],
  [`-----BEGIN PUBLIC KEY-----\n${'A'.repeat(60)}\n`, 'this is a key in PEM form, not a common secret'],
])('%j is none', (content, message) => expect(() => read(content)).toThrow(message));

it('a file that is not there is named', () => {
  expect(() => readSecret(join(folder, 'nowhere'), 32)).toThrow(
    `${join(folder, 'nowhere')} the secret cannot be read: ENOENT`,
  );
});
