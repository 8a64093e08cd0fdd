import { expect, it } from 'vitest';
import { parseSize, sizeText, timeText } from './quantities.ts';

it.each([
  ['900MB', 900_000_000],
  ['1 GiB', 1024 ** 3],
  ['1MB/s', 1_000_000],
  ['4096', 4096],
  ['0.5 kB', 500],
  ['1 XB', undefined],
  ['', undefined],
])('%s is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it.each([
  [13_107_200, '12.5 MiB'],
  [1_000_000, '1 MB'],
  [0, 'no limit'],
  [1023, '1023 B'],
])('%s bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it.each([
  [90_000, '1.5 m'],
  [30_000, '30 s'],
  [250, '250 ms'],
  [0, 'no limit'],
])('%s milliseconds are %s', (milliseconds, text) => {
  expect(timeText(milliseconds)).toBe(text);
});
