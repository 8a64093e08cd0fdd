/** A gate that is handed over to a new supervisor, and what systemd hears and hands over. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { BoundSocket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from './support/client.ts';
import { startCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { isAlive } from './support/processes.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

describe('SIGUSR2', () => {
  it('hands sockets over to a new supervisor; no request fails and counters stay', async () => {
    const upstream = await startUpstream();
    const rules =
      'SecRuleEngine On\nSecAction "id:1,phase:1,nolog,pass,initcol:global=all,setvar:global.hits=+1"\nSecRule ARGS:show "@rx ." "id:2,phase:1,nolog,redirect:\'/hits/%{global.hits}\'"\n';
    const gate = await startWorkers(upstream.port, 1, { rules });
    const before = await gate.status();
    const failures: string[] = [];
    let isOver = false;
    let asked = 0;
    const load = (async () => {
      for (; !isOver; asked++) {
        const status = await ask(gate.port, '/').then((answer) => answer.status, String);
        if (status !== 200) failures.push(String(status));
      }
    })();
    gate.child.kill('SIGUSR2');
    expect((await gate.exited()).code).toBe(0);
    const after = await gate.status();
    onTestFinished(() => {
      if (isAlive(after.pid)) process.kill(after.pid, 'SIGKILL');
    });
    expect(after.pid).not.toBe(before.pid);
    expect(after.listeners).toEqual(before.listeners);
    isOver = true;
    await load;
    expect(failures).toEqual([]);
    const { headers } = await ask(gate.port, '/?show=1');
    expect(headers.location).toBe(`/hits/${asked + 1}`);
    process.kill(after.pid, 'SIGTERM');
    await expect.poll(() => existsSync(gate.socket)).toBe(false);
  });

  it('a new supervisor that cannot start changes nothing', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    const before = (await gate.workers()).map((one) => one.pid);
    gate.write('sallyport.yaml', 'listeners: [\n');
    const heard = gate.saysNext('before it served; this one goes on');
    gate.child.kill('SIGUSR2');
    await heard;
    expect((await gate.workers()).map((one) => one.pid)).toEqual(before);
    expect((await ask(gate.port, '/')).status).toBe(200);
  });

  it('one process says that it cannot', async () => {
    const upstream = await startUpstream();
    const words = ['--listen', '127.0.0.1:0', '--upstream', `http://127.0.0.1:${upstream.port}`];
    const folder = testFolder();
    writeFileSync(join(folder, 'rules.conf'), 'SecRuleEngine On\n');
    const gate = await startCommand([...words, '--rules', 'rules.conf'], folder);
    gate.child.kill('SIGUSR2');
    await gate.says('an upgrade without interruption needs workers');
    expect((await ask(gate.port, '/')).status).toBe(200);
  });
});

describe('systemd', () => {
  /** A stand-in that writes down what the service says. */
  function recorder(folder: string): { readonly environment: NodeJS.ProcessEnv; heard(): string } {
    const log = join(folder, 'heard');
    writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${log}\n`);
    chmodSync(join(folder, 'systemd-notify'), 0o755);
    return {
      environment: { ...process.env, PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: '/none' },
      heard: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    };
  }

  it.each(['0', '1'])('hears of start, reload, life and end (%s workers)', async (workers) => {
    const upstream = await startUpstream();
    const folder = testFolder();
    const { environment, heard } = recorder(folder);
    writeFileSync(
      join(folder, 'sallyport.yaml'),
      `listeners: [{ port: 0 }]\nupstreams: { app: "http://127.0.0.1:${upstream.port}" }\nroutes: [{ upstream: app, waf: off }]\n`,
    );
    const child = spawn(process.execPath, ['--conditions=sallyport-source', MAIN, 'run', '--workers', workers], {
      cwd: folder,
      stdio: 'ignore',
      env: { ...environment, WATCHDOG_USEC: '400000' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const says = (words: RegExp): Promise<void> => expect.poll(heard).toMatch(words);
    await says(/^--pid=\d+ READY=1 STATUS=/);
    await says(/WATCHDOG=1\n/);
    child.kill('SIGHUP');
    await says(/RELOADING=1 MONOTONIC_USEC=\d+\n(.*\n)*--pid=\d+ READY=1 /);
    child.kill('SIGTERM');
    await says(/STOPPING=1\n/);
  });

  it('binds the ports, where it is told to', async () => {
    const upstream = await startUpstream();
    const folder = testFolder();
    const socket = new BoundSocket({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => socket.close());
    const { port } = socket.address() as { port: number };
    writeFileSync(
      join(folder, 'sallyport.yaml'),
      `listeners: [{ port: ${port} }]\nupstreams: { app: "http://127.0.0.1:${upstream.port}" }\nroutes: [{ upstream: app, waf: off }]\nrun_dir: run\n`,
    );
    // The shell replaces itself, so that the process number it knows is the gate's.
    const command = `LISTEN_PID=$$ LISTEN_FDS=1 exec "${process.execPath}" --conditions=sallyport-source "${MAIN}" run --workers 1`;
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'ignore', socket.fd()],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => existsSync(join(folder, 'run', 'control.sock'))).toBe(true);
    expect((await ask(port, '/')).status).toBe(200);
  });
});
