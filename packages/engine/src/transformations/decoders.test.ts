import { describe, expect, test } from 'vitest';
import { createUnicodeMap, emptyUnicodeMap } from '../bytes/unicode-map.ts';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { transformations } from './index.ts';

type Row = readonly [behaviour: string, input: string, output: string];

function apply(name: string, value: string): string {
  const transformation = transformations.find((known) => known.name === name);
  if (transformation === undefined) throw new Error(`no transformation ${name}`);
  return transformation.apply(value, { unicodeMap: asciiBestFitMap });
}

// All rows were seen on ModSecurity 2.9.7 unless they say otherwise.
const tables: Readonly<Record<string, readonly Row[]>> = {
  htmlEntityDecode: [
    [
      'takes any number of leading zeros (CVE-2025-27110)',
      '&#0000000000000000000000000060;&#x00000000000000000000003c',
      '<<',
    ],
    ['keeps the low byte of a code point', '&#8217;&#x2019;', '\x19\x19'],
    [
      'saturates where strtol does: hexadecimal',
      '&#x7ffffffffffffffe;&#x8000000000000000;&#xfffffffffffffffff0;',
      '\xfe\xff\xff',
    ],
    [
      'saturates where strtol does: decimal',
      '&#9223372036854775806;&#9223372036854775808;&#99999999999999999999;',
      '\xfe\xff\xff',
    ],
    ['ends a number at the first other byte', '&#60a&#x3cg&#x3c&#60&', '<a<g<<&'],
    ['keeps marks without digits and reads on behind them', '&#&lt;&#x&gt;&#X;&#;', '&#<&#x>&#X;&#;'],
    ['knows five names in any case', '&QuOt&AMP;&Lt;&gT&NBSP;', '"&<>\xa0'],
    ['wants the whole name', '&ltx;&l;&nbspp;&quo', '&ltx;&l;&nbspp;&quo'],
    ['does not decode twice', '&amp;#60;&amp;amp;', '&#60;&amp;'],
    ['does not stop at NUL', '\0&lt;\0&#0;', '\0<\0\0'],
  ],
  jsDecode: [
    ['wants a lower-case u and x', '\\U0041\\X41', 'U0041X41'],
    ['folds full-width ASCII only', '\\uff01\\uFF5e\\uff5f\\uff00\\ufe41', '!~\x5f\x00A'],
    ['takes three octal digits up to 377', '\\377\\378\\400\\777', '\xff\x1f8\x200\x3f7'],
    ['takes fewer octal digits too', '\\1a\\12b\\0', '\x01a\nb\0'],
    ['keeps a lone backslash at the end only', '\\\\\\', '\\\\'],
  ],
  cssDecode: [
    ['takes the last two of three digits', '\\123\\abc', '#\xbc'],
    ['folds full-width with leading zeros only', '\\ff1c\\0ff1c\\00ff1c\\1ff1c\\10ff1c', '<<<\x1c\x1c'],
    ['folds nothing outside FF01-FF5E', '\\ff00\\ff5f\\fe1c', '\0\x5f\x1c'],
    ['takes at most six digits', '\\0000410', 'A0'],
    ['swallows one white space byte behind digits', '\\41 B\\41\t\tC\\41\r\nD', 'ABA\tCA\nD'],
    ['swallows none behind other escapes', '\\z z', 'z z'],
    ['drops an escaped line feed but keeps a carriage return', 'a\\\nb\\\rc', 'ab\rc'],
  ],
  escapeSeqDecode: [
    ['takes three octal digits whatever their value', '\\400\\777\\1234', '\x00\xffS4'],
    ['wants two digits behind x', '\\x4\\x4g\\xg4', 'x4x4gxg4'],
    ['knows the C controls', '\\a\\b\\f\\n\\r\\t\\v', '\x07\b\f\n\r\t\v'],
    ['decodes an escaped backslash once', '\\\\x41', '\\x41'],
  ],
  utf8toUnicode: [
    ['drops lead bytes without their continuation', '\xc3(\xe2\x80(\xf0\x9f\x98', '(\x80(\x9f\x98'],
    ['keeps stray continuation bytes and F8-FF', '\x80\xbf\xf8\xff', '\x80\xbf\xf8\xff'],
    [
      'marks overlong forms with the lead byte',
      '\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf',
      '%u002f\xc0%u002f\xe0%u002f\xf0',
    ],
    ['marks surrogates with the lead byte', '\xed\xa0\x80\xed\xbf\xbf', '%ud800\xed%udfff\xed'],
    ['marks an overlong surrogate twice', '\xf0\x8d\xa0\x80', '%ud800\xf0\xf0'],
    ['copies F5-F7 and decodes from them', '\xf5\x80\x80\x80\xf7(', '\xf5%u140000\xf7('],
    ['passes the end of Unicode', '\xf4\x8f\xbf\xbf\xf4\x90\x80\x80', '%u10ffff%u110000'],
  ],
  urlDecodeUni: [
    [
      'copies %u without four digits and reads on behind it',
      '%u%41%u0%41%u00%41%u000%41%u000g',
      '%uA%u0A%u00A%u000A%u000g',
    ],
    ['prefers the map to the low byte', '%u2039script%u203a%u00bd', '<script>\xbd'],
    ['folds full-width characters the map lacks', '%uff1f%UFF1c', '?<'],
    ['knows the full stops of host names', '%u3002%uff61%uff0e', '...'],
    ['decodes once', '%2575003c%%34%31', '%75003c%41'],
  ],
  removeComments: [
    ['closes either kind with either end', 'a/*b-->c<!--d*/e', 'ace'],
    ['copies the byte behind an end unseen', 'a/**//*b*/c', 'a/*b*/c'],
    ['adds a NUL behind an end at the end', 'a<!---->', 'a\0'],
    ['needs more than /*/ for a comment', '/*/a', ' '],
    ['ends at -- and # outside comments only', 'a/*--#*/b--c', 'ab'],
    ['keeps single hyphens and lone ends', '-a*/b->', '-a*/b->'],
  ],
  removeCommentsChar: [
    ['does not look at what removal brings together', '/<!--*-/*->', '/*-->'],
    ['tests --> before --', 'a-->b--c--->d', 'abc->d'],
  ],
  replaceComments: [
    ['keeps lone ends', '*/a*/', '*/a*/'],
    ['makes neighbours two spaces', 'a/*b*//*c*/d', 'a  d'],
  ],
  base64Decode: [
    ['stops at the first byte outside the alphabet', 'YWJj\0ZGVm', 'abc'],
    ['drops the spare bits of an incomplete group', 'Y', ''],
    ['gives the whole bytes of an incomplete group', 'YWJjZG', 'abcd'],
    ['does not know the URL alphabet', 'YW-_', 'a'],
  ],
  base64DecodeExt: [
    ['decodes on behind padding', 'YWI=Y2Q=', 'ab\x18\xd9'],
    ['is empty when one character stands before a lone =', 'YWJjZ=YWJj', ''],
    ['is empty behind == too', 'YWJjZ==YWJj', ''],
    ['goes on behind a NUL (2.9.7 stops)', 'YW\0Jj', 'abc'],
  ],
  cmdLine: [
    ['lets deleted bytes in a run of separators', 'a ^ "\' ,b', 'a b'],
    ['drops a run before / and ( only', 'a , /b ;(c )d', 'a/b(c )d'],
    ['keeps one space at the ends', '  a  ', ' a '],
    ['does not count vertical tab and form feed', 'a\v \fb', 'a\v \fb'],
    ['goes on behind a NUL (2.9.7 stops)', 'A\0^B', 'a\0b'],
  ],
  sqlHexDecode: [
    ['copies the byte behind a literal unseen', '0x410x42', 'A0x42'],
    ['decodes literals with something between them', '0x41,0X42', 'A,B'],
    ['looks at every 0', '00x41', '0A'],
    ['goes on behind a NUL, decoded or not (2.9.7 stops)', '0x0041\x00 0x42', '\0A\0 B'],
  ],
  normalizePath: [
    ['lets a later .. remove a leading ..', '../a/../../b', 'b'],
    ['makes nothing of an absolute path without a rest', '/a/..', ''],
    ['keeps the root when the path ends in a slash', '/a/../', '/'],
    ['makes nothing of a relative path without a rest', 'a/../', ''],
    ['does not decode escapes', '/a/%2e%2e/b', '/a/%2e%2e/b'],
    ['keeps names that end in dots (2.9.7 removes them)', '/etc/passwd../x/.../y', '/etc/passwd../x/.../y'],
  ],
  normalizePathWin: [
    ['turns every backslash (2.9.7 leaves one of three)', '\\\\\\a', '/a'],
    ['reads mixed separators', 'a\\./b\\../c', 'a/c'],
  ],
  hexDecode: [
    ['calculates with any byte', 'gg@@', '\x10\x10'],
    ['drops an odd last byte (CVE-2026-30923)', '4', ''],
  ],
};

describe.each(Object.entries(tables))('%s', (name, rows) => {
  test.each(rows)('%s', (_, input, output) => {
    expect(apply(name, input)).toBe(output);
  });
});

describe('urlDecodeUni with other maps', () => {
  const urlDecodeUni = transformations.find(({ name }) => name === 'urlDecodeUni')!;

  test('uses the low byte without a map', () => {
    expect(urlDecodeUni.apply('%u2019%uff1c%u3042', { unicodeMap: emptyUnicodeMap })).toBe('\x19<B');
  });

  test('lets a map decide over ASCII too', () => {
    expect(urlDecodeUni.apply('%u0041%u0042', { unicodeMap: createUnicodeMap([[0x41, 0x61]]) })).toBe('aB');
  });
});
