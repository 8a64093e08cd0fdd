import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sharedSeed } from './shared-seed.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'seed-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('is made once for a folder, and nothing but it is left there', () => {
  const here = folder();
  const seed = sharedSeed(here);
  expect(seed).toMatch(/^[\da-f]{32}$/);
  expect(sharedSeed(here)).toBe(seed);
  expect(readdirSync(here)).toEqual(['seed']);
  expect(statSync(join(here, 'seed')).mode & 0o777).toBe(0o600);
});

it('is another one elsewhere', () => {
  expect(sharedSeed(folder())).not.toBe(sharedSeed(folder()));
});
