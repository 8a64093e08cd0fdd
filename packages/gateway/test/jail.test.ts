/** A gate in a jail (chroot) made of what `sallyport paths` lists: the same administration works in it and outside. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NeededPath } from '../src/paths/needed-path.ts';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { closedPort, startUpstream } from './support/upstream.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: only root can change its root folder');

const hashOf = (password: string): string =>
  spawnSync('openssl', ['passwd', '-6', '-salt', 'abcdefgh', password], { encoding: 'utf8' }).stdout.trim();

interface Site {
  readonly folder: string;
  readonly port: number;
}

async function prepare(): Promise<Site> {
  const { port: app } = await startUpstream();
  const folder = testFolder();
  const port = await closedPort();
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'users'), `ann:${hashOf('one')}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'words.data'), 'evil\n');
  writeFileSync(
    join(folder, 'rules.conf'),
    'SecRuleEngine On\nSecRule ARGS "@pmFromFile words.data" "id:1,phase:1,deny,status:406"\n',
  );
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: ${port} }]
upstreams: { app: "http://127.0.0.1:${app}" }
routes: [{ upstream: app, auth: { providers: staff } }]
auth: { basic: { staff: { file: users } } }
rules: { files: rules.conf }
logs: { access: logs/access.log, error: logs/error.log }
workers: { count: 1, confine: off }
run_dir: run
tmp_dir: .
`,
  );
  return { folder, port };
}

async function neededBy({ folder }: Site): Promise<readonly NeededPath[]> {
  const { out, err, code } = await runCommand(['paths', '--json'], folder);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as NeededPath[];
}

/** Puts everything into a jail, at the same paths. */
function fill(jail: string, needed: readonly NeededPath[]): void {
  for (const { path, use } of needed) {
    if (use === 'write') mkdirSync(join(jail, existsSync(path) ? path : dirname(path)), { recursive: true });
    else if (existsSync(path)) copy(path, jail);
  }
  // The kernel looks for the loader by these names, which are links on some systems.
  for (const link of ['/lib', '/lib64']) if (existsSync(link) && !existsSync(join(jail, link))) copy(link, jail);
}

/** To the same place in the jail; links stay links. */
function copy(path: string, jail: string): void {
  mkdirSync(dirname(join(jail, path)), { recursive: true });
  const { stderr } = spawnSync('cp', ['--archive', '--no-target-directory', path, join(jail, path)], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
}

function start(program: string, words: readonly string[], cwd: string): ChildProcess {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  return child;
}

/** What an administrator does, whether the gate is in a jail or not; `place` is where its files are as seen from here. */
async function administrate(child: ChildProcess, { port }: Site, place: string): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  const status = async (user: string, path = '/'): Promise<number | string> => {
    const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
    try {
      return (await ask(port, path, { headers: { authorization } })).status;
    } catch {
      return said;
    }
  };
  await expect.poll(() => status('ann:one')).toBe(200);
  expect(await status('ann:one', '/?a=evil')).toBe(406);
  expect(await status('bob:two')).toBe(401);

  writeFileSync(join(place, 'users'), `bob:${hashOf('two')}\n`);
  child.kill('SIGHUP');
  await expect.poll(() => status('bob:two')).toBe(200);
  expect(await status('ann:one')).toBe(401);

  const log = join(place, 'logs', 'access.log');
  await expect.poll(() => existsSync(log)).toBe(true);
  renameSync(log, `${log}.1`);
  child.kill('SIGUSR1');
  // What is answered before the workers have heard of it goes to the old file.
  const rotated = async (): Promise<string> => {
    await status('bob:two', '/rotated');
    return existsSync(log) ? readFileSync(log, 'utf8') : '';
  };
  await expect.poll(rotated).toContain('/rotated');

  const socket = join(place, 'run', 'control.sock');
  expect(existsSync(socket)).toBe(true);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(existsSync(socket)).toBe(false);
}

describe.skipIf(!isRoot)('a jail (skipped where the tests do not run as root)', () => {
  it('is administrated as a gate outside is', async () => {
    const site = await prepare();
    const needed = await neededBy(site);
    const words = ['--conditions=sallyport-source', MAIN, 'run', '--config', join(site.folder, 'sallyport.yaml')];
    await administrate(start(process.execPath, words, site.folder), site, site.folder);

    const jail = testFolder();
    writeFileSync(join(site.folder, 'users'), `ann:${hashOf('one')}\n`);
    rmSync(join(site.folder, 'logs'), { recursive: true });
    fill(jail, needed);
    const checked = await runCommand(['paths', '--jail', jail], site.folder);
    expect(checked).toMatchObject({ code: 0, err: '' });
    await administrate(start('chroot', [jail, process.execPath, ...words], site.folder), site, join(jail, site.folder));
  });
});

it('what is missing in a jail is named', async () => {
  const site = await prepare();
  const jail = testFolder();
  const inner = join(jail, site.folder);
  mkdirSync(join(inner, 'logs'), { recursive: true });
  for (const name of ['sallyport.yaml', 'rules.conf']) writeFileSync(join(inner, name), '');
  const { code, err } = await runCommand(['paths', '--jail', jail], site.folder);
  expect(code).toBe(1);
  expect(err).toContain(`${site.folder}/users is not in ${jail}: auth.basic.staff.file\n`);
  expect(err).toContain(`${site.folder}/words.data is not in ${jail}: rules\n`);
  expect(err).not.toContain('rules.conf');
  expect(err).not.toContain('access.log');
  expect((await runCommand(['paths', '--jail'], site.folder)).code).toBe(2);
});
