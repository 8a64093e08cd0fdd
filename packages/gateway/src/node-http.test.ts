import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('nothing of a running gate imports node:http itself: that loads a fetch nobody uses', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const files = globSync('**/*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));
  const imports = files.flatMap((file) =>
    [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/^import (?!type )[^;]*? from 'node:http';$/gm)].map(
      ([line]) => `${file}: ${line}`,
    ),
  );
  expect(files).toContain('listener/listener.ts');
  expect(imports).toEqual([]);
});
