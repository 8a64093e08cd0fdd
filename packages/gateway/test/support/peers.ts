/** Real servers behind the gate, each with the same folder of files. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';
import { closedPort } from './upstream.ts';

/** How a server is started in the foreground: its program and arguments, after its configuration is written. */
type Start = (place: { readonly folder: string; readonly root: string; readonly port: number }) => readonly string[];

const config = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const SERVERS: Readonly<Record<string, Start>> = {
  nginx: ({ folder, root, port }) => [
    '/usr/sbin/nginx',
    '-p',
    folder,
    '-c',
    config(
      folder,
      'nginx.conf',
      `user root; daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder}; server { listen 127.0.0.1:${port}; root ${root}; } }
`,
    ),
  ],
  apache: ({ folder, root, port }) => [
    '/usr/sbin/apache2',
    '-DFOREGROUND',
    '-f',
    config(
      folder,
      'apache.conf',
      `ServerRoot ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName a.test
Listen 127.0.0.1:${port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
AllowEncodedSlashes On
DocumentRoot ${root}
<Directory ${root}>
Require all granted
</Directory>
`,
    ),
  ],
  lighttpd: ({ folder, root, port }) => [
    '/usr/sbin/lighttpd',
    '-D',
    '-f',
    config(
      folder,
      'lighttpd.conf',
      `server.document-root = "${root}"\nserver.port = ${port}\nserver.bind = "127.0.0.1"\nserver.errorlog = "${folder}/error.log"\n`,
    ),
  ],
  php: ({ root, port }) => ['/usr/bin/php', '-S', `127.0.0.1:${port}`, '-t', root],
  haproxy: ({ folder, port }) => [
    '/usr/sbin/haproxy',
    '-db',
    '-f',
    config(
      folder,
      'haproxy.cfg',
      `defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind 127.0.0.1:${port}
  http-request return status 200 content-type text/plain lf-string %[pathq]
`,
    ),
  ],
};

export const PEERS: readonly string[] = Object.keys(SERVERS);

/** Where each server's program is. */
export function hasPeer(name: string): boolean {
  const start = SERVERS[name] as Start;
  const folder = mkdtempSync(join(tmpdir(), 'peer-'));
  const program = start({ folder, root: folder, port: 1 })[0] as string;
  rmSync(folder, { recursive: true });
  const isThere = spawnSync('test', ['-x', program]).status === 0;
  if (isThere) return true;
  const message = `${name} is not installed (node scripts/peers.mjs install ${name})`;
  if (process.env['CI'] === 'true') throw new Error(message);
  console.warn(`skipped: ${message}`);
  return false;
}

/** Starts Apache or nginx with a configuration of the test's own. Gives its port. */
export async function startConfigured(
  name: 'apache' | 'nginx',
  write: (place: { readonly folder: string; readonly port: number }) => string,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'peer-'));
  chmodSync(folder, 0o755);
  const port = await closedPort();
  const file = config(folder, `${name}.conf`, write({ folder, port }));
  const words =
    name === 'apache'
      ? ['/usr/sbin/apache2', '-DFOREGROUND', '-f', file]
      : ['/usr/sbin/nginx', '-p', folder, '-c', file, '-e', join(folder, 'error.log')];
  await run(name, words, folder, port);
  return port;
}

/** Starts a server over files that each hold their own path. Gives its port. */
export async function startPeer(name: string, files: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'peer-'));
  // Servers give up their rights before they read files.
  chmodSync(folder, 0o755);
  const root = join(folder, 'root');
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), file);
  }
  const port = await closedPort();
  await run(name, (SERVERS[name] as Start)({ folder, root, port }), folder, port);
  return port;
}

/** Until it listens; it is ended with the test. */
async function run(name: string, [program, ...words]: readonly string[], folder: string, port: number): Promise<void> {
  const child = spawn(program as string, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  onTestFinished(async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  });
  await until(
    () => answers(port),
    () => `${name} does not listen: ${said}`,
  );
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    }
  });
}
