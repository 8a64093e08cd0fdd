import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectSqli, SQLI_BYTES } from './detect.ts';
import { isAttack, isKnownFingerprint, readInContext } from './fingerprint.ts';
import { KEYWORDS } from './tables.generated.ts';
import type { SqlContext } from './tokenizer.ts';

describe('attacks', () => {
  test.each([
    ["' or 1=1 --", 's&1c'],
    ["1' OR '1'='1", 's&sos'],
    ['1" or "1"="1', 's&sos'],
    ["admin'--", 'sc'],
    ['1 or 1=1', '1&1'],
    ['-1 UNION SELECT username, password FROM users', '1UEnk'],
    ['1/**/UnIoN/**/aLl/**/SeLeCt/**/1', '1UE1'],
    ['1;DROP TABLE users', '1;Tnn'],
    ["1'; exec xp_cmdshell('dir'); --", 's;Tn('],
    ["1' and sleep(5) --", 's&f(1'],
    ["1' WAITFOR DELAY '0:0:5'--", 'sEsc'],
    ["x' AND email IS NULL; --", 's&nov'],
    ['1 /*!50000union*/ select', 'X'],
    ["' or ''='", 's&sos'],
    ['1 into outfile "/tmp/a"', '1ks'],
    ["1' || (select 1)", 's&(E1'],
    ["1'||utl_http.request('http://a.example/')||'", 's&f(s'],
    ['(1)or(1)=(1)', '1)&(1'],
    ["'\xa0or\xa01=1\xa0--\xa0", 's&1c'],
    ["'\0or\x001=1", 's&1'],
  ])('%j', (value, fingerprint) => {
    expect(detectSqli(value)).toEqual({ isSqli: true, fingerprint });
  });
});

describe('ordinary text', () => {
  test.each([
    '',
    'word',
    'select',
    '12345',
    '-1.5e3',
    'caf\xc3\xa9',
    'jane.doe@example.com',
    "Jane O'Neil",
    "it's 5 o'clock",
    '550e8400-e29b-41d4-a716-446655440000',
    'https://www.example.com/path?id=42&lang=en#top',
    'please select one of the options from the list',
    'the union of two sets',
    'black and white',
    'rock & roll',
    'a -- b',
    'C# and F#',
    '{"id": 1, "name": "x"}',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    '$1,000.00',
    '2024-01-31T12:34:56Z',
  ])('%j', (value) => {
    expect(detectSqli(value)).toEqual({ isSqli: false, fingerprint: '' });
  });
});

describe('attacks the reference misses, and so do we; other rules are there for them', () => {
  test.each([
    ["admin' #", 'a hash is too common in ordinary text (libinjection#58)'],
    ["\\' or 1=1 -- ", 'the backslash escapes the quote'],
    ["[1337 into outfile 'a'--]", 'brackets quote a name in SQL Server (libinjection#18)'],
    ['0); show warnings; set @q=0x53; prepare s from @q; execute s;#', 'five tokens do not reach it (libinjection#26)'],
    ["' OR 1=1;' ", 'the quote at the end begins another string (client9/libinjection#135)'],
    ['; DROP table Users --', 'a statement after nothing but a semicolon'],
  ])('%j: %s', (value) => {
    expect(detectSqli(value).isSqli).toBe(false);
  });
});

const keywords = Object.values(KEYWORDS).flatMap((list) => list.split(',').map((word) => word.trim()));
const pieces = [
  ...["'", '"', '`', '\\', '/*', '*/', '/*!', '--', '-- ', '#', ' ', '\n', '(', ')', '{', '}', '[', ']', ',', ';', '.'],
  ...[
    '::',
    '@',
    '$$',
    '$a$',
    "q'(",
    "n'",
    "x'",
    "u&'",
    '0x',
    '1',
    '1e',
    '\0',
    '\xa0',
    '\xff',
    '-',
    '!',
    '=',
    '||',
    '&',
  ],
];

/** Decimal, with an exponent, with the letter of a type, binary, hexadecimal, what looks like one of these, and rows of them. */
const NUMBERS =
  ' 1 23 1e 1e5 1E5 12e 1d 1f 1du 0b 0b1 0b2 0B01 0b12 0b123 0b12e 0b12e5 0b12f 0b120x1 0b0b 0x 0x1 0x1g 0xg 1e50x'.split(
    ' ',
  );

/** Values made of what the tokenizer knows, of any bytes, and of both. */
const values: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...keywords),
      fc.constantFrom(...pieces),
      fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

/** The definition: every context the value calls for, without any shortcut. */
function detectWithoutShortcuts(value: string): string {
  const quotes = (['', "'", '"'] as const).filter((quote) => value.includes(quote));
  for (const quote of quotes) {
    for (const dialect of quote === '"' ? (['mysql'] as const) : (['ansi', 'mysql'] as const)) {
      const context: SqlContext = { quote, dialect };
      const reading = readInContext(value, context);
      if (isAttack(value, reading)) return reading.fingerprint;
      if (dialect === 'ansi' && !reading.dialectsDiffer) break;
    }
  }
  return '';
}

describe('any value', () => {
  test('is told as without shortcuts', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(detectSqli(value).fingerprint).toBe(detectWithoutShortcuts(value));
      }),
      { numRuns: 2000 },
    );
  });

  test('of letters, digits and underscores is ordinary text, even if it is a keyword', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_]*$/), (word) => {
        expect(detectWithoutShortcuts(word)).toBe('');
      }),
    );
  });

  test('and so is every keyword, behind numbers of all kinds too', () => {
    const words = [...keywords.filter((word) => /^\w+$/.test(word)), 'word', '_', 'e', 'e5', 'd', 'f', 'fu', 'x', 'b'];
    expect(words.length).toBeGreaterThan(500);
    const attacks = NUMBERS.flatMap((number) =>
      words.map((word) => number + word).filter((value) => detectWithoutShortcuts(value) !== ''),
    );
    expect(attacks).toEqual([]);
  });

  test('that is an attack has one of the bytes all attacks have', () => {
    fc.assert(
      fc.property(values, (value) => {
        const hasByte = Array.from(value).some((byte) => SQLI_BYTES.has(byte.charCodeAt(0)));
        expect(detectWithoutShortcuts(value) === '' || hasByte).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('has a known fingerprint of at most five tokens if it is an attack, and none otherwise', () => {
    fc.assert(
      fc.property(values, (value) => {
        const { isSqli, fingerprint } = detectSqli(value);
        expect(isKnownFingerprint(fingerprint)).toBe(isSqli);
        expect(fingerprint.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
