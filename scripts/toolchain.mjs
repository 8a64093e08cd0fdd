// What the other scripts share: where the packages are, whether they are installed, how programs are run. Plain JavaScript,
// and nothing newer than Node 20, because these files run before anything else is there.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, exit, platform, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A program of an installed package. */
export const binary = (name) => join(root, 'node_modules', '.bin', name);

/** The Node that the project runs on, from the package `node`. */
export const projectNode = binary('node');

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
  run(platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--no-audit', '--no-fund']);
  if (existsSync(projectNode)) return;
  stderr.write('npm install left no node_modules/.bin/node; was it told to skip scripts (ignore-scripts)?\n');
  exit(1);
}

/** Runs a program to its end with our output; ends this process when it fails. */
export function run(program, words) {
  const status = attempt(program, words);
  if (status !== 0) exit(status);
}

/** Runs a program to its end with our output; gives its exit code. */
export function attempt(program, words) {
  const { error, status } = spawnSync(program, words, { cwd: root, env: childEnvironment, stdio: 'inherit' });
  if (error !== undefined) stderr.write(`cannot run ${program}: ${error.message}\n`);
  return status ?? 1;
}

/** Starts a program that goes on; its output is ours unless `options` say otherwise. */
export function start(program, words, options = {}) {
  return spawn(program, words, { cwd: root, env: childEnvironment, stdio: 'inherit', ...options });
}
