import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Round } from '../round.ts';
import { Cohort } from './cohort.ts';

it('lets those who come in one round go on together, in the order they came', async () => {
  const cohort = new Cohort(() => false);
  const seen: string[] = [];
  const pass = async (name: string): Promise<void> => {
    seen.push(`${name} comes`);
    await cohort.assembled();
    seen.push(`${name} goes`);
  };
  const all = [pass('one'), pass('two')];
  await Promise.resolve();
  all.push(pass('three'));
  await Promise.all(all);
  expect(seen).toEqual(['one comes', 'two comes', 'three comes', 'one goes', 'two goes', 'three goes']);
});

it('keeps nobody who comes later for those before, nor those before for them', async () => {
  const cohort = new Cohort(() => false);
  const first = cohort.assembled();
  await first;
  const second = cohort.assembled();
  expect(second).not.toBe(first);
  await second;
});

it('goes on behind what is read in the same round', async () => {
  const seen: string[] = [];
  const cohort = new Cohort(() => false);
  let left = 3;
  await new Promise<void>((resolve) => {
    const server = createServer((socket) =>
      socket.on('data', async (bytes) => {
        seen.push(`read ${bytes}`);
        await cohort.assembled();
        seen.push(`answer ${bytes}`);
        socket.end();
        left--;
        if (left === 0) server.close(() => resolve());
      }),
    ).listen(0, '127.0.0.1', async () => {
      const { port } = server.address() as { port: number };
      const sockets: Socket[] = [];
      for (let at = 0; at < left; at++) {
        await new Promise<void>((connected) => sockets.push(connect(port, '127.0.0.1', connected)));
      }
      // Written in one go, they are read in one go.
      for (const [at, socket] of sockets.entries()) socket.write(String(at));
    });
  });
  expect(seen.slice(0, 3)).toEqual(['read 0', 'read 1', 'read 2']);
  expect(seen.slice(3)).toEqual(['answer 0', 'answer 1', 'answer 2']);
});

it('lets go at once who is alone, but nobody past those who wait', async () => {
  let running = 1;
  const cohort = new Cohort(() => running <= 1);
  expect(cohort.assembled()).toBeUndefined();
  running = 2;
  const waiting = cohort.assembled();
  running = 1;
  expect(cohort.assembled()).toBe(waiting);
  await waiting;
});

/** Goes by, and tells whether it was together with others. */
async function passAlone(cohort: Cohort): Promise<boolean> {
  const assembled = cohort.assembled();
  await assembled;
  return assembled !== undefined;
}

it('finds out now and then whether those who seem to be alone are', async () => {
  const cohort = new Cohort(() => true);
  const waited: boolean[] = [];
  for (let turn = 0; turn < 24; turn++) waited.push(await passAlone(cohort));
  expect(waited.filter(Boolean)).toHaveLength(3);
});

it('keeps together who would be gone before the next is read, as long as others come', async () => {
  const cohort = new Cohort(() => true);
  const round = (): boolean[] => [1, 2, 3].map(() => cohort.assembled() !== undefined);
  const leave = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 4; turn++) {
    round();
    await leave();
  }
  expect(round()).toEqual([true, true, true]);
  await leave();
  expect(await passAlone(cohort)).toBe(true);
  expect(await passAlone(cohort)).toBe(false);
});

/** Others take their steps, and one of them joins `last`; tells what happened by the time those steps, and the next immediate, were over. */
async function joinWithin(round: Round, last: Cohort): Promise<readonly string[]> {
  const seen: string[] = [];
  const others = new Cohort(() => false, false, round);
  const pass = async (name: string): Promise<void> => {
    await others.assembled();
    seen.push(`${name} steps`);
    await last.assembled();
    seen.push(`${name} leaves`);
  };
  void pass('one');
  void pass('two');
  await new Promise((resolve) => setImmediate(resolve));
  return seen;
}

it('comes last behind the steps of others in the same round where it is told to, also for who is alone', async () => {
  const round = new Round();
  const seen = await joinWithin(round, new Cohort(() => true, true, round));
  expect(seen).toEqual(['one steps', 'two steps', 'one leaves', 'two leaves']);
});

it('goes a round later otherwise', async () => {
  const round = new Round();
  expect(await joinWithin(round, new Cohort(() => false, false, round))).toEqual(['one steps', 'two steps']);
});

it('comes last only within steps: of those who come while sockets are read each waits for all', async () => {
  const round = new Round();
  const last = new Cohort(() => false, true, round);
  const seen: string[] = [];
  void last.assembled()?.then(() => seen.push('leaves'));
  await Promise.resolve();
  seen.push('still reading');
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['still reading', 'leaves']);
});
