import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt, expectSameForEverySplit, parseBody } from '../../test/body-processors/parse-body.ts';
import { processorTime } from '../../test/support/processor-time.ts';
import type { BodyOptions } from '../registry/body-processor.ts';
import { json } from './json.ts';

const pairs = (body: string, options: Partial<BodyOptions> = {}): string[][] =>
  parseBody(json, [body], options).arguments.map(({ name, value }) => [name, value]);
const error = (body: string, options: Partial<BodyOptions> = {}): string | undefined =>
  parseBody(json, [body], options).error;

/** Body, names as ModSecurity 2 gives them, names as ModSecurity 3 gives them; the values follow. */
const NAMES: readonly (readonly [
  body: string,
  v2: readonly string[],
  v3: readonly string[],
  values: readonly string[],
])[] = [
  ['{"a":1}', ['a'], ['json.a'], ['1']],
  ['{"a":{"b":"x"}}', ['a.b'], ['json.a.b'], ['x']],
  ['{"a":[1,2]}', ['a.a', 'a.a'], ['json.a.array_0', 'json.a.array_1'], ['1', '2']],
  ['{"a":[{"b":1},{"c":2}]}', ['a.a.b', 'a.a.c'], ['json.a.array_0.b', 'json.a.array_1.c'], ['1', '2']],
  ['{"a":[{"b":[1]},2]}', ['a.a.b.b', 'a.a'], ['json.a.array_0.b.array_0', 'json.a.array_1'], ['1', '2']],
  ['[1,2]', ['array.array', 'array.array'], ['json.array_0', 'json.array_1'], ['1', '2']],
  ['[{"b":1}]', ['array.array.b'], ['json.array_0.b'], ['1']],
  [
    '[[1],[2,[3]]]',
    ['array.array.array', 'array.array.array', 'array.array.array.array'],
    ['json.array_0.array_0', 'json.array_1.array_0', 'json.array_1.array_1.array_0'],
    ['1', '2', '3'],
  ],
  ['"x"', [''], ['json'], ['x']],
  ['5', [''], ['json'], ['5']],
  ['{"":1}', [''], ['json.empty-key'], ['1']],
  ['{"":{"b":1}}', ['.b'], ['json.empty-key.b'], ['1']],
  [
    '{"a":[true,false,null]}',
    ['a.a', 'a.a', 'a.a'],
    ['json.a.array_0', 'json.a.array_1', 'json.a.array_2'],
    ['true', 'false', ''],
  ],
  ['{"a":1,"a":2,"A":3}', ['a', 'a', 'A'], ['json.a', 'json.a', 'json.A'], ['1', '2', '3']],
  ['{"a.b":{"c":1},"d":2}', ['a.b.c', 'd'], ['json.a.b.c', 'json.d'], ['1', '2']],
  ['{"__proto__":{"x":1}}', ['__proto__.x'], ['json.__proto__.x'], ['1']],
  ['{"a":{},"b":[],"c":[[]]}', [], [], []],
  ['', [], [], []],
];

const REFUSED: readonly (readonly [body: string, reason: string])[] = [
  [' ', 'document ends too early'],
  ['{', 'document ends too early'],
  ['{"a":1', 'document ends too early'],
  ['"a', 'document ends too early'],
  ['[1,]', 'unexpected ]'],
  ['[,1]', 'unexpected comma'],
  ['[1 2]', 'unexpected value'],
  ['[1}', 'unexpected }'],
  ['[1]]', 'unexpected ]'],
  ['1,2', 'unexpected comma'],
  ['{"a"}', 'unexpected }'],
  ['{"a":}', 'unexpected }'],
  ['{"a":1,}', 'unexpected }'],
  ['{"a" 1}', 'unexpected value'],
  ['{"a"::1}', 'unexpected colon'],
  ['{1:2}', 'unexpected value'],
  ['{a:1}', 'unexpected value'],
  ["{'a':1}", 'invalid character'],
  ['{"a":1}x', 'text behind the document'],
  ['{"a":1} {"b":2}', 'text behind the document'],
  ['01', 'malformed number'],
  ['-', 'malformed number'],
  ['1.', 'malformed number'],
  ['-.5', 'malformed number'],
  ['1e', 'malformed number'],
  ['1e+', 'malformed number'],
  ['1-2', 'malformed number'],
  ['+1', 'invalid character'],
  ['.5', 'invalid character'],
  ['NaN', 'invalid character'],
  ['tru', 'unknown word'],
  ['nulll', 'unknown word'],
  ['undefined', 'unknown word'],
  ['/*x*/1', 'invalid character'],
  ['\xef\xbb\xbf{}', 'invalid character'],
  ['\xff\xfe{\0}\0', 'invalid character'],
  ['\f1', 'invalid character'],
  ['[1\0]', 'invalid character'],
  ['"\x01"', 'control character in a string'],
  ['"a\nb"', 'control character in a string'],
  ['"\\x41"', 'unknown escape in a string'],
  ['"\\u12"', '\\u without four hexadecimal digits'],
  ['"\\u12g4"', '\\u without four hexadecimal digits'],
  ['"\\ud83d"', 'surrogate without its other half'],
  ['"\\ud83dx"', 'surrogate without its other half'],
  ['"\\ud83d\\n"', 'surrogate without its other half'],
  ['"\\ud83d\\ud83d"', 'surrogate without its other half'],
  ['"\\ude00"', 'surrogate without its other half'],
  ['"\xff"', 'string is not UTF-8'],
  ['"\xc0\x80"', 'string is not UTF-8'],
  ['"\xe0\x80\xaf"', 'string is not UTF-8'],
  ['"\xed\xa0\x80"', 'string is not UTF-8'],
  ['"\xf0\x80\x80\x80"', 'string is not UTF-8'],
  ['"\xf4\x90\x80\x80"', 'string is not UTF-8'],
  ['"\xc3"', 'string is not UTF-8'],
  ['"\xc3\xa9\xa9"', 'string is not UTF-8'],
];

describe('JSON', () => {
  it.each(NAMES)('names the leaves of %j', (body, v2, v3, values) => {
    expect(pairs(body)).toEqual(v2.map((name, index) => [name, values[index]]));
    expect(pairs(body, { jsonNames: 'modsecurity3' })).toEqual(v3.map((name, index) => [name, values[index]]));
    expect(error(body)).toBeUndefined();
  });

  it.each([
    ['"\\" \\\\ \\/ \\b \\f \\n \\r \\t"', '" \\ / \b \f \n \r \t'],
    ['"\\u0041\\u00e9\\u20ac\\ud83d\\ude00"', 'A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'],
    ['"\\u0000"', '\0'],
    ['"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbf"', '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbf'],
    ['"\x7f"', '\x7f'],
    ['-0', '-0'],
    ['1.50e+010', '1.50e+010'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1E400', '1E400'],
    [' \t\r\n1 \t\r\n', '1'],
  ])('reads the scalar %j', (body, value) => {
    expect(pairs(body)).toEqual([['', value]]);
    expectSameForEverySplit(json, body);
  });

  it.each(REFUSED)('refuses %j: %s', (body, reason) => {
    expect(error(body)).toBe(`JSON parsing error: ${reason}`);
  });

  it.each([...NAMES, ...REFUSED].map(([body]) => body))('gives one result for every split of %j', (body) => {
    expectSameForEverySplit(json, body);
  });

  it('keeps the leaves in front of an error and ignores what follows it', () => {
    const result = parseBody(json, ['{"a":"<script>",', 'x', '"b":1}']);
    expect(result.arguments).toEqual([{ name: 'a', value: '<script>' }]);
    expect(result.error).toBe('JSON parsing error: unexpected value');
  });

  it('is no form, defines no REQUEST_BODY, and counts every byte', () => {
    const result = parseBody(json, ['{"a"', ':1}']);
    expect(result.isForm).toBe(false);
    expect(json.definesRequestBody).toBe(false);
    expect(result.noFilesLength).toBe(7);
  });

  it('counts every open object and array as depth', () => {
    expect(error('{"a":[{"b":1}]}', { jsonDepthLimit: 3 })).toBeUndefined();
    expect(error('{"a":[{"b":1}]}', { jsonDepthLimit: 2 })).toBe('JSON parsing error: JSON depth limit exceeded');
    expect(error('[[],[],[]]', { jsonDepthLimit: 2 })).toBeUndefined();
  });

  it('stops at the arguments limit', () => {
    const result = parseBody(json, ['[1,2,3]'], { argumentsLimit: 2 });
    expect(result.arguments).toHaveLength(2);
    expect(result.error).toBe('SecArgumentsLimit exceeded');
  });

  it('refuses documents whose names would not fit in memory', () => {
    const prefix = `{"${'k'.repeat(60_000)}":{`;
    const leaves = Array.from({ length: 999 }, (_, index) => `"${index}":1`).join();
    expect(error(`${prefix}${leaves}}}`)).toBe('JSON parsing error: names are too long altogether');
  });

  it('needs no stack for depth, nor much time', () => {
    const started = processorTime();
    expect(error('['.repeat(1_000_000))).toBe('JSON parsing error: JSON depth limit exceeded');
    expect(error('[{"a":'.repeat(50_000), { jsonDepthLimit: 1_000_000 })).toBe(
      'JSON parsing error: document ends too early',
    );
    expect(pairs(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`, { jsonDepthLimit: 1_000_000 })).toHaveLength(1);
    expect(processorTime() - started).toBeLessThan(5000);
  });

  it('agrees with JSON.parse about what JSON is, and about values', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        const bytes = Buffer.from(text, 'utf8').toString('latin1');
        expect(error(bytes)).toBeUndefined();
        const leaf = JSON.stringify(text);
        const value = Buffer.from(text, 'utf8').toString('latin1');
        expect(pairs(Buffer.from(leaf, 'utf8').toString('latin1'))).toEqual([['', value]]);
      }),
    );
    const soup = fc
      .array(fc.constantFrom(...'{}[]:,"\\u01e-. tfn\n', 'true', 'null', '"a"'))
      .map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(soup, fc.array(fc.nat(100)), (text, cuts) => {
        fc.pre(text !== '');
        const whole = parseBody(json, [text]);
        expect(whole.error === undefined).toBe(isJson(text));
        expect(
          parseBody(
            json,
            cutAt(
              text,
              cuts.map((cut) => cut % (text.length + 1)),
            ),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
