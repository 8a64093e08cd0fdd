// What the other scripts share: where the packages are, whether they are installed, how programs are run. Plain JavaScript,
// and nothing newer than Node 20, because these files run before anything else is there.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, execPath, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A program of an installed package. */
export const binary = (name) => join(root, 'node_modules', '.bin', name);

/** The Node that the project runs on, from the package `node`. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', 'node');

export const say = (line) => stdout.write(`${line}\n`);

/** The environment of child processes: the project's programs first, its Node among them. */
const childEnvironment = { ...env, PATH: `${binary('')}${delimiter}${env.PATH ?? ''}` };

/** Installs packages when they are missing or older than the lock file. */
export function ensureInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const isCurrent =
    existsSync(installed) &&
    existsSync(projectNode) &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs - 1000;
  if (isCurrent) return;
  say('> npm install');
  run('npm', ['install', '--no-audit', '--no-fund']);
  if (!existsSync(projectNode)) completeNode();
  // npm leaves this file alone when nothing changed; without a new date the next run would install again.
  if (existsSync(installed)) utimesSync(installed, new Date(), new Date());
}

/**
 * Where npm is told not to run the scripts of packages, the package `node` stays without its program. This runs that one
 * script, and links the program where npm would have.
 */
function completeNode() {
  say('> node installArchSpecificPackage.js (npm ran no install scripts)');
  run(execPath, ['installArchSpecificPackage.js'], join(root, 'node_modules', 'node'));
  if (!existsSync(projectNode)) {
    stderr.write(`${projectNode} is missing; "npm install node@24" should bring it\n`);
    exit(1);
  }
  if (!existsSync(binary('node'))) symlinkSync(join('..', 'node', 'bin', 'node'), binary('node'));
}

/** Runs a program to its end with our output; ends this process when it fails. */
export function run(program, words, folder = root) {
  const status = attempt(program, words, folder);
  if (status !== 0) exit(status);
}

/** Runs a program to its end with our output; gives its exit code. */
export function attempt(program, words, folder = root) {
  const { error, status } = spawnSync(program, words, { cwd: folder, env: childEnvironment, stdio: 'inherit' });
  if (error !== undefined) stderr.write(`cannot run ${program}: ${error.message}\n`);
  return status ?? 1;
}

/** Starts a program that goes on; its output is ours unless `options` say otherwise. */
export function start(program, words, options = {}) {
  return spawn(program, words, { cwd: root, env: childEnvironment, stdio: 'inherit', ...options });
}
