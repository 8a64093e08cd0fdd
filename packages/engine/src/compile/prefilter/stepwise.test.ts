import { describe, expect, test } from 'vitest';
import { atOnce, Stepwise } from './stepwise.ts';

/** Notes each of its steps, and gives the sum of their numbers. */
function* sum(steps: readonly number[], noted: number[]): Generator<void, number> {
  let result = 0;
  for (const step of steps) {
    noted.push(step);
    result += step;
    yield;
  }
  return result;
}

describe('Stepwise', () => {
  test('is begun by who asks first, and made once', () => {
    const noted: number[] = [];
    const made = new Stepwise(() => sum([1, 2], noted));
    expect(noted).toEqual([]);
    expect([made.get(), made.get()]).toEqual([3, 3]);
    expect(noted).toEqual([1, 2]);
  });

  test.each([0, 1, 2, 3, 4])('who needs it after %i steps takes the rest at once', (pauses) => {
    const noted: number[] = [];
    const made = new Stepwise(() => sum([1, 2, 3], noted));
    const steps = made.prepare();
    for (let pause = 0; pause < pauses; pause++) steps.next();
    expect(noted.length).toBe(Math.min(pauses, 3));
    expect(made.get()).toBe(6);
    expect([...steps]).toEqual([]);
    expect(noted).toEqual([1, 2, 3]);
  });

  test('is prepared by two at once', () => {
    const noted: number[] = [];
    const made = new Stepwise(() => sum([1, 2, 3], noted));
    const [first, second] = [made.prepare(), made.prepare()];
    first.next();
    expect([...second].length + [...first].length).toBe(3);
    expect(noted).toEqual([1, 2, 3]);
  });

  test('a step that throws does so for everybody', () => {
    const made = new Stepwise<number>(function* () {
      yield;
      throw new Error('no memory');
    });
    expect(() => [...made.prepare()]).toThrow('no memory');
    expect(() => made.get()).toThrow('no memory');
    expect(() => made.get()).toThrow('no memory');
  });
});

test('atOnce gives what the last step returns', () => {
  const noted: number[] = [];
  expect(atOnce(sum([1, 2, 3], noted))).toBe(6);
  expect(noted).toEqual([1, 2, 3]);
});
