import { expect, it } from 'vitest';
import { BodyMemory } from './body-memory.ts';

const KiB = 1024;

it.each<[string, number, number, number, number, boolean]>([
  ['a small body has what is left', 1000, 900, 100, 0, true],
  ['no body has more than is left', 1000, 900, 101, 0, false],
  ['a body is small up to 128 KiB', 256 * KiB, 128 * KiB, 64 * KiB, 64 * KiB, true],
  ['a large body has as much as it leaves', 512 * KiB, 0, 64 * KiB, 192 * KiB, true],
  ['a large body has no more than it leaves', 512 * KiB, 193 * KiB, 64 * KiB, 192 * KiB, false],
])('%s: of %i bytes %i are used, and it wants %i more than %i', (_name, limit, used, more, held, isGiven) => {
  const memory = new BodyMemory(limit);
  for (let taken = 0; taken < used; taken += Math.min(KiB, used - taken)) memory.take(Math.min(KiB, used - taken), 0);
  expect(memory.used).toBe(used);
  expect(memory.take(more, held)).toBe(isGiven);
  expect(memory.used).toBe(isGiven ? used + more : used);
});
