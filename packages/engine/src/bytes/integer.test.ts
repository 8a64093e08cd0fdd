import { describe, expect, it } from 'vitest';
import { addSaturating, parseInteger } from './integer.ts';

describe('parseInteger', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['42', 42],
    ['-7', -7],
    ['+7', 7],
    [' \t\v12abc', 12],
    ['abc', 0],
    ['-', 0],
    ['- 5', 0],
    ['0x10', 0],
    ['1e3', 1],
    ['00012', 12],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
    ['-99999999999999999999', -Number.MAX_SAFE_INTEGER],
  ])('reads %j as %d', (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  it('keeps sums within the exact integers', () => {
    expect(addSaturating(Number.MAX_SAFE_INTEGER, 5)).toBe(Number.MAX_SAFE_INTEGER);
    expect(addSaturating(-Number.MAX_SAFE_INTEGER, -5)).toBe(-Number.MAX_SAFE_INTEGER);
    expect(addSaturating(2, 3)).toBe(5);
  });
});
