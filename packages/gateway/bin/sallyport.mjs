#!/usr/bin/env node
// Finds a Node that is new enough and the code to run: the built one, or in a checkout the sources themselves.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = here('../dist/cli/main.js');
const source = here('../src/cli/main.ts');

/** Starts the same command line under another Node and becomes a stand-in for it: signals in, exit code out. */
function handOver(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`sallyport: cannot start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 143)));
}

async function start() {
  const isBuilt = existsSync(built);
  if (!isBuilt) {
    // The packages name their sources under this condition, so that a checkout runs without a build.
    const { registerHooks } = await import('node:module');
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, { ...context, conditions: [...context.conditions, 'sallyport-source'] }),
    });
  }
  const { main } = await import(pathToFileURL(isBuilt ? built : source).href);
  process.exit(
    await main(process.argv.slice(2), {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      hasColour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    }),
  );
}

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await start();
} else {
  const other = ['../../../node_modules/.bin/node', '../node_modules/.bin/node']
    .map(here)
    .find((file) => existsSync(file));
  if (other === undefined) {
    process.stderr.write(
      `sallyport needs Node ${NEEDED} or newer; this is ${process.versions.node}. "npm install node@${NEEDED}" puts one beside it.\n`,
    );
    process.exit(1);
  }
  handOver(other);
}
