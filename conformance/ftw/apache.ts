import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Target } from '../../packages/gateway/src/ftw/exchange.ts';

const PROGRAM = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Whether Debian's Apache with ModSecurity 2.9 is here. */
export const hasApache: boolean = existsSync(PROGRAM) && existsSync(join(MODULES, 'mod_security2.so'));

export interface Apache {
  readonly target: Target;
  readonly logFile: string;
  /** Folder for files the rules name, such as the audit log. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Starts Apache with ModSecurity as a reverse proxy; `configure` gives the rules, knowing the folder they may write to. */
export async function startApache(upstreamPort: number, configure: (folder: string) => string): Promise<Apache> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-apache-'));
  // Its worker processes run as www-data.
  chmodSync(folder, 0o777);
  const port = await freePort();
  const logFile = join(folder, 'error.log');
  writeFileSync(join(folder, 'httpd.conf'), configuration(folder, port, upstreamPort, configure(folder)));
  const child = spawn(PROGRAM, ['-f', join(folder, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 1200; tries++) {
    await wait(100);
    const log = existsSync(logFile) ? readFileSync(logFile, 'latin1') : '';
    if (log.includes('resuming normal operations'))
      return { target: { host: '127.0.0.1', port }, logFile, folder, stop };
    if (child.exitCode !== null) break;
  }
  const why = spawnCheck(join(folder, 'httpd.conf'));
  await stop();
  throw new Error(`Apache did not start: ${why}`);
}

function configuration(folder: string, port: number, upstreamPort: number, rules: string): string {
  const modules = ['mpm_event', 'unique_id', 'authz_core', 'proxy', 'proxy_http', 'security2'];
  const user = userInfo().uid === 0 ? 'User www-data\nGroup www-data\n' : '';
  return `ServerRoot ${folder}
PidFile ${join(folder, 'pid')}
Listen 127.0.0.1:${port}
ServerName localhost
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
ErrorLog ${join(folder, 'error.log')}
LogLevel warn mpm_event:notice
${user}SecTmpDir ${folder}
SecDataDir ${folder}
ProxyPass / http://127.0.0.1:${upstreamPort}/ disablereuse=On
${rules}
`;
}

function spawnCheck(file: string): string {
  try {
    execFileSync(PROGRAM, ['-t', '-f', file], { stdio: 'pipe' });
    return 'the configuration is fine';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
