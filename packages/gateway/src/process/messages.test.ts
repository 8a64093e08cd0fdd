import { expect, it } from 'vitest';
import { type FromWorker, fitted, readFromWorker } from './messages.ts';

const beat = { type: 'beat', begun: 1, running: 0, rss: 1000, utilization: 0.5 };

it.each([
  ['a beat', beat, beat],
  ['more than a beat', { ...beat, pid: 1 }, beat],
  ['a beat of texts', { ...beat, begun: '1' }, undefined],
  ['a negative count', { ...beat, running: -1 }, undefined],
  ['no number', { ...beat, rss: Number.NaN }, undefined],
  [
    'serving',
    { type: 'serving', rules: 'rules: off', warnings: [] },
    { type: 'serving', rules: 'rules: off', warnings: [] },
  ],
  ['a failure without lines', { type: 'failed' }, undefined],
  ['lines that are none', { type: 'failed', lines: [1] }, undefined],
  ['a text without bound', { type: 'due', reason: 'x'.repeat(2001) }, undefined],
  ['an answer of any form', { type: 'answer', id: 3, value: null }, { type: 'answer', id: 3, value: null }],
  ['last words of any form', { type: 'counted', value: [], more: 1 }, { type: 'counted', value: [] }],
  [
    'files',
    { type: 'found', files: { rules: {}, certificates: {} } },
    { type: 'found', files: { rules: {}, certificates: {} } },
  ],
  ['files that are none', { type: 'found', files: { rules: [] } }, undefined],
  ['an unknown type', { type: 'kill', pid: 1 }, undefined],
  ['null', null, undefined],
  ['a text', 'beat', undefined],
])('%s', (_name, message, read) => {
  expect(readFromWorker(message)).toEqual(read);
});

it.each<FromWorker>([
  { type: 'serving', rules: `rules: ${'a.conf, '.repeat(1000)}`, warnings: new Array(3000).fill('w'.repeat(5000)) },
  { type: 'failed', lines: new Array(1001).fill('one') },
  { type: 'due', reason: 'r'.repeat(2001) },
])('what is too long is cut, not lost: $type', (message) => {
  const read = readFromWorker(fitted(message));
  expect(read).toMatchObject({ type: message.type });
  expect(JSON.stringify(read)).toMatch(/…|and 2 more/);
});

it('what fits is told as it is', () => {
  const message: FromWorker = { type: 'serving', rules: 'rules: off', warnings: ['w'.repeat(2000)] };
  expect(fitted(message)).toEqual(message);
});
