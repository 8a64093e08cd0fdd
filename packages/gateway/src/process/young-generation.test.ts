import { expect, it } from 'vitest';
import { youngGeneration } from './young-generation.ts';

const OURS = ['--max-semi-space-size=32', '--min-semi-space-size=32'];

it.each<[string, readonly string[], string | undefined, readonly string[]]>([
  ['by itself', [], undefined, OURS],
  ['beside other options', ['--enable-source-maps'], '--max-old-space-size=512', OURS],
  ['not where the command line has a size', ['--max-semi-space-size=16'], undefined, []],
  ['not where the environment has one', [], '--trace-gc --max_semi_space_size=16', []],
])('a larger young generation %s', (_name, words, nodeOptions, expected) => {
  expect(youngGeneration(words, nodeOptions)).toEqual(expected);
});
