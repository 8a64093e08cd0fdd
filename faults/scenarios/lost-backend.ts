import { setTimeout as wait } from 'node:timers/promises';
import { type Backend, startBackend } from '../support/backend.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Requests that may be lost, of a thousand. */
const MOST_LOST = 1;

export const lostBackend: Scenario = {
  id: 'BACKEND',
  title: 'one of three backends is killed under load: less than 0.1 % errors, and it serves again when it is back',

  async run(isShort): Promise<Outcome> {
    const promises = new Promises();
    const backends = await Promise.all([startBackend(), startBackend(), startBackend()]);
    const urls = backends.map(({ port }) => `"http://127.0.0.1:${port}"`).join(', ');
    const gate = await startGate({
      upstreamPort: 0,
      workers: 2,
      yaml: `upstreams: { app: { urls: [${urls}], breaker: { pause: 500 ms } } }`,
    });
    const traffic = startTraffic({ port: gate.port });
    let recovery = 0;
    try {
      for (let round = 0; round < (isShort ? 2 : 6); round++) {
        await wait(1000);
        const at = round % backends.length;
        const victim = backends[at] as Backend;
        await victim.kill();
        await wait(2000);
        const backAt = performance.now();
        const back = await startAgain(victim.port);
        backends[at] = back;
        while ((await back.count()) === 0 && performance.now() - backAt < 20_000) await wait(20);
        recovery = Math.max(recovery, performance.now() - backAt);
        promises.expect((await back.count()) > 0, 'the backend serves again', 'no request within 20 s');
      }
      const { sent, failures } = await traffic.stop();
      promises.expect(
        failures.length * 1000 < MOST_LOST * sent,
        'less than 0.1 % of the requests are lost',
        `${failures.length} of ${sent}: ${summarize(failures)}`,
      );
      return {
        requests: sent,
        lost: failures.length,
        recovery,
        seen: `lost: ${summarize(failures)}; recovery is from its start to its first request`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await Promise.all(backends.map((one) => one.kill()));
    }
  },
};

/** Something else may have the port for a moment: a connection that goes out from it. */
async function startAgain(port: number): Promise<Backend> {
  for (let tries = 1; ; tries++) {
    try {
      return await startBackend({ port });
    } catch (cause) {
      if (tries === 10) throw cause;
      await wait(200);
    }
  }
}
