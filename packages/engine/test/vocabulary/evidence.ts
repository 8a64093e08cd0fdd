import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(new URL('../..', import.meta.url));

/** A test file, by its path in the engine package. */
export interface TestFile {
  readonly path: string;
  readonly text: string;
}

/** Tests in which words are data: they prove nothing about what a word does. */
const ABOUT_WORDS = /vocabulary|modsec1|src[/]seclang|src[/]language|src[/]compile/;

/** Every test of the engine that runs what it mentions. */
export function testFiles(): readonly TestFile[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(join(engine, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => /\.(test\.ts|waftest)$/.test(path) && !ABOUT_WORDS.test(path))
      .sort()
      .map((path) => ({
        path: relative('.', path),
        text: readFileSync(join(engine, path), 'latin1').replaceAll('\\n', '\n').toLowerCase(),
      })),
  );
}

/** Test files in which a word stands as a word of its own. */
export function evidenceFor(name: string, files: readonly TestFile[], before = ''): readonly string[] {
  const word = new RegExp(`${before}(?<![a-z0-9_])${name.toLowerCase().replace(/[^a-z0-9_]/g, '\\$&')}(?![a-z0-9_])`);
  return files.filter(({ text }) => word.test(text)).map(({ path }) => path);
}
