import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startBackend } from '../support/backend.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const NAMESPACE = `sp-f14-${process.pid}`;
const INTERFACE = `sp${process.pid}a`;
/** A network of two addresses for documentation (RFC 5737): nobody else has it. */
const HERE = '198.51.100.253';
const THERE = '198.51.100.254';
const CONNECT = 500;
const RESPONSE = 1000;
/** A busy machine is late. */
const GRACE = 2000;

export const partition: Scenario = {
  id: 'F14',
  title: 'the network to an upstream swallows everything: time limits hold, checks say so, others serve, it comes back',

  missing() {
    if (process.getuid?.() !== 0) return 'a network namespace needs root';
    const made = ip('netns', 'add', NAMESPACE);
    ip('netns', 'del', NAMESPACE);
    return made === '' ? undefined : `no network namespace: ${made}`;
  },

  async run(): Promise<Outcome> {
    const promises = new Promises();
    openNetwork();
    const other = await startApplication();
    const far = await startBackend({ address: THERE, wrapper: ['ip', 'netns', 'exec', NAMESPACE] });
    const gate = await startGate({
      upstreamPort: other.port,
      workers: 0,
      yaml: `upstreams:
  other: "http://127.0.0.1:${other.port}"
  far: { urls: "http://${THERE}:${far.port}", connect_timeout: ${CONNECT} ms, response_timeout: ${RESPONSE} ms,
    health: { path: /count, interval: 200 ms, timeout: 300 ms, healthy: 1, unhealthy: 2 },
    breaker: { failures: 0, when_all_out: refuse } }
routes:
  - { upstream: other, waf: off }
  - { path: /far, upstream: far, waf: off }`,
    });
    const traffic = startTraffic({ port: gate.port, rate: 100 });
    try {
      // Interfaces that have just come up need a moment.
      const startedAt = performance.now();
      while ((await ask(gate.port)).status !== 200 && performance.now() - startedAt < 20_000) await wait(100);
      const reached = (await ask(gate.port)).status;
      promises.expect(reached === 200, 'the upstream is reached at first', reached);
      const before = errorLog(gate).length;

      // Answers have no way back: as behind a firewall that drops packets, nobody is told.
      const cutAt = performance.now();
      must('netns', 'exec', NAMESPACE, 'ip', 'route', 'add', 'blackhole', `${HERE}/32`);
      const first = await ask(gate.port);
      promises.expect([502, 503, 504].includes(first.status), 'a request meanwhile is refused', first.status);
      promises.expect(
        first.took < CONNECT + RESPONSE + GRACE,
        'in the time that is configured',
        `${Math.round(first.took)} ms`,
      );
      while (!errorLog(gate).slice(before).includes('is not healthy') && performance.now() - cutAt < 15_000)
        await wait(20);
      const redAfter = performance.now() - cutAt;
      const refused = await ask(gate.port);
      promises.expect(refused.status === 503, 'once checks have failed, 503 at once', refused.status);
      promises.expect(refused.took < GRACE, 'without waiting for the network', `${Math.round(refused.took)} ms`);

      const healedAt = performance.now();
      must('netns', 'exec', NAMESPACE, 'ip', 'route', 'del', 'blackhole', `${HERE}/32`);
      let status = 0;
      while (status !== 200 && performance.now() - healedAt < 30_000) {
        await wait(50);
        status = (await ask(gate.port)).status;
      }
      const recovery = performance.now() - healedAt;
      promises.expect(status === 200, 'it serves again when the network is back', status);
      const { sent, failures } = await traffic.stop();
      promises.expect(failures.length === 0, 'other upstreams lose nothing', summarize(failures));
      return {
        requests: sent,
        lost: failures.length,
        recovery,
        seen: `first request refused with ${first.status} in ${Math.round(first.took)} ms, health red after ${Math.round(redAfter)} ms`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await far.kill();
      await other.close();
      ip('link', 'del', INTERFACE);
      ip('netns', 'del', NAMESPACE);
    }
  },
};

/** A namespace whose only way out is a pair of interfaces. */
function openNetwork(): void {
  const [outside, inside] = [INTERFACE, `sp${process.pid}b`];
  must('netns', 'add', NAMESPACE);
  must('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside);
  must('link', 'set', inside, 'netns', NAMESPACE);
  must('addr', 'add', `${HERE}/30`, 'dev', outside);
  must('link', 'set', outside, 'up');
  must('netns', 'exec', NAMESPACE, 'ip', 'addr', 'add', `${THERE}/30`, 'dev', inside);
  must('netns', 'exec', NAMESPACE, 'ip', 'link', 'set', inside, 'up');
}

/** What it complained about; nothing when it succeeded. */
function ip(...words: readonly string[]): string {
  const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? (stderr.trim() || `exit code ${status}`));
}

function must(...words: readonly string[]): void {
  const complaint = ip(...words);
  if (complaint !== '') throw new Error(`ip ${words.join(' ')}: ${complaint}`);
}

/** Empty as long as nothing was written. */
function errorLog(gate: FaultGate): string {
  try {
    return gate.read('error.log');
  } catch {
    return '';
  }
}

async function ask(port: number): Promise<{ readonly status: number; readonly took: number }> {
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/far`);
  await response.arrayBuffer();
  return { status: response.status, took: performance.now() - startedAt };
}
