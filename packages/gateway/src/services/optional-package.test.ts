import { expect, it } from 'vitest';
import { OptionalPackage, PackageMissing } from './optional-package.ts';

it('is loaded once somebody has asked for it, and only then', async () => {
  let imports = 0;
  const one = new OptionalPackage('colours', 'Paintings need', async () => {
    imports++;
    return 'red';
  });
  expect(await one.load()).toBe(false);
  expect(imports).toBe(0);
  expect(() => one.module).toThrow('Paintings need the package "colours": npm install colours');
  expect(await one.load()).toBe(true);
  expect(one.module).toBe('red');
  expect(await one.load()).toBe(false);
  expect(imports).toBe(1);
});

it('stays missing where it is not installed', async () => {
  const one = new OptionalPackage('none', 'Nothing needs', () => import('not-installed-anywhere' as string));
  expect(() => one.module).toThrow(PackageMissing);
  expect(await one.load()).toBe(false);
  expect(() => one.module).toThrow('npm install none');
});

it('says what is wrong with a package that is there', async () => {
  const one = new OptionalPackage('bad', 'Nothing needs', () => Promise.reject(new Error('wrong version')));
  expect(() => one.module).toThrow(PackageMissing);
  await expect(one.load()).rejects.toThrow('wrong version');
});
