/** A php-fpm of the test's own, with one pool. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testFolder } from './gate.ts';
import { until } from './until.ts';

/** Debian names it by its version. */
function program(): string | undefined {
  const folder = '/usr/sbin';
  const name = existsSync(folder) ? readdirSync(folder).find((one) => /^php-fpm[\d.]*$/.test(one)) : undefined;
  return name && join(folder, name);
}

/** Whether it is installed. Says so when it is not; in CI it must be. */
export function hasPhpFpm(): boolean {
  if (program() !== undefined) return true;
  const message = 'php-fpm is not installed (node scripts/peers.mjs install php-fpm)';
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
  return false;
}

/** Whether php-cgi is installed. Says so when it is not; in CI it must be. */
export function hasPhpCgi(): boolean {
  if (existsSync('/usr/bin/php-cgi')) return true;
  const message = 'php-cgi is not installed (node scripts/peers.mjs install php-fpm)';
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
  return false;
}

export interface PhpFpm {
  /** As `upstreams.<name>.urls` takes it. */
  readonly url: string;
  readonly root: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts it over `files` (by path below the root). `children`: processes that answer. `pool`: further lines of the pool. */
export async function startPhpFpm(
  files: Readonly<Record<string, string>>,
  children: number,
  pool = '',
): Promise<PhpFpm> {
  const folder = testFolder();
  chmodSync(folder, 0o755);
  const root = join(folder, 'www');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const socket = join(folder, 'fpm.sock');
  const identity = process.getuid?.() === 0 ? 'user = nobody\ngroup = nogroup\n' : '';
  const text = `[global]
error_log = ${folder}/fpm.log
daemonize = no
[www]
${identity}listen = ${socket}
listen.mode = 0666
pm = static
pm.max_children = ${children}
ping.path = /fpm-ping
php_admin_value[cgi.fix_pathinfo] = 1
${pool}
`;
  writeFileSync(join(folder, 'fpm.conf'), text);
  const child = spawn(program() as string, ['--fpm-config', join(folder, 'fpm.conf'), '--nodaemonize'], {
    stdio: 'ignore',
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  onTestFinished(stop);
  await until(
    () => answers(socket),
    () => 'php-fpm does not listen',
  );
  return { url: `fastcgi:unix:${socket}`, root, stop };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
