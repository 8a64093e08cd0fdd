import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Application, startApplication } from '../support/application.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { residentMemory } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Seconds each stage may take here; by default it is 20 to 30. */
const STAGE_TIME = 5;
/** Connections slowhttptest opens in a second. */
const OPENED_PER_SECOND = 250;
/** Seconds a request may wait in line for the application. */
const LINE_TIME = 2;
/** Seconds from the end of a stage's time to the last closed connection. */
const GRACE = 5;
/** Milliseconds more than without slow clients, on a machine that may be busy with other things. */
const GOOD_P99 = 100;
const GROWTH = 64;
const MiB = 1024 * 1024;
/** More than the system takes off the gate's hands. */
const LARGE = Buffer.alloc(2 * MiB, 'x');

/** What slowhttptest does, by its option; the words are its command line. */
const MODES = [
  { name: 'slow heads', words: ['-H', '-i', '2', '-x', '8'] },
  { name: 'slow bodies', words: ['-B', '-i', '2', '-x', '8', '-s', '8192'] },
  { name: 'slow readers', words: ['-X', '-w', '256', '-y', '512', '-n', '2', '-z', '32', '-k', '1'] },
  { name: 'ranges', words: ['-R', '-a', '10', '-b', '3000'] },
] as const;

export const slowClients: Scenario = {
  id: 'F15',
  title: `1,000 slow clients in each of four ways: gone in time, good requests at most ${GOOD_P99} ms slower (p99), less than ${GROWTH} MiB more memory`,
  missing: () => (spawnSync('slowhttptest', ['-h']).error === undefined ? undefined : 'slowhttptest is not installed'),

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication((request, response) =>
      response.end(request.url === '/large' ? LARGE : 'hello'),
    );
    const gate = await start(application);
    const found: string[] = [];
    let requests = 0;
    let lost = 0;
    try {
      // The first requests are the slowest, and not what this is about.
      await startTraffic({ port: gate.port, localAddress: '127.0.0.2' }).stop();
      for (const mode of MODES) {
        const calm = startTraffic({ port: gate.port, localAddress: '127.0.0.2' });
        await wait(2000);
        const { p99: usual } = await calm.stop();
        const traffic = startTraffic({ port: gate.port, localAddress: '127.0.0.2' });
        const memory = watchMemory(gate);
        const attack = await slowly(gate.port, mode.words, isShort ? 250 : 1000);
        const growth = memory.stop() / MiB;
        const { sent, failures, p99 } = await traffic.stop();
        requests += sent;
        lost += failures.length;
        promises.expect(failures.length === 0, `${mode.name}: no good request is lost`, summarize(failures));
        promises.expect(
          p99 < usual + GOOD_P99,
          `${mode.name}: p99 below ${(usual + GOOD_P99).toFixed(0)} ms`,
          `${p99.toFixed(1)} ms`,
        );
        promises.expect(growth < GROWTH, `${mode.name}: less than ${GROWTH} MiB more`, `${growth.toFixed(1)} MiB`);
        promises.expect(attack.isOver, `${mode.name}: all gone within ${attack.patience} s`, attack.last);
        found.push(
          `${mode.name} gone after ${attack.seconds.toFixed(0)} s, p99 ${p99.toFixed(0)} ms (${usual.toFixed(0)} before), +${growth.toFixed(0)} MiB`,
        );
      }
      return { requests, lost, seen: found.join('; '), misses: promises.misses };
    } finally {
      await gate.remove();
      await application.close();
    }
  },
};

/** Floods are not counted and one address may have all connections, so that slowness is all there is against these clients. */
function start({ port }: Application): Promise<FaultGate> {
  const stage = `{ time: ${STAGE_TIME} s, minimum_rate: 500 }`;
  return startGate({
    upstreamPort: port,
    workers: 0,
    yaml: `routes: [{ upstream: app, waf: "off", traffic: { wait: ${LINE_TIME} s } }]
slow_clients: { header: ${stage}, body: ${stage}, response: ${stage} }
timeouts: { keep_alive: ${STAGE_TIME} s }
connections: { per_address: 0 }
floods: { mode: "off", allow: [] }`,
  });
}

interface Attack {
  readonly seconds: number;
  readonly isOver: boolean;
  readonly patience: number;
  /** The last it said. */
  readonly last: string;
}

/** Runs until no connection is left, or for as long as it may take at most. */
async function slowly(port: number, words: readonly string[], connections: number): Promise<Attack> {
  const patience = connections / OPENED_PER_SECOND + LINE_TIME + STAGE_TIME + GRACE;
  const url = `http://127.0.0.1:${port}/${words[0] === '-X' ? 'large' : ''}`;
  const numbers = [
    '-c',
    String(connections),
    '-r',
    String(OPENED_PER_SECOND),
    '-l',
    String(Math.ceil(patience)),
    '-u',
    url,
  ];
  const child = spawn('slowhttptest', [...words, ...numbers], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const started = performance.now();
  await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  const status = /Exit status:\s*(.*)/.exec(said.replace(/\x1b\[[0-9;]*m/g, ''))?.[1]?.trim() ?? 'no exit status';
  return { seconds, isOver: /no open connections left/i.test(status), patience, last: status };
}

/** How much memory a process has taken at most since now, in bytes. */
function watchMemory({ child }: FaultGate): { stop: () => number } {
  const pid = child.pid ?? 0;
  const before = residentMemory(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentMemory(pid));
  }, 200);
  return {
    stop() {
      clearInterval(timer);
      return most - before;
    },
  };
}
