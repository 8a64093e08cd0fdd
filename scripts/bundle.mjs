// Joins the modules of a package into the few files that are run. Node spends half a millisecond of every start on each file it
// loads, and a worker of the gate is made of six hundred. Other packages stay outside.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './toolchain.mjs';

/** Started by their file names: the program, and threads of it. */
const PROGRAMS = {
  engine: [],
  gateway: ['cli/main', 'process/loop-guard-thread', 'stages/auth/basic/password-thread'],
};

/** Bundles `packages/<name>` into `folder`: one file for each export and program, others for what they have in common. */
export async function bundle(name, folder) {
  const home = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const modules = Object.values(exports).map((one) => /^\.\/src\/(.*)\.ts$/.exec(one['sallyport-source'])[1]);
  const build = await rolldown({
    input: Object.fromEntries([...modules, ...PROGRAMS[name]].map((one) => [one, join(home, 'src', `${one}.ts`)])),
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    platform: 'node',
    transform: { target: 'es2023' },
  });
  await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
  });
  await build.close();
}
