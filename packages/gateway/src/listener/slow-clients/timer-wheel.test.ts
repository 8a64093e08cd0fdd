import { expect, it } from 'vitest';
import { TimerWheel } from './timer-wheel.ts';

function wheelAt(start: number): { wheel: TimerWheel; turnTo: (at: number) => void } {
  let now = start;
  const wheel = new TimerWheel(() => now);
  return {
    wheel,
    turnTo(at) {
      for (; now < at; now += 100) wheel.turn();
      now = at;
      wheel.turn();
    },
  };
}

it('looks when it is time, and again when it is told to', () => {
  const { wheel, turnTo } = wheelAt(1000);
  const looks: number[] = [];
  wheel.watch({ check: (now) => (looks.push(now) < 3 ? now + 250 : undefined) }, 1500);
  turnTo(5000);
  expect(looks).toEqual([1500, 1800, 2100]);
  expect(wheel.size).toBe(0);
});

it('keeps what is farther away than one turn', () => {
  const { wheel, turnTo } = wheelAt(0);
  const looks: number[] = [];
  wheel.watch({ check: (now) => void looks.push(now) }, 90_000);
  turnTo(89_900);
  expect(looks).toEqual([]);
  turnTo(90_000);
  expect(looks).toEqual([90_000]);
});

it('forgets what is no longer watched, even in the middle of a turn', () => {
  const { wheel, turnTo } = wheelAt(0);
  const looks: string[] = [];
  const stops: (() => void)[] = [];
  for (const name of ['a', 'b']) {
    const check = (now: number): number => {
      looks.push(name);
      for (const stop of stops) stop();
      return now + 100;
    };
    stops.push(wheel.watch({ check }, 200));
  }
  turnTo(2000);
  expect(looks).toEqual(['a']);
  expect(wheel.size).toBe(0);
});

it('misses nothing after a standstill', () => {
  let now = 0;
  const wheel = new TimerWheel(() => now);
  let looks = 0;
  for (let at = 100; at <= 60_000; at += 100) wheel.watch({ check: () => void looks++ }, at);
  now = 60_000;
  wheel.turn();
  expect(looks).toBe(600);
});
