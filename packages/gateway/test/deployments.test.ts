/** Folders that go live by being there. */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_USER, makeApplication, OTHER_USER } from './support/application.ts';
import { ask } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { hasPhpCgi } from './support/php-fpm.ts';
import { isAlive } from './support/processes.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: deployments start programs as other users, which needs root');

/** A program of the system that every machine has: it answers with its user, by the perl that Debian always installs. */
const hasPerl = existsSync('/usr/bin/perl');

/** Answers every request with the word in the file `word`, the user and the path. Plain Perl, so that it starts at once. */
const PERL = String.raw`use IO::Socket::UNIX; $| = 1;
my $s = IO::Socket::UNIX->new(Local => $ENV{SOCKET_PATH}, Listen => 64) or die "no socket: $!";
open(my $f, '<', 'word'); my $word = <$f>; chomp $word;
$SIG{TERM} = sub { exit 0 };
while (my $c = $s->accept) {
  my $line = <$c> // next;
  my $path = (split ' ', $line)[1];
  while (my $h = <$c>) { last if $h =~ /^\r?\n$/ }
  select(undef, undef, undef, 0.8) if $path eq '/slow';
  my $body = "$word $< $path";
  print $c "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  close $c;
}
`;

const FILES = (word: string): Record<string, string> => ({ 'app.pl': PERL, word: `${word}\n` });

interface Deploying extends WorkersGate {
  readonly apps: string;
  /** Body and status of a host. */
  at(host: string, path?: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Resolves when the host answers so. */
  until(host: string, wanted: string | number): Promise<void>;
}

async function startGate(
  settings: {
    deployment?: string;
    yaml?: string;
    workers?: number;
    prepare?: (apps: string) => void;
    rules?: string;
    /** Further settings of the runtime for PHP. */
    php?: string;
    /** By name, beside the configuration. */
    files?: Readonly<Record<string, string>>;
  } = {},
): Promise<Deploying> {
  const { deployment = 'domain: apps.test', yaml = '', workers = 2, prepare, rules, php = '', files = {} } = settings;
  const home = testFolder();
  chmodSync(home, 0o755);
  const apps = join(home, 'apps');
  mkdirSync(apps, { mode: 0o755 });
  prepare?.(apps);
  const gate = await startWorkers(0, workers, {
    folderMode: 0o711,
    ...(rules !== undefined && { rules }),
    prepare: (folder) => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    },
    yaml: `upstreams: {}
routes: [{ hosts: fixed.test, answer: { status: 200, body: fixed }, waf: off }]
${yaml}
deployments: { apps: { folder: "${apps}", ${deployment}, ${deployment.includes('waf') ? '' : 'waf: off, '}runtimes: [{ marker: app.pl, command: [/usr/bin/perl, app.pl] }, { marker: index.php, protocol: fastcgi, command: [/usr/bin/php-cgi, -b, "{socket}"], ${php} }] } }`,
  });
  const at: Deploying['at'] = (host, path = '/') => ask(gate.port, path, { headers: { host } });
  return {
    ...gate,
    apps,
    at,
    async until(host, wanted) {
      for (;;) {
        const { status, body } = await at(host);
        if (typeof wanted === 'number' ? status === wanted : body.startsWith(wanted)) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}

/** Copies an application in as an administrator would. */
function copyIn(apps: string, name: string, word: string, user: number = APP_USER): void {
  makeApplication(apps, name, FILES(word), user);
}

describe.runIf(isRoot && hasPerl)('a folder', () => {
  it('is live when it is copied in, as its owner, and gone when it is deleted', async () => {
    const gate = await startGate();
    expect((await gate.at('blog.apps.test')).status).toBe(421);
    copyIn(gate.apps, 'blog', 'one');
    await gate.until('blog.apps.test', 'one');
    copyIn(gate.apps, 'shop', 'two', OTHER_USER);
    await gate.until('shop.apps.test', 'two');
    expect((await gate.at('blog.apps.test', '/x')).body).toBe(`one ${APP_USER} /x`);
    expect((await gate.at('shop.apps.test', '/y')).body).toBe(`two ${OTHER_USER} /y`);
    const { applications, sites, generation } = await gate.status();
    expect(applications.map(({ name, uid }) => [name, uid])).toEqual([
      ['apps/blog', APP_USER],
      ['apps/shop', OTHER_USER],
    ]);
    expect(sites.map(({ state }) => state)).toEqual(['live', 'live']);
    expect(generation).toBe(1);
    const pid = applications[0]?.processes[0]?.pid;
    // What it is busy with is answered all the same.
    const slow = gate.at('blog.apps.test', '/slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    rmSync(join(gate.apps, 'blog'), { recursive: true });
    await gate.until('blog.apps.test', 421);
    expect(await slow).toMatchObject({ status: 200, body: `one ${APP_USER} /slow` });
    while (pid !== undefined && isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 25));
    expect((await gate.at('shop.apps.test')).status).toBe(200);
  });

  it('that is deleted and copied in again is another one; what the first was busy with is answered', async () => {
    const gate = await startGate({ prepare: (apps) => copyIn(apps, 'blog', 'first') });
    await gate.until('blog.apps.test', 'first');
    const slow = gate.at('blog.apps.test', '/slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    rmSync(join(gate.apps, 'blog'), { recursive: true });
    await gate.until('blog.apps.test', 421);
    copyIn(gate.apps, 'blog', 'second');
    // From the first answer on there is no other: requests wait for the new one, and are not sent to the old one's place.
    let answer = await gate.at('blog.apps.test');
    while (answer.status === 421) answer = await gate.at('blog.apps.test');
    expect(answer).toMatchObject({ status: 200, body: `second ${APP_USER} /` });
    expect(await slow).toMatchObject({ status: 200, body: `first ${APP_USER} /slow` });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await gate.at('blog.apps.test')).body).toBe(`second ${APP_USER} /`);
  });

  it('is not served while it is being copied', async () => {
    const gate = await startGate();
    copyIn(gate.apps, 'blog', 'first');
    const big = join(gate.apps, 'blog', 'data');
    writeFileSync(big, '');
    for (let at = 0; at < 12; at++) {
      writeFileSync(big, 'x'.repeat(1000), { flag: 'a' });
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect((await gate.at('blog.apps.test')).status).toBe(421);
    }
    await gate.until('blog.apps.test', 'first');
  });

  it('whose name begins with a dot is not looked at; renamed, it goes live', async () => {
    const gate = await startGate();
    copyIn(gate.apps, '.blog', 'hidden');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect((await gate.status()).sites).toEqual([]);
    renameSync(join(gate.apps, '.blog'), join(gate.apps, 'blog'));
    await gate.until('blog.apps.test', 'hidden');
  });

  it('that is there at the start, or after a worker was replaced, is served too', async () => {
    const gate = await startGate({ workers: 1, prepare: (apps) => copyIn(apps, 'blog', 'early') });
    await gate.until('blog.apps.test', 'early');
    const [worker] = await gate.workers('serving');
    process.kill(worker?.pid as number, 'SIGKILL');
    copyIn(gate.apps, 'late', 'late');
    await gate.until('late.apps.test', 'late');
    expect((await gate.at('blog.apps.test')).status).toBe(200);
  });

  it('stays live over a reload, without a lost request', async () => {
    const gate = await startGate({ prepare: (apps) => copyIn(apps, 'blog', 'steady') });
    await gate.until('blog.apps.test', 'steady');
    let failures = 0;
    let isOver = false;
    const traffic = (async () => {
      while (!isOver) if ((await gate.at('blog.apps.test')).status !== 200) failures++;
    })();
    gate.write('sallyport.yaml', gate.read('sallyport.yaml').replace('body: fixed', 'body: other'));
    await gate.reload();
    expect((await gate.at('fixed.test')).body).toBe('other');
    isOver = true;
    await traffic;
    expect(failures).toBe(0);
  });

  it('is started anew when its marker changes, and the old one serves until then', async () => {
    const gate = await startGate({ prepare: (apps) => copyIn(apps, 'blog', 'before') });
    await gate.until('blog.apps.test', 'before');
    writeFileSync(join(gate.apps, 'blog', 'word'), 'after\n');
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect((await gate.at('blog.apps.test')).body).toMatch(/^before/);
    utimesSync(join(gate.apps, 'blog', 'app.pl'), new Date(), new Date());
    let failures = 0;
    for (;;) {
      const { status, body } = await gate.at('blog.apps.test');
      if (status !== 200) failures++;
      if (body.startsWith('after')) break;
    }
    expect(failures).toBe(0);
  });

  it.each<[string, (apps: string) => void, RegExp]>([
    ['of root', (apps) => makeApplication(apps, 'blog', FILES('x'), 0), /SP4003 the user is root/],
    [
      'others can write',
      (apps) => {
        copyIn(apps, 'blog', 'x');
        chmodSync(join(apps, 'blog'), 0o777);
      },
      /SP4013 others may write in the working directory: .* has mode 0777/,
    ],
    [
      'with a program others can write',
      (apps) => {
        copyIn(apps, 'blog', 'x');
        chmodSync(join(apps, 'blog', 'app.pl'), 0o666);
      },
      /SP4024 others may write the program/,
    ],
    [
      'with a program of somebody else',
      (apps) => {
        copyIn(apps, 'blog', 'x');
        chownSync(join(apps, 'blog', 'app.pl'), OTHER_USER, OTHER_USER);
      },
      /SP4026 the program belongs to somebody else/,
    ],
    [
      'that is a link',
      (apps) => {
        copyIn(apps, '.real', 'x');
        symlinkSync('.real', join(apps, 'blog'));
      },
      /it is a symbolic link/,
    ],
    [
      'whose program is a link',
      (apps) => {
        copyIn(apps, 'blog', 'x');
        renameSync(join(apps, 'blog', 'app.pl'), join(apps, 'blog', 'real.pl'));
        symlinkSync('real.pl', join(apps, 'blog', 'app.pl'));
      },
      /SP4022 the program is a symbolic link/,
    ],
    [
      'nobody can run',
      (apps) => makeApplication(apps, 'blog', { 'index.html': 'x' }),
      /there is none of app.pl, index.php in it/,
    ],
    ['that is no name', (apps) => copyIn(apps, 'Blog_2', 'x'), /its name must be letters a to z, digits and "-"/],
  ])('%s is refused with a reason, and others are served', async (_what, prepare, reason) => {
    const gate = await startGate({
      workers: 1,
      prepare(apps) {
        prepare(apps);
        copyIn(apps, 'fine', 'fine');
      },
    });
    await gate.until('fine.apps.test', 'fine');
    await gate.says('is refused');
    expect(gate.err()).toMatch(reason);
    expect((await gate.at('blog.apps.test')).status).toBe(421);
    const { sites } = await gate.status();
    expect(sites.find(({ state }) => state === 'refused')?.reason).toMatch(reason);
    const shown = await runCommand(['status', '--socket', gate.socket], gate.folder);
    expect(shown.out).toMatch(/site apps\/(blog|Blog_2): REFUSED: /);
  });

  it('is refused no longer once it is put right, and taken out when it becomes unfit', async () => {
    const gate = await startGate({ workers: 1 });
    copyIn(gate.apps, 'blog', 'good');
    chmodSync(join(gate.apps, 'blog'), 0o777);
    await gate.says('is refused');
    chmodSync(join(gate.apps, 'blog'), 0o755);
    await gate.until('blog.apps.test', 'good');
    chmodSync(join(gate.apps, 'blog'), 0o757);
    await gate.until('blog.apps.test', 421);
  });

  it('beside others that anybody could have put there is not run', async () => {
    const gate = await startGate({ workers: 1, prepare: (apps) => chmodSync(apps, 0o777) });
    copyIn(gate.apps, 'blog', 'x');
    await gate.says('others may write in the folder, so nothing in it is started');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await gate.at('blog.apps.test')).status).toBe(421);
  });

  it('can be a path, which the application does not see', async () => {
    const gate = await startGate({ deployment: 'prefix: /~', prepare: (apps) => copyIn(apps, 'blog', 'path') });
    let answer = await gate.at('any.test', '/~/blog/x?q=1');
    while (answer.status !== 200) answer = await gate.at('any.test', '/~/blog/x?q=1');
    expect(answer.body).toBe(`path ${APP_USER} /x?q=1`);
    expect((await gate.at('any.test', '/~/blogger')).status).toBe(404);
  });

  it('is protected by the rules, also where no route of the configuration is', async () => {
    const gate = await startGate({
      deployment: 'domain: apps.test, waf: on',
      workers: 1,
      prepare: (apps) => copyIn(apps, 'blog', 'guarded'),
      rules: 'SecRuleEngine On\nSecRule ARGS:a "@streq bad" "id:1,phase:1,deny,status:403"',
    });
    await gate.until('blog.apps.test', 'guarded');
    expect((await gate.at('blog.apps.test', '/?a=bad')).status).toBe(403);
    expect((await gate.at('blog.apps.test', '/?a=good')).status).toBe(200);
    expect((await gate.at('fixed.test', '/?a=bad')).status).toBe(200);
  });

  it('of PHP is run as its owner', async () => {
    if (!hasPhpCgi()) return;
    const gate = await startGate();
    const home = testFolder();
    const source = makeApplication(home, 'source', {
      'index.php': '<?php echo "php ", posix_getuid(), " ", $_SERVER["SCRIPT_NAME"], " ", $_SERVER["DOCUMENT_ROOT"];',
    });
    cpSync(source, join(gate.apps, 'site'), { recursive: true });
    for (const path of ['site', 'site/index.php']) chownSync(join(gate.apps, path), APP_USER, APP_USER);
    await gate.until('site.apps.test', 'php');
    expect((await gate.at('site.apps.test')).body).toBe(`php ${APP_USER} /index.php ${join(gate.apps, 'site')}`);
    expect((await gate.at('site.apps.test', '/none.php')).status).toBe(404);
  });

  it('of PHP has its pictures and style sheets served by the gate, and nothing else of its files', async () => {
    if (!hasPhpCgi()) return;
    const gate = await startGate({ php: 'fastcgi: { front_controller: /index.php, serve_files: true }' });
    makeApplication(gate.apps, 'site', {
      'index.php': '<?php echo "php ", $_SERVER["REQUEST_URI"];',
      'style.css': 'p { color: red }',
      'wp-config.php.bak': 'SECRET',
      '.env': 'SECRET',
    });
    symlinkSync('/etc/hostname', join(gate.apps, 'site', 'name.txt'));
    await gate.until('site.apps.test', 'php');
    expect(await gate.at('site.apps.test', '/style.css')).toMatchObject({ status: 200, body: 'p { color: red }' });
    for (const path of ['/wp-config.php.bak', '/.env', '/name.txt', '/blog/'])
      expect((await gate.at('site.apps.test', path)).body).toMatch(/^php \//);
  });

  it('is for those it is meant for', async () => {
    const gate = await startGate({
      deployment: 'domain: apps.test, auth: { providers: staff }',
      // "secret" for alice.
      files: { htpasswd: 'alice:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA\n' },
      yaml: 'auth: { basic: { staff: htpasswd } }',
      prepare: (apps) => copyIn(apps, 'blog', 'one'),
    });
    await gate.until('blog.apps.test', 401);
    expect((await gate.at('fixed.test')).status).toBe(200);
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    const { status, body } = await ask(gate.port, '/', { headers: { host: 'blog.apps.test', authorization } });
    expect({ status, body }).toEqual({ status: 200, body: `one ${APP_USER} /` });
  });
});
