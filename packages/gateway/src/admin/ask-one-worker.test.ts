import { describe, expect, it } from 'vitest';
import { askOneWorker } from './ask-one-worker.ts';
import type { Control, WorkerReply } from './control.ts';
import type { WorkerState } from './status.ts';

type Order = { readonly pid: number; readonly task: string };

/** A gate with these workers, which say this; `asked` collects what they were asked. */
function gateOf(
  workers: readonly (readonly [pid: number, state: WorkerState])[],
  replies: readonly unknown[],
  asked: unknown[] = [],
): Control {
  const answers: readonly WorkerReply[] = replies.map((value, at) => ({ pid: workers[at]?.[0] ?? process.pid, value }));
  // As much of a control as the question needs.
  return {
    status: () => ({ workers: workers.map(([pid, state]) => ({ pid, state })) }),
    ask: async (query: string, order: unknown) => {
      asked.push([query, order]);
      return answers;
    },
  } as unknown as Control;
}

const ask = (control: Control): Promise<{ readonly done: string }> =>
  askOneWorker<Order, { readonly done: string }>(control, 'chores', { task: 'sweep' });

describe('a question to one worker', () => {
  it.each<[what: string, workers: readonly (readonly [number, WorkerState])[], pid: number]>([
    [
      'the first that serves',
      [
        [11, 'starting'],
        [12, 'serving'],
        [13, 'serving'],
      ],
      12,
    ],
    ['this process, where there are no workers', [], process.pid],
    ['this process, where none serves', [[11, 'late']], process.pid],
  ])('is for %s', async (_, workers, pid) => {
    const asked: unknown[] = [];
    await ask(gateOf(workers, [{ done: 'yes' }], asked));
    expect(asked).toEqual([['chores', { task: 'sweep', pid }]]);
  });

  it('passes over those that were not meant', async () => {
    const control = gateOf(
      [
        [11, 'serving'],
        [12, 'serving'],
      ],
      [null, { done: 'yes' }],
    );
    expect(await ask(control)).toEqual({ done: 'yes' });
  });

  it.each<[replies: readonly unknown[], status: number, message: string]>([
    [[null, { error: 'no broom' }], 500, 'no broom'],
    [[null, null], 503, 'no worker answered'],
    [[], 503, 'no worker answered'],
  ])('fails with what %j means', async (replies, status, message) => {
    await expect(ask(gateOf([[11, 'serving']], replies))).rejects.toMatchObject({ status, message });
  });
});
