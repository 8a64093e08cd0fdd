import { describe, expect, test } from 'vitest';
import { detectSqli, detectXss } from '../../packages/engine/src/detect/index.ts';
import { available, folder, readSamples, type Sample } from './corpus.ts';
import { type KnownGap, missedSqli, missedXss, wronglyAccused } from './known-gaps.ts';

const collections: readonly {
  readonly name: string;
  readonly count: number;
  readonly isOfKind: (file: string) => boolean;
  readonly isToldRight: (value: string) => boolean;
  readonly gaps: readonly KnownGap[];
}[] = [
  {
    name: 'finds injections of SQL',
    count: 3126,
    isOfKind: (file) => file.startsWith('sqli-'),
    isToldRight: (value) => detectSqli(value).isSqli,
    gaps: missedSqli,
  },
  {
    name: 'finds cross-site scripting',
    count: 1645,
    isOfKind: (file) => file.startsWith('xss-'),
    isToldRight: detectXss,
    gaps: missedXss,
  },
  {
    name: 'leaves ordinary text alone',
    count: 421,
    isOfKind: (file) => file === 'false_positives.txt',
    isToldRight: (value) => !detectSqli(value).isSqli,
    gaps: wronglyAccused,
  },
];

const placeOf = ({ file, line }: Sample): string => `${file}:${line}`;

describe.skipIf(!available)(`libinjection's samples (skipped without ${folder})`, () => {
  for (const { name, count, isOfKind, isToldRight, gaps } of collections) {
    test(`${name}, but for the known gaps`, () => {
      const samples = readSamples(isOfKind);
      const told = samples.filter(({ value }) => !isToldRight(value)).map(placeOf);
      expect(samples).toHaveLength(count);
      expect(told).toEqual(gaps.flatMap(({ file, lines }) => lines.map((line) => `${file}:${line}`)).sort(byPlace));
    });
  }
});

function byPlace(a: string, b: string): number {
  const [fileA, lineA] = a.split(':') as [string, string];
  const [fileB, lineB] = b.split(':') as [string, string];
  return fileA === fileB ? Number(lineA) - Number(lineB) : fileA < fileB ? -1 : 1;
}
