import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ComeAgain, type DeliveryOptions, DeliveryQueue, RefusedEntries } from './delivery-queue.ts';

let batches: string[][];
let answers: (Error | undefined)[];
let complaints: string[];

beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  answers = [];
  complaints = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function queueOf(options: Partial<DeliveryOptions> = {}): DeliveryQueue {
  return new DeliveryQueue({
    name: 'server',
    maxPendingBytes: 100,
    batchEntries: 3,
    batchBytes: 50,
    gatherFor: 10,
    deliver: async (batch) => {
      batches.push(batch.map((one) => one.text));
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    },
    complain: (text) => complaints.push(text),
    ...options,
  });
}

describe('DeliveryQueue', () => {
  it('gathers entries, and sends what is a batch at once', async () => {
    const queue = queueOf();
    for (const text of ['a', 'b', 'c', 'd']) queue.append(text);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
    queue.append('e');
    await vi.advanceTimersByTimeAsync(9);
    expect(batches).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches[2]).toEqual(['e']);
    expect(queue.health).toEqual({ file: 'server', written: 5, dropped: 0, failures: 0 });
  });

  it('sends a long entry alone', async () => {
    const queue = queueOf();
    queue.append('x'.repeat(60));
    queue.append('y');
    await queue.flush();
    expect(batches.map((batch) => batch.length)).toEqual([1, 1]);
  });

  it('drops and counts what does not fit, and takes more once there is room', async () => {
    answers = [new Error('away')];
    const queue = queueOf();
    for (let index = 0; index < 5; index++) queue.append('z'.repeat(30));
    await queue.flush();
    expect(queue.health).toMatchObject({ written: 0, dropped: 2, failures: 1 });
    await vi.advanceTimersByTimeAsync(250);
    expect(queue.health).toMatchObject({ written: 3, dropped: 2 });
    queue.append('z'.repeat(30));
    await queue.flush();
    expect(queue.health).toMatchObject({ written: 4, dropped: 2 });
    expect(complaints).toEqual([
      'server: too much is waiting; 1 entries were dropped',
      'server is being reached again; 2 entries were dropped',
    ]);
  });

  it('comes again after growing pauses, with the same entries in the same order', async () => {
    answers = Array.from({ length: 4 }, () => new Error('away'));
    const queue = queueOf();
    queue.append('a');
    await vi.advanceTimersByTimeAsync(10);
    queue.append('b');
    const after: number[] = [];
    for (let at = 0; at < 8000; at += 25) {
      const before = batches.length;
      await vi.advanceTimersByTimeAsync(25);
      if (batches.length > before) after.push(at);
    }
    expect(batches).toEqual([['a'], ['a', 'b'], ['a', 'b'], ['a', 'b'], ['a', 'b']]);
    const pauses = after.map((at, index) => at - (after[index - 1] ?? 0));
    for (const [index, pause] of pauses.entries()) {
      expect(pause).toBeGreaterThanOrEqual(125 * 2 ** index - 50);
      expect(pause).toBeLessThanOrEqual(250 * 2 ** index + 50);
    }
  });

  it('comes again when the server says', async () => {
    answers = [new ComeAgain('busy', 5000)];
    const queue = queueOf();
    queue.append('a');
    await vi.advanceTimersByTimeAsync(5005);
    expect(batches).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    expect(batches).toHaveLength(2);
  });

  it('gives up on entries that are refused for good, and goes on with the next', async () => {
    answers = [new RefusedEntries('no')];
    const queue = queueOf({ batchEntries: 1 });
    queue.append('bad');
    queue.append('good');
    await queue.flush();
    expect(batches).toEqual([['bad'], ['good']]);
    expect(queue.health).toMatchObject({ written: 1, dropped: 1, failures: 1 });
  });

  it('closes within seconds when the server hangs, and counts what is lost', async () => {
    const queue = queueOf({
      deliver: (_batch, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    queue.append('a');
    const closing = queue.close();
    await vi.advanceTimersByTimeAsync(3000);
    await closing;
    expect(queue.health).toMatchObject({ written: 0, dropped: 1 });
    queue.append('b');
    expect(queue.health.dropped).toBe(1);
  });
});
