// Builds the packages into their dist folders, the engine first: types by the TypeScript compiler, programs by the bundler.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, ensureInstalled, root, run, say } from './toolchain.mjs';

/** In the order of their dependencies. */
const PACKAGES = ['engine', 'gateway'];

ensureInstalled();
// Loaded when it is installed for certain.
const { bundle } = await import('./bundle.mjs');
for (const name of PACKAGES) {
  const folder = join(root, 'packages', name);
  // What a renamed or deleted source left behind must not be found any more.
  if (existsSync(join(folder, 'dist'))) rmSync(join(folder, 'dist'), { recursive: true });
  run(binary('tsc'), ['-p', join(folder, 'tsconfig.json')]);
  await bundle(name, join(folder, 'dist'));
  say(`  built packages/${name}`);
}
