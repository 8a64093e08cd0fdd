import { expect, it } from 'vitest';
import { importPackage } from './import-package.ts';

it('gives what the package exports', async () => {
  const { sep } = await importPackage<{ readonly sep: string }>('node:path/posix', 'paths need');
  expect(sep).toBe('/');
});

it('says what to install where it is missing', async () => {
  await expect(importPackage('no-such-package', 'secrets need')).rejects.toThrow(
    'secrets need the package "no-such-package": npm install no-such-package',
  );
});

it('passes on what a broken package throws', async () => {
  const broken = `data:text/javascript,throw new Error('broken')`;
  await expect(importPackage(broken, 'secrets need')).rejects.toThrow(/^broken$/);
});
