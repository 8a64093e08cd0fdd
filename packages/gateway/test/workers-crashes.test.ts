/** A95: workers that end by their own fault. Another takes the place, the next one after a pause, and a series of them raises an alarm. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from './support/client.ts';
import { testFolder } from './support/gate.ts';
import { isAlive } from './support/processes.ts';
import { startUpstream } from './support/upstream.ts';
import { startWorkers, type WorkersGate } from './support/workers.ts';

/** Loaded into every process of the gate: a signal that means nothing to it makes a worker fail as a bug would. */
const FAULTS: Readonly<Record<string, string>> = {
  'an uncaught exception': `throw new TypeError('a bug\\nwith a line of its own')`,
  'an unhandled rejection': `void Promise.reject(new TypeError('nobody waits'))`,
  'a stack that is exhausted': 'const deeper = () => deeper() + 1; deeper()',
  'a heap that is exhausted': 'const all = []; for (;;) all.push(new Array(1e6).fill({}))',
};

async function start(count: number, fault: string): Promise<WorkersGate> {
  const file = join(testFolder(), 'fault.mjs');
  writeFileSync(file, `process.on('SIGWINCH', () => { ${fault} });`);
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `${before ?? ''} --import=${file} --max-old-space-size=200`;
  onTestFinished(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  });
  // By the watchdog another fault would end it.
  return startWorkers((await startUpstream()).port, count, { yaml: 'workers: { stuck_after: 2 m }' });
}

/** Makes the oldest worker fail; gives its number. */
async function fail(gate: WorkersGate): Promise<number> {
  await expect.poll(async () => (await gate.workers('serving')).length).toBeGreaterThan(0);
  const [worker] = await gate.workers('serving');
  const pid = worker?.pid ?? 0;
  process.kill(pid, 'SIGWINCH');
  await expect.poll(() => isAlive(pid)).toBe(false);
  return pid;
}

describe('A95: a worker that fails', () => {
  it.each([
    ['an uncaught exception', /ended by exit code 1 \(uncaughtException: TypeError: a bug\?with a line of its own\)/],
    ['an unhandled rejection', /ended by exit code 1 \(unhandledRejection: TypeError: nobody waits\)/],
    [
      'a stack that is exhausted',
      /ended by exit code \d+ \(uncaughtException: RangeError: Maximum call stack size exceeded\)/,
    ],
    ['a heap that is exhausted', /ended by (SIGABRT|SIGTRAP|exit code 134)/],
  ])('by %s ends, and another takes its place', async (name, line) => {
    const gate = await start(1, FAULTS[name] ?? '');
    const pid = await fail(gate);
    // The port stays open: the request waits for the next worker.
    expect((await ask(gate.port, '/')).status).toBe(200);
    const [next] = await gate.workers('serving');
    expect(next?.pid).not.toBe(pid);
    expect((await gate.status()).crashes).toBe(1);
    await expect.poll(() => gate.read('error.log')).toMatch(line);
    expect(gate.err()).toMatch(line);
  });

  it('five times in a minute raises an alarm', { timeout: 240_000 }, async () => {
    const gate = await start(3, FAULTS['an uncaught exception'] ?? '');
    for (let at = 1; at <= 5; at++) {
      await fail(gate);
      await expect.poll(async () => (await gate.status()).crashes).toBe(at);
    }
    const said = (): string => `${gate.read('error.log')}${gate.err()}`;
    await expect
      .poll(() => gate.read('error.log'))
      .toMatch(/\[process:alert\] .*5 workers have ended by themselves within 60 s/);
    expect(gate.err()).toContain('5 workers have ended by themselves within 60 s\n');
    expect(said()).toMatch(/the next worker is started in [12] s/);
    expect((await ask(gate.port, '/')).status).toBe(200);
  });
});
