import { expect, it } from 'vitest';
import { LogBatch } from './log-batch.ts';

const ENTRIES = ['aa\n', 'bbbb\n', 'c\n', 'dddddd\n'];

it('gives whole entries, as many as fit', () => {
  const batch = new LogBatch(ENTRIES);
  const pieces: string[] = [];
  while (batch.left > 0) {
    const next = batch.next(8);
    pieces.push(next.toString('latin1'));
    batch.take(next.length);
  }
  expect(pieces).toEqual(['aa\nbbbb\n', 'c\n', 'dddddd\n']);
});

it('gives one that is larger in one piece', () => {
  expect(new LogBatch(['aaaaaa\n', 'b\n']).next(3).toString()).toBe('aaaaaa\n');
});

it('gives everything without a bound', () => {
  expect(new LogBatch(ENTRIES).next(Number.POSITIVE_INFINITY).toString()).toBe(ENTRIES.join(''));
});

it.each([
  [0, 0, '', 'aa\n'],
  [2, 0, 'aa', '\n'],
  [3, 1, '', 'bbbb\n'],
  [5, 1, 'bb', 'bb\n'],
  [17, 4, '', ''],
])('of %i bytes written, %i entries are, and %j is half of one', (count, done, half, next) => {
  const batch = new LogBatch(ENTRIES);
  expect(batch.take(count)).toBe(done);
  expect(batch.left).toBe(4 - done);
  expect(batch.half.toString()).toBe(half);
  expect(batch.next(1).toString()).toBe(next);
});

it('goes back to the beginning of an entry', () => {
  const batch = new LogBatch(ENTRIES);
  batch.take(6);
  expect(batch.rewind()).toBe(3);
  expect(batch.half.length).toBe(0);
  expect(batch.next(5).toString()).toBe('bbbb\n');
  expect(batch.rewind()).toBe(0);
});
