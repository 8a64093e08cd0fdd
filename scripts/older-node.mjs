// Runs the engine's unit tests on the newest Node 20 and 22. The engine promises to work there, but the test runner of this
// repository does not; so the same test files run under an older one, from copies in a folder of their own.
//
//     node scripts/older-node.mjs [20] [22] [-- FILTER…]     files whose path contains a FILTER, all by default

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { arch, argv, env, exit, platform, stderr } from 'node:process';
import { root, say } from './toolchain.mjs';

/** The last version of vitest that runs on all of them. */
const RUNNER = '^3.2.4';
const ALL_VERSIONS = ['20', '22'];

const folder = join(root, '.peers', 'older-node');
const { versions, filters } = readArguments(argv.slice(2));
prepare();
// At the same time: each runner works in one process.
const succeeded = await Promise.all(versions.map((version) => test(version)));
exit(succeeded.every(Boolean) ? 0 : 1);

function readArguments(words) {
  const cut = words.includes('--') ? words.indexOf('--') : words.length;
  const wanted = words.slice(0, cut);
  const unknown = wanted.find((word) => !ALL_VERSIONS.includes(word));
  if (unknown !== undefined) {
    stderr.write(`"${unknown}" is none of the versions that are tested: ${ALL_VERSIONS.join(', ')}\n`);
    exit(2);
  }
  return { versions: wanted.length === 0 ? ALL_VERSIONS : wanted, filters: words.slice(cut + 1) };
}

/** Installs the Nodes and what tests import, where they are not yet; copies what is to be tested. */
function prepare() {
  mkdirSync(folder, { recursive: true });
  const manifest = `${JSON.stringify({ private: true, type: 'module', dependencies: dependencies() }, null, 2)}\n`;
  const file = join(folder, 'package.json');
  const isCurrent =
    existsSync(join(folder, 'node_modules')) && existsSync(file) && readFileSync(file, 'utf8') === manifest;
  if (!isCurrent) {
    say('> npm install (older Nodes)');
    writeFileSync(file, manifest);
    const { status } = spawnSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
    if (status !== 0) {
      rmSync(file);
      exit(1);
    }
  }
  for (const part of ['packages/engine', 'packages/gateway/src', 'examples', 'docs', 'tsconfig.base.json']) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: isSource });
  }
  writeFileSync(join(folder, 'vitest.config.mjs'), config());
}

function isSource(path) {
  return !path.split(sep).some((name) => name === 'node_modules' || name === 'dist') || path === folder;
}

/** What the tests import, in this repository's versions; the runner in its older one; the Nodes by the names of their builds. */
function dependencies() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { dependencies: gateway } = JSON.parse(readFileSync(join(root, 'packages/gateway/package.json'), 'utf8'));
  const tools = ['@biomejs/biome', 'node', 'typescript', 'vitest'];
  const isNeeded = ([name]) => !tools.includes(name) && !name.startsWith('@types/') && !name.startsWith('@sallyport/');
  const build = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform === 'win32' ? 'win' : platform}-${arch}`;
  return {
    ...Object.fromEntries([...Object.entries(devDependencies), ...Object.entries(gateway)].filter(isNeeded)),
    ...Object.fromEntries(ALL_VERSIONS.map((version) => [`node-${version}`, `npm:${build}@${version}`])),
    vitest: RUNNER,
  };
}

/** Names of the engine mean its sources, as in the repository's own configuration. */
function config() {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages/engine/package.json'), 'utf8'));
  const alias = Object.entries(exports)
    .map(([subpath, target]) => [
      `@sallyport/engine${subpath.slice(1)}`,
      join(folder, 'packages/engine', target['sallyport-source']),
    ])
    .sort(([left], [right]) => right.length - left.length);
  const test = { include: ['packages/engine/{src,test}/**/*.test.ts'], testTimeout: 60_000, isolate: false };
  return `export default ${JSON.stringify({ resolve: { alias: Object.fromEntries(alias) }, test }, null, 2)};\n`;
}

/** Runs the tests on one Node; says how it went. */
async function test(version) {
  const program = join(folder, 'node_modules', `node-${version}`, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  const runner = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const report = join(folder, `report-${version}.json`);
  rmSync(report, { force: true });
  const name = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const started = Date.now();
  const words = ['run', '--root', folder, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(program, [runner, ...words, '--maxWorkers=1', ...filters], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, SALLYPORT_SHARED: env.SALLYPORT_SHARED ?? resolve(root, '..', 'shared') },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  await once(child, 'close');
  if (!existsSync(report)) {
    say(`Node ${name}: the tests did not run\n${output}${errors}`);
    return false;
  }
  const { numPassedTests, numFailedTests, numPendingTests, testResults, success } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  for (const { name: file, message, assertionResults } of testResults) {
    const path = file.slice(folder.length + 1);
    if (assertionResults.length === 0) say(`  ${path}: ${message}`);
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') say(`  ${path}: ${fullName}\n    ${failureMessages.join('\n').split('\n')[0]}`);
    }
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  say(`Node ${name}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped, ${seconds} s`);
  if (!success && numFailedTests === 0) say(errors);
  return success;
}
