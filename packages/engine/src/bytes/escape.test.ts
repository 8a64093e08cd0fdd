import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeControls, escapeHexOnly, escapeKey, escapeLog } from './escape.ts';

const byteStrings = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

test.each([
  ['plain text: [x]', 'plain text: [x]', 'plain text: [x]', 'plain text: [x]'],
  ['"', '\\"', '"', '\\x22'],
  ['\\', '\\\\', '\\\\', '\\x5c'],
  ['\b\t\n\v\r', '\\b\\t\\n\\v\\r', '\\b\\t\\n\\v\\r', '\\x08\\x09\\x0a\\x0b\\x0d'],
  [
    '\0\f\x1b\x7f\x80\xff',
    '\\x00\\x0c\\x1b\\x7f\\x80\\xff',
    '\\x00\\x0c\\x1b\\x7f\\x80\\xff',
    '\\x00\\x0c\\x1b\\x7f\\x80\\xff',
  ],
])('%j', (text, log, key, hex) => {
  expect([escapeLog(text), escapeKey(text), escapeHexOnly(text)]).toEqual([log, key, hex]);
});

describe('whatever the bytes', () => {
  test('the results are printable ASCII, so one record stays one line', () => {
    fc.assert(
      fc.property(byteStrings, (text) => {
        for (const escaped of [escapeLog(text), escapeKey(text), escapeHexOnly(text)])
          expect(escaped).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('no quote stands alone in a quoted field', () => {
    fc.assert(
      fc.property(byteStrings, (text) => {
        expect(escapeLog(text)).toMatch(/^([^"\\]|\\.)*$/);
        expect(escapeHexOnly(text)).not.toContain('"');
      }),
    );
  });

  test('different texts stay different', () => {
    fc.assert(
      fc.property(byteStrings, byteStrings, (left, right) => {
        fc.pre(left !== right);
        for (const form of [escapeLog, escapeKey]) expect(form(left)).not.toBe(form(right));
        expect(escapeHexOnly(left)).not.toBe(escapeHexOnly(right));
      }),
    );
  });
});

describe('escapeControls', () => {
  test.each([
    ['"\\d" at ARGS:x\\n', '"\\d" at ARGS:x\\n'],
    ['a\nb\\\r\\\\\0', 'a\\nb\\\\r\\\\\\x00'],
  ])('leaves quotes and backslashes: %j', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  test('is escapeKey without its second backslashes', () => {
    fc.assert(
      fc.property(byteStrings, (text) => {
        expect(escapeControls(text)).toBe(escapeKey(text).replaceAll('\\\\', '\\'));
      }),
    );
  });
});

describe('the limit of escapeHexOnly', () => {
  test.each([
    ['fits', 'a'.repeat(512), 'a'.repeat(512)],
    ['is one too long', 'a'.repeat(513), `${'a'.repeat(509)}...`],
    ['grows by escapes', '\0'.repeat(200), `${'\\x00'.repeat(127)}\\...`],
    ['is very long', 'b'.repeat(100_000), `${'b'.repeat(509)}...`],
  ])('a text that %s', (_, text, expected) => {
    expect(escapeHexOnly(text, 512)).toBe(expected);
  });
});
