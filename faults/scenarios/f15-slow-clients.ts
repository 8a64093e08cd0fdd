import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Backend, startBackend } from '../support/backend.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { residentMemory } from '../support/processes.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { heldConnections } from '../support/sockets.ts';
import { isWrkInstalled, startWrk, type Wrk } from '../support/wrk.ts';

/** Seconds each stage may take here; by default it is 20 to 30. */
const STAGE_TIME = 5;
/** Connections slowhttptest opens in a second. */
const OPENED_PER_SECOND = 250;
/** Seconds a request may wait in line for the application. */
const LINE_TIME = 2;
/** Seconds from the end of a stage's time to the last closed connection. */
const GRACE = 5;
/** Seconds an attack may take in all where the machine is too slow even to open the connections. */
const LONGEST = 90;
/** Seconds from the last slow connection that is opened until none is left. */
const PATIENCE = LINE_TIME + STAGE_TIME + GRACE;
/** Milliseconds. */
const GOOD_P99 = 100;
const GROWTH = 64;
const MiB = 1024 * 1024;
const GOOD_CONNECTIONS = 4;
/** Seconds, and connections, until the gate has the code and the memory for good requests. */
const WARM_UP = { seconds: 8, connections: 200 } as const;
/** Seconds without slow clients, to compare with. */
const CALM = 4;
/** More than the system takes off the gate's hands. */
const LARGE = 2 * MiB;
/** One client comes alone, through a proxy as far as the gate knows, so that it is not one with those that attack. */
const GOOD_CLIENT = 'X-Forwarded-For: 192.0.2.1';
/** An upload of half an hour at twice the least rate, with time and rate 1:30. */
const UPLOAD = { seconds: 60, stage: 20 / 30, minimumRate: 500 * 30, bytesPerSecond: 1000 * 30 } as const;

/** What slowhttptest does, by its option; the words are its command line. */
const MODES = [
  { name: 'slow heads', words: ['-H', '-i', '2', '-x', '8'] },
  { name: 'slow bodies', words: ['-B', '-i', '2', '-x', '8', '-s', '8192'] },
  { name: 'slow readers', words: ['-X', '-w', '256', '-y', '512', '-n', '2', '-z', '32', '-k', '1'] },
  { name: 'ranges', words: ['-R', '-a', '10', '-b', '3000'] },
] as const;

export const slowClients: Scenario = {
  id: 'F15',
  title: `1,000 slow clients in each of four ways: gone in time, p99 of good requests below ${GOOD_P99} ms, less than ${GROWTH} MiB more memory; an upload of half an hour (1:30) passes`,
  missing() {
    if (spawnSync('slowhttptest', ['-h']).error !== undefined) return 'slowhttptest is not installed';
    return isWrkInstalled() ? undefined : 'wrk is not installed';
  },

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const application = await startBackend();
    const gate = await start(application);
    const found: string[] = [];
    let requests = 0;
    let lost = 0;
    let traffic: Wrk | undefined;
    try {
      traffic = startGoodTraffic(gate, WARM_UP.connections);
      await wait(WARM_UP.seconds * 1000);
      await traffic.stop();
      traffic = startGoodTraffic(gate);
      await wait(CALM * 1000);
      const usual = await traffic.stop();
      found.push(`p99 ${usual.p99.toFixed(0)} ms before`);
      const upload = uploadSlowly(gate.port);
      const worker = (await gate.status()).workers[0]?.pid ?? 0;
      for (const mode of MODES) {
        const before = residentMemory(worker);
        traffic = startGoodTraffic(gate);
        const attack = await slowly({ port: gate.port, worker }, mode.words, isShort ? 250 : 1000);
        const good = await traffic.stop();
        const growth = (attack.memory - before) / MiB;
        requests += good.requests;
        lost += good.lost;
        promises.expect(good.lost === 0, `${mode.name}: no good request is lost`, good.lost);
        promises.expect(good.p99 < GOOD_P99, `${mode.name}: p99 below ${GOOD_P99} ms`, `${good.p99.toFixed(1)} ms`);
        promises.expect(growth < GROWTH, `${mode.name}: less than ${GROWTH} MiB more`, `${growth.toFixed(1)} MiB`);
        promises.expect(
          attack.left === 0 && attack.late <= PATIENCE,
          `${mode.name}: all gone ${PATIENCE} s after the last has come`,
          `${attack.left} left after ${attack.late.toFixed(1)} s`,
        );
        found.push(
          `${mode.name} gone after ${attack.seconds.toFixed(0)} s, p99 ${good.p99.toFixed(0)} ms, +${growth.toFixed(0)} MiB`,
        );
      }
      const uploaded = await upload;
      promises.expect(uploaded === '200', `an upload of ${UPLOAD.seconds} s passes`, uploaded);
      found.push(`upload: ${uploaded}`);
      return { requests, lost, seen: found.join('; '), misses: promises.misses };
    } finally {
      await traffic?.stop().catch(() => {});
      await gate.remove();
      await application.kill();
    }
  },
};

function startGoodTraffic({ port }: FaultGate, connections: number = GOOD_CONNECTIONS): Wrk {
  return startWrk({ url: `http://127.0.0.1:${port}/`, connections, headers: [GOOD_CLIENT] });
}

/** Floods are not counted and one address may have all connections, so that slowness is all there is against these clients. */
function start({ port }: Backend): Promise<FaultGate> {
  const stage = `{ time: ${STAGE_TIME} s, minimum_rate: 500 }`;
  return startGate({
    upstreamPort: port,
    workers: 1,
    yaml: `routes: [{ upstream: app, waf: "off", traffic: { wait: ${LINE_TIME} s } }]
slow_clients:
  header: ${stage}
  body: { time: ${Math.round(UPLOAD.stage * 1000)} ms, minimum_rate: ${UPLOAD.minimumRate} }
  response: ${stage}
timeouts: { keep_alive: ${STAGE_TIME} s, body_idle: ${STAGE_TIME} s }
connections: { per_address: 0 }
trusted_proxies: [127.0.0.1]
floods: { mode: "off", allow: [] }`,
  });
}

interface Attack {
  /** Until the gate held none of the connections any more. */
  readonly seconds: number;
  /** Connections that are left when it should hold none. */
  readonly left: number;
  /** Seconds from the last one that came until then. */
  readonly late: number;
  /** Resident memory of the worker at its most, in bytes. */
  readonly memory: number;
}

/**
 * Runs until the gate holds none of the slow connections, or for as long as it may take at most. What slowhttptest itself believes to be
 * open does not count: a reader of 16 bytes a second hears late of an end that was sent long ago.
 */
async function slowly(
  { port, worker }: { readonly port: number; readonly worker: number },
  words: readonly string[],
  connections: number,
): Promise<Attack> {
  const url = `http://127.0.0.1:${port}/${words[0] === '-X' ? `bytes/${LARGE}` : ''}`;
  const numbers = { '-c': connections, '-r': OPENED_PER_SECOND, '-l': LONGEST, '-u': url };
  const child = spawn('slowhttptest', [...words, ...Object.entries(numbers).flat().map(String)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  // Besides good requests there is one upload.
  const held = (): number => Math.max(0, heldConnections(port) - GOOD_CONNECTIONS - 1);
  const opened = (): number => Math.max(...statusLines(said).map(({ connected, closed }) => connected + closed), 0);
  let memory = 0;
  let left = 0;
  let most = 0;
  /** Until the last time there were more of them, and until there were none. */
  let growing = 0;
  let seconds = 0;
  do {
    await wait(200);
    const before = left;
    left = held();
    memory = Math.max(memory, residentMemory(worker));
    if (left > most) growing = elapsed();
    most = Math.max(most, left);
    if (left > 0 || before > 0) seconds = elapsed();
    // What it says of itself is up to five seconds old.
  } while (child.exitCode === null && (left > 0 || opened() < connections) && elapsed() < growing + PATIENCE + 5);
  // It ends by itself when it has opened all and none is left.
  const isThrough = child.exitCode !== null || opened() >= connections * 0.9;
  await end(child);
  if (!isThrough) throw new Error(`slowhttptest has opened ${opened()} connections only`);
  return { seconds, late: seconds - growing, left, memory };
}

/** What slowhttptest says now and then of its connections. */
function statusLines(text: string): readonly { readonly connected: number; readonly closed: number }[] {
  const plain = text.replace(/\x1b\[[0-9;]*m/g, '');
  return [...plain.matchAll(/connected:\s+(\d+)\s+error:\s+\d+\s+closed:\s+(\d+)/g)].map(([, connected, closed]) => ({
    connected: Number(connected),
    closed: Number(closed),
  }));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The status of a steady upload, or why there was none. */
function uploadSlowly(port: number): Promise<string> {
  const { seconds, bytesPerSecond } = UPLOAD;
  const perTurn = bytesPerSecond / 10;
  const headers = { 'Content-Length': seconds * bytesPerSecond };
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
    });
    // Two seconds of it at once: the clock, thirty times faster, would end an upload that is held up on this side as it begins.
    let turns = 20;
    sent.write(Buffer.alloc(perTurn * turns));
    const timer = setInterval(() => {
      if (++turns < seconds * 10) sent.write(Buffer.alloc(perTurn));
      else {
        clearInterval(timer);
        sent.end(Buffer.alloc(perTurn));
      }
    }, 100);
    sent.on('error', (cause: NodeJS.ErrnoException) => {
      clearInterval(timer);
      resolve(cause.code ?? cause.message);
    });
  });
}
