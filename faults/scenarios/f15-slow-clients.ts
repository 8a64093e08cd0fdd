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
/** Seconds; slowhttptest says every five how it does. */
const SHORTEST = 6;
/** Milliseconds. */
const GOOD_P99 = 100;
const GROWTH = 64;
const MiB = 1024 * 1024;
const GOOD_CONNECTIONS = 4;
/** Seconds until the gate has seen enough of good requests to have the memory and the code for them. */
const WARM_UP = 8;
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
      traffic = startGoodTraffic(gate);
      await wait(WARM_UP * 1000);
      const usual = await traffic.stop();
      found.push(`p99 ${usual.p99.toFixed(0)} ms before`);
      const upload = uploadSlowly(gate.port);
      for (const mode of MODES) {
        const before = residentMemory(gate.child.pid ?? 0);
        traffic = startGoodTraffic(gate);
        const attack = await slowly(gate, mode.words, isShort ? 250 : 1000);
        const good = await traffic.stop();
        const growth = (attack.memory - before) / MiB;
        requests += good.requests;
        lost += good.lost;
        promises.expect(good.lost === 0, `${mode.name}: no good request is lost`, good.lost);
        promises.expect(good.p99 < GOOD_P99, `${mode.name}: p99 below ${GOOD_P99} ms`, `${good.p99.toFixed(1)} ms`);
        promises.expect(growth < GROWTH, `${mode.name}: less than ${GROWTH} MiB more`, `${growth.toFixed(1)} MiB`);
        promises.expect(attack.left === 0, `${mode.name}: all gone within ${attack.patience} s`, `${attack.left} left`);
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

function startGoodTraffic({ port }: FaultGate): Wrk {
  return startWrk({ url: `http://127.0.0.1:${port}/`, connections: GOOD_CONNECTIONS, headers: [GOOD_CLIENT] });
}

/** Floods are not counted and one address may have all connections, so that slowness is all there is against these clients. */
function start({ port }: Backend): Promise<FaultGate> {
  const stage = `{ time: ${STAGE_TIME} s, minimum_rate: 500 }`;
  return startGate({
    upstreamPort: port,
    workers: 0,
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
  readonly patience: number;
  /** Resident memory of the gate at its most, in bytes. */
  readonly memory: number;
}

/**
 * Runs until the gate holds none of the slow connections, or for as long as it may take at most. What slowhttptest itself believes to be
 * open does not count: a reader of 16 bytes a second hears late of an end that was sent long ago.
 */
async function slowly(gate: FaultGate, words: readonly string[], connections: number): Promise<Attack> {
  const opening = connections / OPENED_PER_SECOND;
  const patience = opening + LINE_TIME + STAGE_TIME + GRACE;
  const url = `http://127.0.0.1:${gate.port}/${words[0] === '-X' ? `bytes/${LARGE}` : ''}`;
  const numbers = { '-c': connections, '-r': OPENED_PER_SECOND, '-l': 2 * Math.ceil(patience), '-u': url };
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
  const held = (): number => Math.max(0, heldConnections(gate.port) - GOOD_CONNECTIONS - 1);
  let memory = 0;
  let left = 0;
  do {
    await wait(200);
    left = held();
    memory = Math.max(memory, residentMemory(gate.child.pid ?? 0));
  } while (elapsed() < patience && (left > 0 || elapsed() < SHORTEST));
  const seconds = elapsed();
  await end(child);
  const opened = Math.max(...statusLines(said).map(({ connected, closed }) => connected + closed), 0);
  // By then it may be a little behind.
  if (opened < connections * 0.75) throw new Error(`slowhttptest has opened ${opened} connections only`);
  return { seconds, left, patience, memory };
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
    let turns = 0;
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
