import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeFiles } from '@sallyport/engine/node';
import { describe, expect, it } from 'vitest';
import { formatRules } from './format.ts';

const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const sets = [
  ['our own rules', fileURLToPath(new URL('../../rules', import.meta.url))],
  ['the Core Rule Set of the distribution', '/usr/share/modsecurity-crs/rules'],
  ['the current Core Rule Set', `${shared}/crs/rules`],
] as const;

describe.each(sets)('%s', (_name, folder) => {
  const files = existsSync(folder) ? nodeFiles.list(`${folder}/*.conf`) : [];
  it.skipIf(files.length === 0)(
    `keeps its meaning and its comments (skipped without ${folder})`,
    () => {
      for (const file of files) {
        const text = readFileSync(file, 'latin1');
        const result = formatRules(file, text, nodeFiles);
        if (result.kind === 'same') continue;
        if (result.kind === 'broken') throw new Error(`${file} cannot be read`);
        expect(formatRules(file, result.text, nodeFiles), file).toEqual({ kind: 'same' });
        expect(comments(result.text), file).toEqual(comments(text));
      }
    },
    120_000,
  );
});

function comments(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('#'));
}
