import { describe, expect, test } from 'vitest';
import type { EventLoop } from './event-loop.ts';
import { Turns } from './turns.ts';

/** Microtasks between two callbacks: more than any chain of promises here is long. */
const settled = async (): Promise<void> => {
  for (let n = 0; n < 10; n++) await undefined;
};

/** An event loop whose time passes by work alone, and by the little that each of its rounds takes. */
class SimulatedLoop implements EventLoop {
  #now = 0;
  #events = 0;
  #callbacks: (() => void)[] = [];
  /** What comes, when, and what it does, sorted by time. */
  #arrivals: { readonly at: number; readonly arrive: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  events(): number {
    return this.#events;
  }

  afterWork(callback: () => void): void {
    void settled().then(callback);
  }

  afterReading(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  work(milliseconds: number): void {
    this.#now += milliseconds;
  }

  arrival(at: number, arrive: () => void): void {
    this.#arrivals.push({ at, arrive });
    this.#arrivals.sort((left, right) => left.at - right.at);
  }

  async runUntil(end: number): Promise<void> {
    while (this.#now < end) {
      this.#now += 0.02;
      const now = this.#now;
      while (this.#arrivals.length > 0 && this.#arrivals[0]!.at <= now) {
        this.#events++;
        this.#arrivals.shift()!.arrive();
        await settled();
      }
      const callbacks = this.#callbacks;
      this.#callbacks = [];
      for (const callback of callbacks) {
        callback();
        await settled();
        await settled();
      }
    }
  }
}

/** Inspects in so many turns of so many milliseconds each; notes when each begins. */
async function inspect(name: string, loop: SimulatedLoop, turns: Turns, log: string[], milliseconds = 5, count = 3) {
  for (let turn = 1; turn <= count; turn++) {
    await turns.next((turn - 1) * milliseconds * 1000);
    log.push(`${name}${turn}@${Math.round(loop.now())}`);
    loop.work(milliseconds);
  }
}

describe('turns', () => {
  test('are given one at a time, to all alike, and what nobody else needs is not left unused', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    void inspect('a', loop, turns, log);
    void inspect('b', loop, turns, log);
    await loop.runUntil(40);
    expect(log).toEqual(['a1@0', 'b1@5', 'a2@10', 'b2@15', 'a3@20', 'b3@25']);
  });

  test('are given first, and each second time, to who has had least', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    for (let n = 0; n < 50; n++) void inspect(`i${n}`, loop, turns, [], 5, 100);
    await loop.runUntil(600);
    for (const came of [700, 800, 900]) loop.arrival(came, () => void inspect(`s${came}`, loop, turns, log, 1, 2));
    await loop.runUntil(1000);
    expect(log).toHaveLength(6);
    for (const line of log) {
      const [, came, began] = /s(\d+)\d@(\d+)/.exec(line)!.map(Number) as [number, number, number];
      expect(began - came).toBeLessThan(35);
    }
  });

  test('do not pass over who has had most, however many come that need little', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    void inspect('long', loop, turns, log, 2, 90);
    for (let at = 0; at < 200; at += 2) loop.arrival(at, () => void inspect('', loop, turns, [], 2, 2));
    await loop.runUntil(200);
    // Without them it would have had ninety.
    expect(log.length).toBeGreaterThan(4);
  });

  test('leave others as much time as they took, behind the work itself', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    // Something comes all of the time, and takes less than half of it.
    let served = 0;
    for (let at = 0; at < 100; at += 0.09) {
      loop.arrival(at, () => {
        served++;
        loop.work(0.04);
      });
    }
    void inspect('a', loop, turns, log, 10, 4);
    await loop.runUntil(75);
    expect(log).toEqual(['a1@2', 'a2@22', 'a3@42', 'a4@62']);
    expect(served).toBeGreaterThan(500);
  });

  test('short ones leave them two milliseconds', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    for (let at = 0; at < 50; at += 0.09) loop.arrival(at, () => loop.work(0.04));
    void inspect('a', loop, turns, log, 0.5, 3);
    await loop.runUntil(10);
    expect(log).toEqual(['a1@2', 'a2@5', 'a3@7']);
  });

  test('begin at once again when nobody has had one for a while', async () => {
    const loop = new SimulatedLoop();
    const turns = new Turns(loop);
    const log: string[] = [];
    void inspect('a', loop, turns, log, 5, 1);
    loop.arrival(30, () => void inspect('b', loop, turns, log, 5, 1));
    await loop.runUntil(50);
    expect(log).toEqual(['a1@0', 'b1@30']);
  });

  test('an exchange of several steps waits for one turn at each, however many long inspections there are', async () => {
    for (const inspections of [1, 4, 50]) {
      const loop = new SimulatedLoop();
      const turns = new Turns(loop);
      for (let n = 0; n < inspections; n++) void inspect(`i${n}`, loop, turns, [], 5, 100);
      const waits: number[] = [];
      // Comes, is inspected with those of its round, goes to the application, whose answer comes, and is inspected too.
      const exchange = (came: number): void =>
        loop.arrival(came, () =>
          loop.afterReading(() => {
            loop.work(0.2);
            loop.arrival(loop.now() + 0.3, () =>
              loop.afterReading(() => {
                loop.work(0.1);
                waits.push(loop.now() - came);
              }),
            );
          }),
        );
      for (let came = 1; came < 400; came += 3.7) exchange(came);
      await loop.runUntil(450);
      expect(waits.length).toBeGreaterThan(100);
      expect(Math.max(...waits)).toBeLessThan(12);
    }
  });
});
