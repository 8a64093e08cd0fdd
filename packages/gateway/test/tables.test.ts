/** Texts of a configuration, an imported file or a client look things up in tables; `constructor` must be in none of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';

const source = fileURLToPath(new URL('../src', import.meta.url));
const TABLE = /^(?:export )?const (\w+): (?:Readonly<)?Record<\s*string,(?:[^=;]|=>)*?>? = \{\s*(\S+)/gm;

const tables = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) =>
    [...readFileSync(join(source, file), 'utf8').matchAll(TABLE)].map(([, name, first]) => [`${file} ${name}`, first]),
  );

it('finds the tables', () => expect(tables.length).toBeGreaterThan(20));

it.each(tables)('%s inherits nothing', (_name, first) => {
  expect(first).toBe('__proto__:');
});

it('a command that every object has is unknown like any other', async () => {
  const said: string[] = [];
  const output = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
  expect(await main(['constructor'], output as never)).toBe(2);
  expect(said.join('\n')).toMatch(/^unknown command "constructor"/);
});
