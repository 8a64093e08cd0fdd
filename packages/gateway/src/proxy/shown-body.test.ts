import type { Interruption, Transaction } from '@sallyport/engine';
import { expect, test } from 'vitest';
import { ShownBody, type ShownExchange } from './shown-body.ts';

const KB = 1024;
const denied: Interruption = { action: 'deny', status: 413, phase: 2, message: 'too long' };

/** An exchange whose parser works for so many microseconds on each piece, and refuses the piece of this number. */
function exchangeOf(microseconds: number, refused = Number.POSITIVE_INFINITY) {
  const log: (string | number)[] = [];
  const work = { each: microseconds };
  const transaction = {
    workMicroseconds: 70_000,
    interruption: undefined as Interruption | undefined,
    writeRequestBody(bytes: Uint8Array): Interruption | undefined {
      log.push(bytes.length / KB);
      transaction.workMicroseconds += work.each;
      if (log.filter((entry) => typeof entry === 'number').length === refused) transaction.interruption = denied;
      return transaction.interruption;
    },
  };
  const firewall = {
    giveWay: async (): Promise<void> => {
      log.push('pause');
    },
  };
  // Of a transaction and a firewall these are all that is asked for.
  const exchange = { transaction: transaction as unknown as Transaction, firewall } as unknown as ShownExchange;
  return { body: new ShownBody(exchange), log, work };
}

test.each([
  ['a short body', 20 * KB, 400, [16, 4]],
  ['a long one that costs little', 64 * KB, 400, [16, 16, 16, 16]],
  ['one that costs next to nothing', 200 * KB, 199, [16, 64, 64, 56]],
] as const)('%s is shown at once', (_, length, work, expected) => {
  const { body, log } = exchangeOf(work);
  expect(body.show(new Uint8Array(length))).toBeUndefined();
  expect(log).toEqual(expected);
});

test('pieces are short again behind one that cost more', async () => {
  const { body, log, work } = exchangeOf(100);
  expect(body.show(new Uint8Array(16 * KB))).toBeUndefined();
  work.each = 400;
  expect(body.show(new Uint8Array(100 * KB))).toBeUndefined();
  expect(log).toEqual([16, 64, 16, 16, 4]);
});

test('what takes long gives way to others every few milliseconds of its own work, from chunk to chunk', async () => {
  const { body, log } = exchangeOf(700);
  const first = body.show(new Uint8Array(64 * KB));
  expect(log).toEqual([16, 16, 16, 'pause']);
  expect(await first).toBeUndefined();
  expect(body.show(new Uint8Array(16 * KB))).toBeUndefined();
  await body.show(new Uint8Array(20 * KB));
  expect(log).toEqual([16, 16, 16, 'pause', 16, 16, 16, 'pause', 4]);
});

test('nothing is shown behind a verdict, before a pause or behind it', async () => {
  const early = exchangeOf(400, 2);
  expect(early.body.show(new Uint8Array(64 * KB))).toBe(denied);
  expect(early.log).toEqual([16, 16]);
  const late = exchangeOf(5_000, 2);
  expect(await late.body.show(new Uint8Array(64 * KB))).toBe(denied);
  expect(late.log).toEqual([16, 'pause', 16]);
});

test('who may not go on learns why', async () => {
  const refusal = new Error('enough');
  const exchange = {
    transaction: { workMicroseconds: 0, interruption: undefined, writeRequestBody: () => undefined },
    firewall: { giveWay: () => Promise.reject(refusal) },
  };
  // As above.
  const refused = new ShownBody(exchange as unknown as ShownExchange);
  exchange.transaction.workMicroseconds = 5_000;
  await expect(Promise.resolve(refused.show(new Uint8Array(KB)))).rejects.toBe(refusal);
});
