import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { referencePages } from './pages.ts';

it('README.md names every command', async () => {
  const cli = (await referencePages()).get('cli.md') ?? '';
  const commands = [...cli.matchAll(/^## `sallyport (\S+)`$/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(10);
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  const rows = new Set([...readme.matchAll(/^\| `sallyport (\w+)/gm)].map(([, name]) => name));
  expect(commands.filter((name) => !rows.has(name))).toEqual([]);
});
