/** Files of this very package, whether its sources run or what is built of them: a bundler moves modules to other places. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder with its package.json, with a slash at the end. */
const OWN_PACKAGE = packageAround(import.meta.url);
const IS_SOURCE = import.meta.url.endsWith('.ts');

/** Absolute path of a file of the package; `''` is its folder, with a slash at the end. */
export function ownFile(path: string): string {
  return fileURLToPath(new URL(path, OWN_PACKAGE));
}

/** A module that is started by its file name, as a process or a thread; `name` as `scripts/bundle.mjs` lists it. */
export function ownProgram(name: string): string {
  return ownFile(IS_SOURCE ? `src/${name}.ts` : `dist/${name}.js`);
}

function packageAround(module: string): URL {
  let folder = new URL('.', module);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder);
    if (above.href === folder.href) throw new Error(`no package.json above ${module}`);
    folder = above;
  }
  return folder;
}
