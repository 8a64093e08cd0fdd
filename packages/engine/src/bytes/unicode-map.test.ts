import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createUnicodeMap, emptyUnicodeMap, parseUnicodeMap, type UnicodeMap } from './unicode-map.ts';
import { asciiBestFitMap } from './unicode-map-20127.ts';

const entries = (map: UnicodeMap | undefined): [number, number][] => {
  const found: [number, number][] = [];
  for (let codePoint = 0; codePoint < 65536; codePoint++) {
    const byte = map?.lookup(codePoint) ?? -1;
    if (byte !== -1) found.push([codePoint, byte]);
  }
  return found;
};

const file =
  '(MAC - Roman)\n\n\n1250  (ANSI - Central Europe)\n00a1:21 00a2:63 \n\n20127 (US-ASCII)\n00e9:65 2019:27\r\n2026:2e\n\n37 (IBM)\n00e9:51\n';

describe('parseUnicodeMap', () => {
  test('takes the pairs of the code page, over several lines', () => {
    const map = parseUnicodeMap(file, 20127);
    expect([0xe9, 0x2019, 0x2026, 0xa1].map((codePoint) => map?.lookup(codePoint))).toEqual([0x65, 0x27, 0x2e, -1]);
    expect(parseUnicodeMap(file, 37)?.lookup(0xe9)).toBe(0x51);
  });

  test('adds the full stops of host names', () => {
    expect([0x2e, 0x3002, 0xff0e, 0xff61].map((stop) => parseUnicodeMap(file, 1250)?.lookup(stop))).toEqual([
      46, 46, 46, 46,
    ]);
  });

  test.each([
    ['a code page the file lacks', file, 1252],
    ['a number that only starts like the code page', file, 125],
    ['a number that is a code point', '0100:41\n', 100],
    ['a heading without pairs', '1257 (Baltic)\n\n\n1258 (Viet Nam)\n00a1:21\n', 1257],
    ['pairs that are no pairs', '20127\n00g1:21\n', 20127],
    ['too many digits', '20127\n100e9:65 00e9:165\n', 20127],
    ['an empty file', '', 20127],
  ])('is undefined for %s', (_, text, codePage) => {
    expect(parseUnicodeMap(text, codePage)).toBeUndefined();
  });
});

test('later pairs win, and the empty map has none', () => {
  expect(
    createUnicodeMap([
      [0x41, 1],
      [0x41, 2],
      [0x2e, 0x2f],
    ]).lookup(0x41),
  ).toBe(2);
  expect(createUnicodeMap([[0x2e, 0x2f]]).lookup(0x2e)).toBe(0x2f);
  expect(entries(emptyUnicodeMap)).toEqual([]);
});

describe('code page 20127', () => {
  test('folds look-alikes to printable ASCII', () => {
    const folded = [...'\u2018\u2019\u201c\u201d\u2039\u203a\u2013\u00e9\u00d8\uff1c\uff07\u00a0'];
    const bytes = folded.map((char) => String.fromCharCode(asciiBestFitMap.lookup(char.charCodeAt(0))));
    expect(bytes.join('')).toBe(`''""<>-eO<' `);
    for (const [, byte] of entries(asciiBestFitMap)) expect(byte >= 0x20 && byte < 0x7f).toBe(true);
  });

  const debian = '/etc/modsecurity/unicode.mapping';
  test.skipIf(!existsSync(debian))(
    `is the table of ${debian} (skipped where libapache2-mod-security2 is absent)`,
    () => {
      const reference = parseUnicodeMap(readFileSync(debian, 'latin1'), 20127);
      expect(entries(reference).length).toBeGreaterThan(300);
      expect(entries(asciiBestFitMap)).toEqual(entries(reference));
    },
  );
});
