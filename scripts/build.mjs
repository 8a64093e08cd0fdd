// Builds the packages with the TypeScript compiler, the engine first: one output file per source file, in dist.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, ensureInstalled, root, run, say } from './toolchain.mjs';

/** In the order of their dependencies. */
const PACKAGES = ['engine', 'gateway'];

ensureInstalled();
for (const name of PACKAGES) {
  const folder = join(root, 'packages', name);
  // What a renamed or deleted source left behind must not be found any more.
  if (existsSync(join(folder, 'dist'))) rmSync(join(folder, 'dist'), { recursive: true });
  run(binary('tsc'), ['-p', join(folder, 'tsconfig.json')]);
  say(`  built packages/${name}`);
}
