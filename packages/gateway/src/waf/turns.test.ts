import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('turns are given one at a time, in order', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const run = async (name: string): Promise<void> => {
    for (let turn = 1; turn <= 3; turn++) {
      await turns.next();
      log.push(`${name}${turn}`);
    }
  };
  let isDone = false;
  const others = (): void => {
    log.push('-');
    if (!isDone) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all([run('a'), run('b')]);
  isDone = true;
  expect(log.filter((entry) => entry !== '-')).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  // Between two turns the others are asked again and again.
  expect(log.join('')).not.toMatch(/\d-{0,3}[ab]/);
});

test('one that asks again and again leaves time for the others too', async () => {
  const turns = new Turns();
  let rounds = 0;
  let isDone = false;
  const others = (): void => {
    rounds++;
    if (!isDone) setImmediate(others);
  };
  await turns.next();
  setImmediate(others);
  for (let turn = 0; turn < 3; turn++) {
    const before = rounds;
    await turns.next();
    expect(rounds).toBeGreaterThan(before + 3);
  }
  isDone = true;
});
