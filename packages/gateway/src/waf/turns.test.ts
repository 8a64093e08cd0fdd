import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('one turn is given per round of the event loop, in order', async () => {
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
  // Between two turns the others are always asked.
  expect(log.join('')).not.toMatch(/\d[ab]/);
});
