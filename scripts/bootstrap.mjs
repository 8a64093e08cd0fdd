// The first thing `npm start` and `npm test` call. Works on a fresh clone with Node 20 or newer and npm: installs what is
// missing, then hands over to the Node of node_modules.
//
//   node scripts/bootstrap.mjs start [--port N] [--app-port N]
//   node scripts/bootstrap.mjs test [vitest arguments]
//
// With a file name among the arguments `test` runs those tests only; otherwise types and style are checked first.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { argv, exit, stderr } from 'node:process';
import { attempt, binary, ensureInstalled, projectNode, root, run, say, start } from './toolchain.mjs';

const [task, ...words] = argv.slice(2);
if (task === 'start') startDemo();
else if (task === 'test') exit(test());
else {
  stderr.write('usage: node scripts/bootstrap.mjs start|test [arguments]\n');
  exit(2);
}

function startDemo() {
  ensureInstalled();
  say('> build');
  run(projectNode, ['scripts/build.mjs']);
  const demo = start(projectNode, ['scripts/start-demo.mjs', ...words]);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
  demo.on('exit', (code) => exit(code ?? 0));
}

/** Runs every step even when an earlier one fails, so that one run shows all there is to mend. */
function test() {
  ensureInstalled();
  const isPartial = words.some((word) => !word.startsWith('-'));
  const failed = [];
  const step = (name, ...command) => {
    say(`> ${name}`);
    if (attempt(...command) !== 0) failed.push(name);
  };
  if (!isPartial) {
    // The build is stricter than the check of all files together: declarations must stand on their own.
    step('build', projectNode, ['scripts/build.mjs']);
    step('types', binary('tsc'), ['--noEmit', '-p', 'tsconfig.json']);
    step('style', binary('biome'), ['check', '.']);
  }
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  step('tests', projectNode, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...words]);
  const summary = summarize(report);
  rmSync(folder, { recursive: true });
  for (const line of summary.skips) say(line);
  for (const name of failed) say(`FAILED: ${name}`);
  say(summary.line);
  return failed.length === 0 ? 0 : 1;
}

/** The sums of a run, and the tests that were skipped: a skip nobody sees looks like a pass. */
function summarize(report) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { line: 'no test was run', skips: [] };
  }
  const tests = results.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ status, name: `${relative(root, name)} > ${fullName.trim()}` })),
  );
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const count = (status) => tests.filter((one) => one.status === status).length;
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  return {
    line: `${count('passed')} passed, ${count('failed') + broken.length} failed, ${skipped.length} skipped`,
    skips: skipped.length === 0 ? [] : ['skipped:', ...skipped.map(({ name }) => `  ${name}`)],
  };
}
