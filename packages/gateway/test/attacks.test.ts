/** The table of attacks in the guide and the tests that carry their numbers are about the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/guide/attacks.md'), 'utf8');
const attacks = [...guide.matchAll(/^\| (A\d\d) \|/gm)].map(([, id]) => id ?? '');

/** Names of tests, or of the rows of their tables: texts that begin with a number of the table. */
function named(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .flatMap((file) => [...readFileSync(join(root, folder, file), 'utf8').matchAll(/['"`](A\d\d)[ :]/g)])
    .map(([, id]) => id ?? '');
}

const tested = new Set(named('packages/gateway/test'));

it.each(attacks)('%s has a test', (id) => {
  expect(tested).toContain(id);
});

it('every number in the name of a test is in the table, each once', () => {
  expect([...tested].filter((id) => !attacks.includes(id))).toEqual([]);
  expect(new Set(attacks).size).toBe(attacks.length);
  expect(attacks).toHaveLength(51);
});
