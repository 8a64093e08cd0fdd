/** The program as a process: starting, refusing to start, signals. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, closed, open } from './support/client.ts';
import { runCommand, startCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const ALLOW = 'SecRuleEngine On\n';
const REFUSE = `${ALLOW}SecRule ARGS:a "@streq evil" "id:1,phase:2,deny,status:403,log,msg:'found'"\n`;

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

describe('sallyport run', () => {
  it('starts from flags and says what is in force', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    write(folder, { 'a.conf': REFUSE, 'b.conf': 'SecAction "id:2,phase:1,pass,nolog"\n' });
    const gate = await startCommand(
      [
        '--listen',
        '127.0.0.1:0',
        '--upstream',
        `http://127.0.0.1:${upstream.port}`,
        '--rules',
        'a.conf',
        'b.conf',
        '--access-log',
        'access',
        '--error-log',
        'error',
      ],
      folder,
    );
    expect(gate.out()).toMatch(
      new RegExp(
        `^sallyport \\d+\\.\\d+\\.\\d+ listening on http://127\\.0\\.0\\.1:\\d+, in front of app \\(http://127\\.0\\.0\\.1:${upstream.port}\\)\n`,
      ),
    );
    expect(gate.out()).toMatch(/\nrules: .*a\.conf, .*b\.conf, 2 rules\n/);
    expect((await ask(gate.port, '/?a=evil')).status).toBe(403);
    expect((await ask(gate.port, '/?a=good')).status).toBe(200);
    gate.child.kill('SIGTERM');
    expect(await gate.finished()).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, 'access'), 'latin1').split('\n')).toHaveLength(3);
    expect(readFileSync(join(folder, 'error'), 'latin1')).toContain('[msg "found"]');
  });

  it('names unsafe settings at every start', async () => {
    const folder = testFolder();
    write(folder, {
      'sallyport.yaml':
        'listeners: [{ port: 0 }]\nupstreams: { app: { urls: "https://127.0.0.1:1", tls: { unsafe_skip_verify: true } } }\nroutes: [{ upstream: app, waf: off }]\nrules: { unsafe_pass_on_error: true }\n',
    });
    const gate = await startCommand([], folder);
    await gate.says('unsafe setting in force: rules.unsafe_pass_on_error');
    await gate.says('unsafe setting in force: upstreams.app.tls.unsafe_skip_verify');
  });

  it.each([
    [
      'no upstream',
      ['--listen', '8080'],
      'no upstream: give --upstream http://HOST:PORT or a configuration with "upstreams"',
    ],
    [
      'nowhere to listen',
      ['--upstream', 'http://127.0.0.1:1'],
      'nowhere to listen: give --listen HOST:PORT or a configuration with "listeners"',
    ],
    [
      'a bad address',
      ['--listen', 'nonsense', '--upstream', 'http://127.0.0.1:1'],
      '--listen: "nonsense" is not an address with a port; write for example 127.0.0.1:8080',
    ],
    [
      'a bad upstream',
      ['--listen', '8080', '--upstream', '127.0.0.1:1'],
      '--upstream: "127.0.0.1:1" is not an address; write for example http://127.0.0.1:3000',
    ],
    [
      'a bad mode',
      ['--listen', '8080', '--upstream', 'http://127.0.0.1:1', '--engine', 'Perhaps'],
      '--engine is one of On, DetectionOnly, Off',
    ],
    ['no such configuration', ['--config', 'missing.yaml'], 'missing.yaml no such file'],
    [
      'a key that does not exist',
      ['--config', 'key.yaml'],
      'key.yaml:2:1 unknown key "upsteams"; did you mean "upstreams"?',
    ],
    [
      'a rule file that does not exist',
      ['--listen', '0', '--upstream', 'http://127.0.0.1:1', '--rules', 'missing.conf'],
      /missing\.conf/,
    ],
    [
      'a folder without rules',
      ['--listen', '0', '--upstream', 'http://127.0.0.1:1', '--crs', '.'],
      /is not a Core Rule Set: there is no rules\/\*\.conf in it$/,
    ],
    ['a certificate that does not exist', ['--config', 'tls.yaml'], /^cannot read .*missing\.pem: ENOENT$/],
    [
      'rules with a mistake',
      ['--listen', '0', '--upstream', 'http://127.0.0.1:1', '--rules', 'bad.conf'],
      /bad\.conf:2:\d+ SL\d{4} .*did you mean "beginsWith"/,
    ],
  ])('does not start with %s: one line, exit code 1', async (_name, words, line) => {
    const folder = testFolder();
    write(folder, {
      'key.yaml': 'listeners: [{ port: 0 }]\nupsteams: { app: "http://127.0.0.1:1" }\n',
      'tls.yaml':
        'listeners: [{ port: 0, tls: { certificate: missing.pem, key: missing.pem } }]\nupstreams: { app: "http://127.0.0.1:1" }\nroutes: [{ upstream: app, waf: off }]\n',
      'bad.conf': `${ALLOW}SecRule ARGS "@beginWith x" "id:1,phase:1,deny"\n`,
    });
    const { code, out, err } = await runCommand(['run', ...words], folder);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trimEnd().split('\n')).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  });

  it('does not start on a port in use', async () => {
    const folder = testFolder();
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    write(folder, { 'a.conf': ALLOW });
    const { code, err } = await runCommand(
      ['run', '--listen', `127.0.0.1:${port}`, '--upstream', 'http://127.0.0.1:1', '--rules', 'a.conf'],
      folder,
    );
    expect(code).toBe(1);
    expect(err).toBe(`cannot listen on 127.0.0.1:${port}: the address is already in use\n`);
  });
});

describe('signals', () => {
  const yaml = (port: number, rules = 'rules.conf'): string =>
    `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:${port}" }\nrules: { files: ${rules} }\nlogs: { access: access, error: error }\ntimeouts: { drain: 3 s }\n`;

  it('SIGTERM lets running requests finish and closes idle connections', async () => {
    const folder = testFolder();
    const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end('late'), 600));
    write(folder, { 'sallyport.yaml': yaml(upstream.port), 'rules.conf': ALLOW });
    const gate = await startCommand([], folder);
    const idle = await open(gate.port);
    const running = ask(gate.port, '/');
    await expect.poll(() => upstream.seen.length).toBe(1);
    gate.child.kill('SIGTERM');
    await closed(idle);
    await expect(open(gate.port)).rejects.toThrow('ECONNREFUSED');
    expect((await running).body).toBe('late');
    expect((await gate.finished()).code).toBe(0);
  });

  it('SIGTERM cuts what does not finish in time', async () => {
    const folder = testFolder();
    const upstream = await startUpstream(() => {});
    write(folder, { 'sallyport.yaml': yaml(upstream.port).replace('3 s', '300 ms'), 'rules.conf': ALLOW });
    const gate = await startCommand([], folder);
    const running = ask(gate.port, '/').catch(() => 'cut');
    await expect.poll(() => upstream.seen.length).toBe(1);
    gate.child.kill('SIGTERM');
    expect(await running).toBe('cut');
    expect((await gate.finished()).code).toBe(0);
  });

  it('SIGHUP puts a new configuration in force, or keeps the old one when it is bad', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    write(folder, { 'sallyport.yaml': yaml(upstream.port), 'rules.conf': ALLOW });
    const gate = await startCommand([], folder);
    expect((await ask(gate.port, '/?a=evil')).status).toBe(200);

    write(folder, { 'rules.conf': REFUSE });
    gate.child.kill('SIGHUP');
    await gate.says('reloaded; rules: ');
    expect((await ask(gate.port, '/?a=evil')).status).toBe(403);

    write(folder, { 'rules.conf': 'SecRule ARGS "@noSuchThing" "id:1"\n' });
    gate.child.kill('SIGHUP');
    await gate.says('reload refused: ');
    expect((await ask(gate.port, '/?a=evil')).status).toBe(403);

    write(folder, { 'sallyport.yaml': yaml(upstream.port).replace('upstreams', 'upstream') });
    gate.child.kill('SIGHUP');
    await gate.says('sallyport.yaml:2:1 unknown key "upstream"');
    expect((await ask(gate.port, '/?a=good')).status).toBe(200);
    expect(readFileSync(join(folder, 'error'), 'latin1')).toContain('the running configuration stays in force');
  });

  it('SIGHUP opens and closes doors', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const spare = await startUpstream();
    write(folder, { 'sallyport.yaml': yaml(upstream.port), 'rules.conf': ALLOW });
    const gate = await startCommand([], folder);
    // A port that is taken refuses the whole reload.
    write(folder, {
      'sallyport.yaml': yaml(upstream.port).replace('[{ port: 0 }]', `[{ port: 0 }, { port: ${spare.port} }]`),
    });
    gate.child.kill('SIGHUP');
    await gate.says(`reload refused: cannot listen on 127.0.0.1:${spare.port}`);
    expect((await ask(gate.port, '/')).status).toBe(200);
  });

  it('SIGUSR1 opens the logs anew', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    write(folder, { 'sallyport.yaml': yaml(upstream.port), 'rules.conf': ALLOW });
    const gate = await startCommand([], folder);
    const access = join(folder, 'access');
    const lines = (file: string): number =>
      existsSync(file) ? readFileSync(file, 'latin1').split('\n').length - 1 : 0;
    await ask(gate.port, '/1');
    await expect.poll(() => lines(access)).toBe(1);
    renameSync(access, `${access}.1`);
    await ask(gate.port, '/2');
    await expect.poll(() => lines(`${access}.1`)).toBe(2);
    gate.child.kill('SIGUSR1');
    await wait(100);
    await ask(gate.port, '/3');
    await expect.poll(() => lines(access)).toBe(1);
    expect(lines(`${access}.1`)).toBe(2);
    expect(statSync(access).mode & 0o777).toBe(0o640);
  });
});

describe('reload under load', () => {
  it('fails no request', async () => {
    const folder = testFolder();
    const upstream = await startUpstream();
    const yaml = `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:${upstream.port}" }\nrules: { files: rules.conf }\nlogs: { error: error }\n`;
    write(folder, { 'sallyport.yaml': yaml, 'rules.conf': REFUSE });
    const gate = await startCommand([], folder);
    const load = { isOver: false, answers: 0, failures: [] as string[] };
    const worker = async (): Promise<void> => {
      while (!load.isOver) {
        const wanted = load.answers++ % 5 === 0 ? 403 : 200;
        const status = await ask(gate.port, wanted === 403 ? '/?a=evil' : '/?a=good').then(
          (answer) => answer.status,
          String,
        );
        if (status !== wanted) load.failures.push(`${status} instead of ${wanted}`);
      }
    };
    const workers = Array.from({ length: 8 }, worker);
    for (let at = 1; at <= 5; at++) {
      await wait(200);
      const before = gate.out().length;
      const answered = load.answers;
      gate.child.kill('SIGHUP');
      while (!gate.out().slice(before).includes('reloaded; ')) await wait(10);
      // Requests do not keep it from loading: so many take seconds on an idle machine.
      expect(load.answers - answered).toBeLessThan(5000);
    }
    load.isOver = true;
    await Promise.all(workers);
    expect(load.failures).toEqual([]);
    expect(load.answers).toBeGreaterThan(20);
  });
});
