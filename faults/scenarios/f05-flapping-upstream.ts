import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { startRawApplication } from '../support/raw-application.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Failures after which the address must be out. */
const MOST_FAILURES = 10;
const PAUSE = 500;
/** Share and milliseconds by which the other upstream may be slower; the clock of a busy machine is not finer. */
const SLOWER_SHARE = 1.1;
const SLOWER_BY = 10;

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

export const flappingUpstream: Scenario = {
  id: 'F05',
  title: `an upstream fails every other time: it is out after ${MOST_FAILURES} failures, tried with one request, others notice nothing`,

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const other = await startApplication();
    const times: number[] = [];
    let isFlapping = true;
    const flapping = await startRawApplication((socket) => {
      times.push(performance.now());
      if (isFlapping && times.length % 2 === 0) socket.resetAndDestroy();
      else socket.write(OK);
    });
    const gate = await startGate({
      upstreamPort: other.port,
      workers: 0,
      yaml: `upstreams:
  other: "http://127.0.0.1:${other.port}"
  flapping: { urls: "http://127.0.0.1:${flapping.port}", retry: { attempts: 0 },
    breaker: { failures: 5, pause: ${PAUSE} ms, longest_pause: ${PAUSE} ms, when_all_out: refuse } }
routes:
  - { upstream: other, waf: off }
  - { path: /flapping, upstream: flapping, waf: off }`,
    });
    // The first requests are slow: code is still being compiled.
    const warmUp = startTraffic({ port: gate.port, rate: 100 });
    await wait(2000);
    await warmUp.stop();
    const quiet = startTraffic({ port: gate.port, rate: 100 });
    try {
      await wait(isShort ? 2000 : 5000);
      const before = await quiet.stop();

      const beside = startTraffic({ port: gate.port, rate: 100 });
      const hurt = startTraffic({ port: gate.port, rate: 50, path: '/flapping' });
      await wait(isShort ? 3000 : 10_000);
      const reached = times.length;
      isFlapping = false;
      const calmAt = performance.now();
      let steadyAt = 0;
      while (steadyAt === 0 && performance.now() - calmAt < 10_000) {
        const seen = times.length;
        await wait(200);
        if (times.length - seen >= 5) steadyAt = performance.now();
      }
      const hurtResult = await hurt.stop();
      const besideResult = await beside.stop();

      const opening = gate.read('error.log').split('is taken out').length - 1;
      // Before it is out for the first time, all requests reach it; then one for every pause.
      const firstGap = times.findIndex((at, index) => index > 0 && at - (times[index - 1] ?? at) > PAUSE * 0.8);
      const failuresBefore = Math.floor((firstGap < 0 ? reached : firstGap) / 2);
      promises.expect(opening > 0, 'the address is taken out', opening);
      promises.expect(failuresBefore <= MOST_FAILURES, `it is out after ${MOST_FAILURES} failures`, failuresBefore);
      promises.expect(steadyAt > 0, 'it serves again when it is well', 'not within 10 s');
      promises.expect(
        besideResult.failures.length === 0,
        'the other upstream loses nothing',
        summarize(besideResult.failures),
      );
      // Before and after: a machine that others use is not equally fast all the time.
      const after = startTraffic({ port: gate.port, rate: 100 });
      await wait(isShort ? 2000 : 5000);
      const usual = Math.max(before.p99, (await after.stop()).p99);
      const limit = Math.max(usual * SLOWER_SHARE, usual + SLOWER_BY);
      promises.expect(
        besideResult.p99 <= limit,
        'the other upstream is not slower by more than a tenth',
        `p99 ${usual.toFixed(1)} ms before or after, ${besideResult.p99.toFixed(1)} ms beside`,
      );
      return {
        requests: besideResult.sent,
        lost: besideResult.failures.length,
        recovery: steadyAt - calmAt,
        seen: `out after ${failuresBefore} failures, ${opening} times; ${hurtResult.failures.length} of ${hurtResult.sent} refused or failed there; p99 elsewhere ${usual.toFixed(1)} ms without, ${besideResult.p99.toFixed(1)} ms beside it`,
        misses: promises.misses,
      };
    } finally {
      await quiet.stop();
      await gate.remove();
      await Promise.all([other.close(), flapping.close()]);
    }
  },
};
