import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startApplication } from '../support/application.ts';
import { startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Where Debian's package faketime has its library, by architecture. */
const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find(existsSync);

/** Offsets of the clock in the notation of faketime; the last one runs a thousand times as fast. */
const CLOCKS = ['+400d', '-2h', '+0', '+1d', '-1d', '+0 x1000', '+0'];

export const jumpingClock: Scenario = {
  id: 'F10',
  title:
    'the clock jumps 400 days ahead, two hours back, and runs a thousand times as fast: nothing expires, nobody is replaced',
  missing: () => (LIBRARY === undefined ? 'there is no libfaketime (Debian package faketime)' : undefined),

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const clock = join(tmpdir(), `sallyport-clock-${process.pid}`);
    writeFileSync(clock, '+0\n');
    const gate = await startGate({
      upstreamPort: application.port,
      workers: 2,
      yaml: 'workers: { count: 2, max_age: 1 h }',
      environment: {
        LD_PRELOAD: LIBRARY ?? '',
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    });
    const traffic = startTraffic({ port: gate.port });
    try {
      const before = (await gate.status()).workers.map((one) => one.pid).toSorted();
      let latest = 0;
      for (const one of CLOCKS) {
        writeFileSync(clock, `${one}\n`);
        await wait(1200);
        latest = Math.max(latest, new Date(lastLogTime(gate.read('access.log'))).getTime());
      }
      const { sent, failures } = await traffic.stop();
      const after = (await gate.status()).workers.map((one) => one.pid).toSorted();
      promises.expect(
        latest > Date.now() + 300 * 86_400_000,
        'the gate did see another time',
        new Date(latest).toISOString(),
      );
      promises.expect(failures.length === 0, 'no request fails', summarize(failures));
      promises.expect(before.join() === after.join(), 'no worker is replaced', `${before} became ${after}`);
      return {
        requests: sent,
        lost: failures.length,
        seen: `${CLOCKS.length} clocks, the same workers`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
      rmSync(clock, { force: true });
    }
  },
};

/** `[21/Nov/2026:04:00:00 +0000]` of the last whole line, as text a Date reads. */
function lastLogTime(log: string): string {
  const stamps = [...log.matchAll(/\[(\d+)\/(\w+)\/(\d+):([\d:]+) ([+-]\d+)\]/g)];
  const [, day, month, year, time, zone] = stamps.at(-1) ?? [];
  return `${day} ${month} ${year} ${time} ${zone}`;
}
