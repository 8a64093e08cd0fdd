/** Programs the gate starts, each as its own user. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_USER, makeApplication, OTHER_USER, WHO_AM_I } from './support/application.ts';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { hasPhpCgi } from './support/php-fpm.ts';
import { isAlive } from './support/processes.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: applications with users of their own need root');

/** Node of this test run may lie in a folder that others than root can write. */
const NODE = `command: ["${process.execPath}", "{root}/app.mjs"], unsafe_skip_checks: { SP4030: the Node of the test run }`;

/** `application`: further settings in YAML's flow form. */
async function startGate(
  settings: { application?: string; yaml?: string; files?: Record<string, string>; workers?: number } = {},
): Promise<WorkersGate & { readonly root: string }> {
  const { application = '', yaml = '', files, workers = 1 } = settings;
  const home = testFolder();
  chmodSync(home, 0o755);
  const root = makeApplication(home, 'blog', files);
  const gate = await startWorkers(0, workers, {
    folderMode: 0o711,
    yaml: `principals: { blogger: { user: "${APP_USER}", group: "${APP_USER}" } }
applications: { blog: { principal: blogger, root: "${root}", ${NODE}, ${application} } }
upstreams: { app: "app:blog" }
${yaml}`,
  });
  return { ...gate, root };
}

interface Who {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly umask: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

async function who(gate: WorkersGate): Promise<Who> {
  return JSON.parse((await ask(gate.port, '/')).body);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 30));
}

describe.runIf(isRoot)('an application', () => {
  it('is its principal and nobody else, with an environment and limits of its own', async () => {
    process.env['SECRET_OF_THE_GATE'] = 'x';
    const gate = await startGate({
      application: 'environment: { APP_ENV: test }, umask: "077", limits: { files: 99 }',
    });
    delete process.env['SECRET_OF_THE_GATE'];
    const seen = await who(gate);
    expect(seen).toMatchObject({ uid: APP_USER, gid: APP_USER, groups: [APP_USER], umask: 0o077, cwd: gate.root });
    expect(Object.keys(seen.env).toSorted()).toEqual(['APP_ENV', 'HOME', 'LOGNAME', 'PATH', 'SOCKET_PATH', 'USER']);
    const status = (await ask(gate.port, '/status')).body;
    expect(status).toMatch(/^Cap(Prm|Eff|Bnd|Inh):\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect((await ask(gate.port, '/limits')).body).toMatch(/^Max open files +99 +99/m);
    // No descriptor of the gate: no listening socket, no log.
    expect((await ask(gate.port, '/files')).body).not.toMatch(/\.log|control\.sock/);
    expect((await ask(gate.port, '/read', { headers: { 'x-path': '/etc/shadow' } })).body).toBe('EACCES');
    expect((await ask(gate.port, '/read', { headers: { 'x-path': gate.socket } })).body).toMatch(/EACCES|ENXIO/);
    expect(gate.read('error.log')).toContain('[application:notice]');
    expect(gate.read('error.log')).toContain('blog: the application says hello');
    expect(gate.read('error.log')).toContain('blog: and complains');
    const { applications } = await gate.status();
    expect(applications).toMatchObject([
      { name: 'blog', uid: APP_USER, gid: APP_USER, restarts: 0, processes: [{ pid: seen.pid, state: 'serving' }] },
    ]);
    const shown = await runCommand(['status', '--socket', gate.socket], gate.folder);
    expect(shown.out).toMatch(new RegExp(`blog +serving +${seen.pid} +${APP_USER}`));
    expect(shown.out).toContain(
      'UNSAFE         applications.blog.unsafe_skip_checks SP4030 ("the Node of the test run")',
    );
  });

  it('that ends is started again, and requests wait for nothing but an answer', async () => {
    const gate = await startGate();
    const first = await who(gate);
    const child = (await ask(gate.port, '/child')).body;
    expect(isAlive(child)).toBe(true);
    expect((await ask(gate.port, '/die')).status).toBe(502);
    await gate.says(`process ${first.pid} ended by exit code 3`);
    expect((await ask(gate.port, '/')).status).toBe(503);
    await until(async () => (await ask(gate.port, '/')).status === 200);
    expect((await who(gate)).pid).not.toBe(first.pid);
    expect((await gate.status()).applications[0]?.restarts).toBe(1);
    // What it had started goes with it.
    await until(() => !isAlive(child));
  });

  it.each<[string, string, (gate: WorkersGate) => Promise<unknown>, RegExp]>([
    ['requests', 'max_requests: 20', () => Promise.resolve(), /it has served \d+ requests/],
    ['age', 'max_age: 1500 ms', () => Promise.resolve(), /it is \d+ s old/],
    [
      'memory',
      'max_rss: 150 MiB',
      (gate) => Promise.all([ask(gate.port, '/leak'), ask(gate.port, '/leak')]),
      /its memory is \d+ MiB/,
    ],
  ])('is replaced because of its %s without a lost request', async (_what, application, provoke, reason) => {
    const gate = await startGate({ application, workers: 2 });
    const first = await who(gate);
    await provoke(gate);
    const pids = new Set<number>();
    const slow = ask(gate.port, '/slow');
    while (pids.size < 3 && !(pids.size === 2 && _what === 'memory')) {
      const answer = await ask(gate.port, '/');
      expect(answer.status).toBe(200);
      pids.add(JSON.parse(answer.body).pid);
    }
    expect((await slow).status).toBe(200);
    expect(gate.read('error.log')).toMatch(reason);
    await until(() => !isAlive(first.pid));
  });

  it('runs as many times as it is told, and answers from all of them', async () => {
    const gate = await startGate({ application: 'processes: 3' });
    await until(
      async () => (await gate.status()).applications[0]?.processes.every((one) => one.state === 'serving') === true,
    );
    const pids = new Set<number>();
    for (let at = 0; at < 12; at++) pids.add((await who(gate)).pid);
    expect(pids.size).toBe(3);
  });

  it('is changed by a reload without a lost request, and ends with its configuration', async () => {
    const gate = await startGate();
    const first = await who(gate);
    let failures = 0;
    let isOver = false;
    const traffic = (async () => {
      while (!isOver) if ((await ask(gate.port, '/')).status !== 200) failures++;
    })();
    const yaml = gate.read('sallyport.yaml');
    gate.write(
      'sallyport.yaml',
      yaml.replace('SP4030: the Node of the test run }', 'SP4030: x }, environment: { A: b }'),
    );
    await gate.reload();
    await until(async () => (await who(gate)).env['A'] === 'b');
    await until(() => !isAlive(first.pid));
    isOver = true;
    await traffic;
    expect(failures).toBe(0);
    const { pid } = await who(gate);
    // Under another name it is another application; workers of before ask the old one until they are gone.
    const renamed = yaml
      .replace('applications: { blog:', 'applications: { diary:')
      .replace('"app:blog"', '"app:diary"');
    isOver = false;
    const more = (async () => {
      while (!isOver) if ((await ask(gate.port, '/')).status !== 200) failures++;
    })();
    gate.write('sallyport.yaml', renamed);
    await gate.reload();
    await until(() => !isAlive(pid));
    isOver = true;
    await more;
    expect(failures).toBe(0);
    expect((await gate.status()).applications.map(({ name }) => name)).toEqual(['diary']);
  });

  it('goes with the gate, whether that is stopped or killed', async () => {
    const stopped = await startGate();
    const one = await who(stopped);
    stopped.child.kill('SIGTERM');
    await stopped.finished();
    expect(isAlive(one.pid)).toBe(false);
    expect(readdirSync(join(stopped.folder, 'run')).filter((name) => name.startsWith('apps-'))).toEqual([]);
    const killed = await startGate();
    const other = await who(killed);
    killed.child.kill('SIGKILL');
    await until(() => !isAlive(other.pid));
  });

  it('has `stop_timeout` to end before it is killed', async () => {
    const deaf = `import { createServer } from 'node:http';
process.on('SIGTERM', () => {});
createServer((_, response) => response.end(JSON.stringify({ pid: process.pid }))).listen(process.env.SOCKET_PATH);`;
    const times: number[] = [];
    for (const stopTimeout of ['300 ms', '2500 ms']) {
      const gate = await startGate({ files: { 'app.mjs': deaf }, application: `stop_timeout: ${stopTimeout}` });
      const { pid } = await who(gate);
      const began = performance.now();
      gate.child.kill('SIGTERM');
      await until(() => !isAlive(pid));
      times.push(performance.now() - began);
      await gate.finished();
    }
    const [short, long] = times as [number, number];
    expect(short).toBeLessThan(long);
    expect(long).toBeGreaterThan(2400);
  });

  it('cannot lead the workers to the socket of another', async () => {
    const files = {
      'app.mjs': `import { symlinkSync } from 'node:fs'; symlinkSync(process.env.VICTIM, process.env.SOCKET_PATH); setInterval(() => {}, 1000);`,
    };
    const victim = await startGate();
    const { env } = await who(victim);
    const gate = await startGate({ files, application: `environment: { VICTIM: "${env['SOCKET_PATH']}" }` });
    await gate.says('is no socket of user 41001');
    expect((await ask(gate.port, '/')).status).toBe(503);
  });

  it('that does not listen is killed and said to be so; that fails a check does not start the gate', async () => {
    const gate = await startGate({
      files: { 'app.mjs': 'setInterval(() => {}, 1000)' },
      application: 'start_timeout: 300 ms',
    });
    await gate.says('it did not accept connections on');
    await gate.says('the next process of application blog is started in 1 s');
    const folder = testFolder();
    chmodSync(folder, 0o755);
    const root = makeApplication(folder, 'blog');
    chmodSync(join(root, 'app.mjs'), 0o666);
    writeFileSync(
      join(folder, 'sallyport.yaml'),
      `listeners: [{ port: 0 }]\nworkers: { count: 1 }\nprincipals: { b: { user: "${APP_USER}", group: "${APP_USER}" } }\napplications: { blog: { principal: b, root: "${root}", ${NODE} } }\nupstreams: { app: "app:blog" }\n`,
    );
    const { code, err } = await runCommand(['run'], folder);
    expect({ code, err }).toEqual({
      code: 1,
      err: `application blog: SP4024 others may write the program: ${root}/app.mjs has mode 0666\n`,
    });
    const missing = readFileSync(join(folder, 'sallyport.yaml'), 'utf8').replace(
      `user: "${APP_USER}"`,
      'user: no-such-user',
    );
    writeFileSync(join(folder, 'sallyport.yaml'), missing);
    expect((await runCommand(['run'], folder)).err).toBe(
      'application blog: SP4001 there is no such user: no-such-user\n',
    );
  });

  it('can speak FastCGI: PHP as the owner of its scripts', async () => {
    if (!hasPhpCgi()) return;
    const folder = testFolder();
    chmodSync(folder, 0o755);
    const root = makeApplication(folder, 'site', {
      'index.php': '<?php echo posix_getuid(), " ", $_SERVER["SCRIPT_NAME"];',
    });
    const gate = await startWorkers(0, 1, {
      folderMode: 0o711,
      yaml: `workers: { user: nobody }
logs: { error: /dev/null }
principals: { p: { user: "${APP_USER}", group: "${APP_USER}" } }
applications: { site: { principal: p, root: "${root}", protocol: fastcgi, command: [/usr/bin/php-cgi, -b, "{socket}"], environment: { PHP_FCGI_CHILDREN: "2" } } }
upstreams: { app: { urls: "app:site", fastcgi: { root: "${root}", processes: 2 } } }`,
    });
    for (let at = 0; at < 4; at++) expect((await ask(gate.port, '/')).body).toBe(`${APP_USER} /index.php`);
    const [worker] = await gate.workers('serving');
    expect(readFileSync(`/proc/${worker?.pid}/status`, 'latin1')).toMatch(/^Uid:\t65534\t/m);
    // A gate that is killed, as tests do, leaves the children of php-cgi behind.
    gate.child.kill('SIGTERM');
    await gate.finished();
  });

  it('of one user cannot read what another one has', async () => {
    const folder = testFolder();
    chmodSync(folder, 0o755);
    const one = makeApplication(folder, 'one');
    const other = makeApplication(folder, 'other', { 'app.mjs': WHO_AM_I, secret: 'password' }, OTHER_USER);
    chmodSync(join(other, 'secret'), 0o640);
    const gate = await startWorkers(0, 1, {
      folderMode: 0o711,
      yaml: `principals:
  one: { user: "${APP_USER}", group: "${APP_USER}" }
  other: { user: "${OTHER_USER}", group: "${OTHER_USER}" }
applications:
  one: { principal: one, root: "${one}", ${NODE} }
  other: { principal: other, root: "${other}", ${NODE} }
upstreams: { one: "app:one", other: "app:other" }
routes: [{ path: /one, rewrite: /, upstream: one, waf: off }, { upstream: other, waf: off }]`,
    });
    const read = async (path: string, file: string): Promise<string> =>
      (await ask(gate.port, `${path}/read`, { headers: { 'x-path': file } })).body;
    expect(await read('', join(other, 'secret'))).toBe('password');
    expect(await read('/one', join(other, 'secret'))).toBe('EACCES');
    const { env } = await who(gate);
    expect(await read('/one', env['SOCKET_PATH'] as string)).toBe('EACCES');
    expect(await read('/one', `/proc/${(await who(gate)).pid}/environ`)).toBe('EACCES');
  });
});
