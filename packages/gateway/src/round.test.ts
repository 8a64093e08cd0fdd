import { expect, it } from 'vitest';
import { Round } from './round.ts';

/** Steps in the next immediates, one that leads to promises and ticks among them, and where the round is said to be. */
async function seenIn(round: Round): Promise<readonly string[]> {
  const seen: string[] = [];
  const note = (step: string): void => void seen.push(`${step}: ${round.hasRead ? 'steps' : 'other'}`);
  note('reading');
  round.behindReading(() => {
    note('first');
    round.atEnd(() => note('end'));
    void Promise.resolve()
      .then(() => note('promise'))
      .then(() => note('what follows'));
  });
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      note('next immediate');
      resolve();
    });
  });
  return seen;
}

it('says that all is read as long as the steps and their promises go on, and ends with what they left', async () => {
  const round = new Round();
  const once = ['reading: other', 'first: steps', 'promise: steps', 'what follows: steps', 'end: other'];
  expect(await seenIn(round)).toEqual([...once, 'next immediate: other']);
  expect(await seenIn(round)).toEqual([...once, 'next immediate: other']);
});

it('ends several steps each for themselves', async () => {
  const round = new Round();
  const seen: string[] = [];
  for (const name of ['one', 'two']) {
    round.behindReading(() => {
      seen.push(name);
      round.atEnd(() => seen.push(`end of ${name}`));
    });
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['one', 'end of one', 'two', 'end of two']);
});

it('takes what is left at the end itself for the end of later steps', async () => {
  const round = new Round();
  const seen: string[] = [];
  round.behindReading(() => {
    round.atEnd(() => {
      seen.push('end');
      round.behindReading(() => seen.push('later'));
    });
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['end']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['end', 'later']);
});
