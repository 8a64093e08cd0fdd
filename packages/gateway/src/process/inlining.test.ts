import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { inlining } from './inlining.ts';

const OURS = ['--max-inlined-bytecode-size=920', '--max-inlined-bytecode-size-cumulative=2000'];

it.each<[string, readonly string[], string | undefined, string, readonly string[]]>([
  ['by itself', [], undefined, '24.0.0', OURS],
  ['beside other options', ['--enable-source-maps'], '--max-old-space-size=512', '24.21.0', OURS],
  ['not where the command line says how much', ['--max-inlined-bytecode-size=460'], undefined, '24.0.0', []],
  ['not where the environment says it', [], '--trace-gc --max_inlined_bytecode_size_cumulative=920', '24.0.0', []],
  ['not by a Node that may not know the options', [], undefined, '26.1.0', []],
])('more is inlined %s', (_name, words, nodeOptions, version, expected) => {
  expect(inlining(words, nodeOptions, version)).toEqual(expected);
});

it('is understood by the Node that runs', () => {
  const { status, stderr } = spawnSync(process.execPath, [...inlining([]), '--eval', ''], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
