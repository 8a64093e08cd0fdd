import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lookout } from './lookout.ts';

beforeEach(() => {
  vi.useFakeTimers();
  // The longest pauses there are.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A store that says it is away so many times; `looks` has the moments it was asked at, in milliseconds. */
function watch(away: number): {
  readonly lookout: Lookout;
  readonly looks: number[];
  readonly back: ReturnType<typeof vi.fn>;
  leave(times: number): void;
} {
  const looks: number[] = [];
  const start = performance.now();
  let left = away;
  const back = vi.fn();
  const lookout = new Lookout(async () => {
    looks.push(Math.round(performance.now() - start));
    if (left-- > 0) throw new Error('away');
  }, back);
  lookout.begin();
  return {
    lookout,
    looks,
    back,
    leave(times) {
      left = times;
      lookout.begin();
    },
  };
}

it('looks after pauses that grow up to a second, and tells once that it is back', async () => {
  const { looks, back } = watch(6);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toEqual([100, 300, 700, 1500, 2500, 3500, 4500]);
  expect(back).toHaveBeenCalledOnce();
});

it('goes on with the pauses it had where the store has not been back for long', async () => {
  const { looks, leave } = watch(2);
  await vi.advanceTimersByTimeAsync(1000);
  leave(0);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(looks).toEqual([100, 300, 700, 1800]);
  leave(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks.at(-1)).toBe(21_100);
});

it('makes pauses up to a fifth shorter, by chance', async () => {
  vi.mocked(Math.random).mockReturnValue(0.5);
  const { looks } = watch(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks).toEqual([90, 270]);
});

it('looks no more once it is closed', async () => {
  const { lookout, looks, back } = watch(1);
  await vi.advanceTimersByTimeAsync(150);
  lookout.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toEqual([100]);
  expect(back).not.toHaveBeenCalled();
});

it('tells nobody when it is closed while it looks', async () => {
  const back = vi.fn();
  let found = (): void => {};
  const lookout = new Lookout(() => new Promise<void>((resolve) => (found = resolve)), back);
  lookout.begin();
  await vi.advanceTimersByTimeAsync(100);
  lookout.close();
  found();
  await vi.advanceTimersByTimeAsync(1000);
  expect(back).not.toHaveBeenCalled();
});
