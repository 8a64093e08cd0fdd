import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseTimeFormat, strftime } from './time-format.ts';

const CONVERSIONS = 'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%';

/** First and last days of years, where weeks are hard; half days; both halves of the year. */
const TIMES = [
  '2026-11-21T03:04:05Z',
  '2027-01-01T00:00:00Z',
  '2024-12-30T12:00:00Z',
  '2020-12-31T23:59:59Z',
  '2021-01-03T11:59:59Z',
  '2023-07-02T13:30:00Z',
];

it.each(TIMES)('writes %s as date(1) does', (time) => {
  const format = [...CONVERSIONS].map((letter) => `${letter}=%${letter}`).join('|');
  const expected = execFileSync('date', ['-d', time, `+${format}`], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect(`${strftime(format)(Date.parse(time))}\n`).toBe(expected);
});

it('leaves unknown conversions as they are', () => {
  expect(strftime('%Q %')(0)).toBe('%Q %');
});

it.each([
  ['begin', 'begin', '[21/Nov/2026:'],
  ['end:', 'end', '[21/Nov/2026:'],
  ['end:%Y', 'end', '2026'],
  ['begin:sec', 'begin', '1795225445'],
  ['ending', 'begin', 'ending'],
])('reads %s', (argument, at, text) => {
  const format = parseTimeFormat(argument);
  expect(format.at).toBe(at);
  expect(format.write(Date.parse('2026-11-21T01:04:05Z'))).toContain(text.slice(0, 4));
  expect(format.write(Date.parse('2026-11-21T01:44:05Z'))).toContain(text);
});

it('a format is written anew for every second, and for no less', () => {
  const { write } = parseTimeFormat('%S');
  expect([1_000, 1_999.9, 2_000, 61_000, 1_000].map(write)).toEqual(['01', '01', '02', '01', '01']);
});
