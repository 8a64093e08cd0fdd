/** A supervisor with workers: who serves, who is replaced and when, and what no client notices. */
import { Agent, request, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { askGate } from '../src/admin/client.ts';
import { ask, open } from './support/client.ts';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { isAlive } from './support/processes.ts';
import { startEagerUpstream, startUpstream } from './support/upstream.ts';
import { startWorkers } from './support/workers.ts';

/** Requests one after the other on kept-alive connections until told to stop; gives what went wrong. */
function keepAsking(port: number, clients = 4): { stop(): Promise<readonly string[]>; readonly answers: number } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const failures: string[] = [];
  let isOver = false;
  let answers = 0;
  const once = (): Promise<void> =>
    new Promise((resolve) => {
      const fail = (why: string): void => {
        failures.push(why);
        resolve();
      };
      request({ host: '127.0.0.1', port, agent }, (response) => {
        response.resume().on('error', (cause) => fail(cause.message));
        response.on('end', () => {
          answers++;
          if (response.statusCode === 200) resolve();
          else fail(`status ${response.statusCode}`);
        });
      })
        .on('error', (cause) => fail(cause.message))
        .end();
    });
  const client = async (): Promise<void> => {
    while (!isOver) await once();
  };
  const running = Promise.all(Array.from({ length: clients }, client));
  return {
    get answers() {
      return answers;
    },
    async stop() {
      isOver = true;
      await running;
      agent.destroy();
      return failures;
    },
  };
}

describe('workers', () => {
  it('serve on the same port, and end with the gate', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2);
    const workers = await gate.workers('serving');
    expect(workers).toHaveLength(2);
    await Promise.all(Array.from({ length: 40 }, () => ask(gate.port, '/')));
    await expect.poll(async () => (await gate.status()).requests).toBe(40);
    gate.child.kill('SIGTERM');
    expect((await gate.finished()).code).toBe(0);
    for (const { pid } of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(open(gate.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('that are killed are replaced, and are no trouble for requests on others', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2);
    const [victim] = await gate.workers('serving');
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    for (let at = 0; at < 20; at++) expect((await ask(gate.port, '/')).status).toBe(200);
    await expect.poll(async () => (await gate.workers('serving')).length).toBe(2);
    expect((await gate.status()).crashes).toBe(1);
    expect(gate.err()).toMatch(new RegExp(`worker ${victim?.pid} ended by SIGKILL; no request was under way`));
  });

  it('that are all gone leave the port open: connections wait', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    const [victim] = await gate.workers('serving');
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await gate.says('ended by SIGKILL');
    expect((await ask(gate.port, '/')).status).toBe(200);
  });

  it('do not outlive a supervisor that is killed', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2);
    const workers = await gate.workers('serving');
    gate.child.kill('SIGKILL');
    await gate.finished();
    for (const { pid } of workers) await expect.poll(() => isAlive(pid)).toBe(false);
    await expect(open(gate.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('are replaced after so many requests on kept-alive connections, and no request fails', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2, { yaml: 'workers: { max_requests: 200 }' });
    const before = new Set((await gate.workers()).map((one) => one.pid));
    const load = keepAsking(gate.port);
    await expect.poll(async () => (await gate.workers('serving')).filter((one) => !before.has(one.pid)).length).toBe(2);
    expect(await load.stop()).toEqual([]);
    expect(gate.read('error.log')).toMatch(/worker \d+ is replaced: it has served (1\d\d|200) requests/);
  });

  it('leave what they have counted to the gate when they are replaced', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    // Closed connections, so that the old worker has nothing to wait for.
    for (let n = 0; n < 7; n++) await ask(gate.port, '/', { headers: { Connection: 'close' } });
    await gate.reload();
    await expect.poll(async () => (await gate.workers()).length).toBe(1);
    const { body } = await askGate(gate.socket, 'GET', '/metrics');
    expect(body).toMatch(/^http_requests_total\{.*\} 7$/m);
  });

  it('are replaced when they are old, and when they are large', async () => {
    const upstream = await startUpstream();
    for (const [limit, reason] of [
      ['max_age: 3 s', /worker \d+ is replaced: it is ([3-9]|\d\d+) s old/],
      ['max_rss: 50 MiB', /worker \d+ is replaced: its memory is \d+ MiB/],
    ] as const) {
      const gate = await startWorkers(upstream.port, 1, { yaml: `workers: { ${limit} }` });
      await expect.poll(() => gate.read('error.log')).toMatch(reason);
      expect((await ask(gate.port, '/')).status).toBe(200);
    }
  });

  it('SIGTERM for one of them means that it is replaced', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    const [old] = await gate.workers();
    process.kill(old?.pid ?? 0, 'SIGTERM');
    await expect.poll(() => isAlive(old?.pid ?? 0)).toBe(false);
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect((await gate.status()).crashes).toBe(0);
  });

  it('that crash again and again are started after 1, 2, 4 … seconds', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    for (const delay of [1, 2]) {
      const [worker] = await gate.workers('serving');
      const heard = gate.saysNext(`the next worker is started in ${delay} s`);
      process.kill(worker?.pid ?? 0, 'SIGSEGV');
      await heard;
      expect((await ask(gate.port, '/')).status).toBe(200);
    }
  });

  it('that do not come to serve stop the start, with what is wrong', async () => {
    const folder = testFolder();
    const words = ['run', '--workers', '2', '--listen', '127.0.0.1:0', '--upstream', 'http://127.0.0.1:1'];
    const result = await runCommand([...words, '--rules', 'missing.conf'], folder);
    expect(result).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/missing\.conf/) });
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a reload', () => {
  const REFUSE = `SecRuleEngine On\nSecRule ARGS:a "@streq evil" "id:1,phase:2,deny,status:403"\n`;

  it('puts new rules in force in all workers and fails no request', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2, { rules: 'SecRuleEngine On\n' });
    const load = keepAsking(gate.port);
    gate.write('rules.conf', REFUSE);
    await gate.reload();
    for (let at = 0; at < 20; at++) expect((await ask(gate.port, '/?a=evil')).status).toBe(403);
    await gate.reload();
    expect(await load.stop()).toEqual([]);
    expect(load.answers).toBeGreaterThan(20);
    expect((await gate.status()).generation).toBe(3);
  });

  it('that is refused leaves everything as it was, also for workers that start later', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 1, { rules: REFUSE });
    const [before] = await gate.workers();
    gate.write('sallyport.yaml', 'listeners: [{ port: 0 }]\nupstream: {}\n');
    await gate.reload('reload refused: sallyport.yaml:2:1 unknown key "upstream"');
    expect((await gate.status()).configuration.stale?.reasons[0]).toMatch(/^sallyport\.yaml:2:1 /);
    expect((await gate.workers()).map((one) => one.pid)).toEqual([before?.pid]);
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await gate.says('ended by SIGKILL');
    expect((await ask(gate.port, '/?a=evil')).status).toBe(403);
  });

  it('opens and closes ports', async () => {
    const upstream = await startUpstream();
    const spare = await startUpstream();
    const gate = await startWorkers(upstream.port, 1);
    const yaml = gate.read('sallyport.yaml');
    gate.write('sallyport.yaml', yaml.replace('[{ port: 0 }]', `[{ port: 0 }, { port: ${spare.port} }]`));
    await gate.reload(`reload refused: cannot listen on 127.0.0.1:${spare.port}: the address is already in use`);
    gate.write('sallyport.yaml', yaml.replace('[{ port: 0 }]', '[{ port: 0 }, { address: "127.0.0.2", port: 0 }]'));
    await gate.reload();
    const [first, second] = (await gate.status()).listeners;
    expect(first?.port).toBe(gate.port);
    expect((await ask(second?.port ?? 0, '/', { host: '127.0.0.2' })).status).toBe(200);
    gate.write('sallyport.yaml', yaml);
    await gate.reload();
    await expect
      .poll(() => ask(second?.port ?? 0, '/', { host: '127.0.0.2' }).then(String, (error) => error.code))
      .toBe('ECONNREFUSED');
    expect((await ask(gate.port, '/')).status).toBe(200);
  });

  it('lets a long download go on, until the drain limit', async () => {
    const running: ServerResponse[] = [];
    const upstream = await startEagerUpstream((_request, response) => {
      response.write('begin ');
      running.push(response);
    });
    const gate = await startWorkers(upstream.port, 1);
    const download = ask(gate.port, '/');
    await expect.poll(() => running.length).toBe(1);
    await gate.reload();
    expect((await gate.workers('retiring')).length).toBe(1);
    running[0]?.end('end');
    expect((await download).body).toBe('begin end');
    await expect.poll(async () => (await gate.workers('retiring')).length).toBe(0);

    gate.write('sallyport.yaml', `${gate.read('sallyport.yaml')}\nworkers: { drain: 300 ms }\n`);
    await gate.reload();
    const cut = ask(gate.port, '/').then(
      () => 'whole',
      () => 'cut',
    );
    await expect.poll(() => running.length).toBe(2);
    await gate.reload();
    expect(await cut).toBe('cut');
  });
});

describe('an event loop that stands still', () => {
  it('is noticed, named and ended; others serve meanwhile', async () => {
    const upstream = await startUpstream();
    const gate = await startWorkers(upstream.port, 2, { yaml: 'workers: { stuck_after: 6 s }' });
    const [victim] = await gate.workers('serving');
    process.kill(victim?.pid ?? 0, 'SIGSTOP');
    await gate.says(`worker ${victim?.pid} has shown no sign of life for`);
    await gate.says(`worker ${victim?.pid} is killed: no sign of life for`);
    expect((await ask(gate.port, '/')).status).toBe(200);
    await expect.poll(async () => (await gate.workers('serving')).length).toBe(2);
  });

  it('is not held against a worker that retires when the supervisor stood still as well', async () => {
    let answer: (() => void) | undefined;
    const upstream = await startUpstream((_request, response) => {
      answer = () => response.end('whole');
    });
    const gate = await startWorkers(upstream.port, 1, { yaml: 'workers: { stuck_after: 4 s }' });
    const asked = ask(gate.port, '/');
    await expect.poll(() => answer).toBeDefined();
    const [worker] = await gate.workers('serving');
    await gate.reload();
    const stopped = [gate.child.pid ?? 0, worker?.pid ?? 0];
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    await wait(5000);
    // One goes on a little later, as on a machine where all want to do so at once.
    for (const pid of stopped) {
      process.kill(pid, 'SIGCONT');
      await wait(1000);
    }
    answer?.();
    expect((await asked).body).toBe('whole');
  });
});
