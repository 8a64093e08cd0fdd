import { tmpdir } from 'node:os';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { Transaction } from '@sallyport/engine';
import { expect, test } from 'vitest';
import type { IntakeListener } from './body-intake.ts';
import { BodyMemory } from './body-memory.ts';
import { collectBody, type Intake } from './collect-body.ts';
import type { ShownExchange } from './shown-body.ts';
import { Spool } from './spool.ts';

const KB = 1024;
const NO_LIMIT = Number.POSITIVE_INFINITY;

const spoolWith = (limit: number): Spool => new Spool(tmpdir(), limit, new BodyMemory(KB * KB));

/** A reader whose stream knows its end, and tells of it even while it is paused. */
function readerOf() {
  const log: string[] = [];
  let listener: IntakeListener | undefined;
  const intake: Intake = {
    start: (one) => {
      listener = one;
    },
    pause: () => void log.push('pause'),
    resume: () => void log.push('resume'),
    detach: () => void log.push('detach'),
  };
  return { intake, log, tell: () => listener as IntakeListener };
}

/** An exchange whose parser takes longer than a turn for every piece of 16 KB; `release` gives it the next turn. */
function slowExchange() {
  const shown: number[] = [];
  let release = (): void => {};
  const transaction = {
    workMicroseconds: 0,
    interruption: undefined,
    writeRequestBody(bytes: Uint8Array) {
      shown.push(bytes.length / KB);
      transaction.workMicroseconds += 10_000;
    },
  };
  const firewall = { giveWay: () => new Promise<void>((resolve) => (release = resolve)) };
  // Of a transaction and a firewall these are all that is asked for.
  const exchange = { transaction: transaction as unknown as Transaction, firewall } as unknown as ShownExchange;
  return { exchange, shown, release: () => release() };
}

test('a body is over when the rules have its last byte, however early its end is told', async () => {
  const { intake, log, tell } = readerOf();
  const { exchange, shown, release } = slowExchange();
  let isOver = false;
  const collected = collectBody(exchange, intake, spoolWith(KB * KB), NO_LIMIT).finally(() => {
    isOver = true;
  });
  tell().onChunk(Buffer.alloc(20 * KB));
  tell().onEnd();
  await nextRound();
  expect({ shown, log, isOver }).toEqual({ shown: [16], log: ['pause'], isOver: false });
  release();
  await nextRound();
  expect({ shown, isOver }).toEqual({ shown: [16, 4], isOver: false });
  release();
  expect(await collected).toEqual({ verdict: undefined, isComplete: true, shown: 20 * KB });
});

test('and when the disk has it', async () => {
  const { intake, tell } = readerOf();
  const spool = spoolWith(1);
  // Rules are not what this is about.
  const fast = { transaction: undefined } as unknown as ShownExchange;
  const collected = collectBody(fast, intake, spool, NO_LIMIT);
  // With memory of its own, as the chunks of a parser have it.
  tell().onChunk(Buffer.from(new ArrayBuffer(9)).fill('all of it'));
  tell().onEnd();
  expect(await collected).toMatchObject({ isComplete: true, shown: 9 });
  expect(String(await spool.read(0, 9))).toBe('all of it');
  await spool.close();
});

test('the client goes on when rules have caught up', async () => {
  const { intake, log, tell } = readerOf();
  const { exchange, release } = slowExchange();
  const collected = collectBody(exchange, intake, spoolWith(KB * KB), NO_LIMIT);
  tell().onChunk(Buffer.alloc(10 * KB));
  release();
  await nextRound();
  expect(log).toEqual(['pause', 'resume']);
  tell().onEnd();
  expect(await collected).toMatchObject({ isComplete: true, shown: 10 * KB });
});
