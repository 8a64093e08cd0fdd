import { expect, it } from 'vitest';
import { createWaf } from '../index.ts';
import { defineOperator } from '../plugin/index.ts';
import { Inspection } from './inspection.ts';

const connection = { id: '1', clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
const head = { method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers: [] };

it('ends after the phase that still waits', async () => {
  const steps: string[] = [];
  const slow = defineOperator({
    name: 'slow',
    summary: 'Matches after a while.',
    argument: 'none',
    examples: [],
    compile: () => ({
      test: () => false,
      testLater: async () => {
        steps.push('asked');
        await new Promise((resolve) => setTimeout(resolve, 10));
        steps.push('answered');
        return true;
      },
      describe: () => 'Slow match.',
    }),
  });
  const rules = [{ file: 'a.conf', text: 'SecRuleEngine On\nSecRule REQUEST_URI "@slow" "id:1,phase:1,pass,log"' }];
  const inspection = new Inspection(
    createWaf({ rules, plugins: [{ name: 'test', operators: [slow] }] }),
    {
      onRecord: (record) => steps.push(`recorded ${record.matches.length}`),
      onDecision: ({ action }) => steps.push(action),
    },
    undefined,
  );
  const verdict = inspection.requestHead(
    () => connection,
    () => head,
  );
  await inspection.close({});
  expect(steps).toEqual(['asked', 'answered', 'recorded 1', 'pass']);
  expect(await verdict).toBeUndefined();
});

it.each(['onDecision', 'onRecord'])(
  'keeps its verdict when %s throws, and lets the mistake be seen',
  async (listener) => {
    const mistake = new Error('a listener went wrong');
    const seen = new Promise((resolve) => {
      const others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other);
        resolve(error);
      });
    });
    const rules = [{ file: 'a.conf', text: 'SecRuleEngine On\nSecAction "id:1,phase:1,deny,status:410"' }];
    const fail = (): never => {
      throw mistake;
    };
    const inspection = new Inspection(createWaf({ rules }), { [listener]: fail }, undefined);
    const verdict = await inspection.requestHead(
      () => connection,
      () => head,
    );
    await inspection.close({});
    expect(verdict).toMatchObject({ action: 'deny', status: 410 });
    expect(await seen).toBe(mistake);
  },
);
