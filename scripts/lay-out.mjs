// Puts the packages into a folder as npm would install them, for tests and benchmarks of what users run:
//
//   node scripts/lay-out.mjs FOLDER        the program is then FOLDER/node_modules/sallyport/bin/sallyport.mjs

import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, exit, stderr } from 'node:process';
import { bundle } from './bundle.mjs';
import { root } from './toolchain.mjs';

const [folder] = argv.slice(2);
if (folder === undefined) {
  stderr.write('usage: node scripts/lay-out.mjs FOLDER\n');
  exit(2);
}
const target = join(folder, 'node_modules');
for (const [name, installed] of [
  ['engine', '@sallyport/engine'],
  ['gateway', 'sallyport'],
]) {
  const home = join(root, 'packages', name);
  for (const part of ['package.json', 'bin', 'rules']) {
    if (existsSync(join(home, part))) cpSync(join(home, part), join(target, installed, part), { recursive: true });
  }
  await bundle(name, join(target, installed, 'dist'));
}
for (const name of packagesIn(join(root, 'node_modules'))) {
  const link = join(target, name);
  if (existsSync(link)) continue;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), link);
}

/** Names of the installed packages, scopes included. */
function packagesIn(modules) {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((one) => `${name}/${one}`) : name));
}
