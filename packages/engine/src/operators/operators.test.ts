/** What all operators keep to: their definitions, their sentences in logs, the arguments they refuse. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, createWorld, judge } from '../../test/support/operator-world.ts';
import { OperatorError } from '../registry/operator.ts';
import { operators } from './index.ts';

describe('definitions', () => {
  test('are sorted by name', () => {
    const names = operators.map((operator) => operator.name.toLowerCase());
    expect(names).toEqual([...names].sort());
  });

  test.each(operators.map((operator) => [operator.name, operator] as const))(
    '@%s says what it does',
    (_name, operator) => {
      expect(operator.summary).toMatch(/^[A-Z].*\.$/);
      expect(operator.examples.length).toBeGreaterThan(0);
      const takesNone = operator.argument === 'none';
      if (takesNone) expect(operator.examples.filter((example) => example.argument !== '')).toEqual([]);
    },
  );

  const examples = operators.flatMap((operator) =>
    operator.examples.map((example) => [operator.name, example.argument, example.value, example] as const),
  );
  test.each(examples)('example: @%s %j on %j', async (name, argument, value, example) => {
    const world = createWorld();
    const matcher = compile(name, argument, world);
    expect(await judge(matcher, value, world.scope)).toBe(example.matches);
    if (example.captures !== undefined) expect(matcher.captures?.(value, world.scope)).toEqual(example.captures);
  });
});

describe('log sentences', () => {
  test.each<[operator: string, argument: string, value: string, sentence: string]>([
    ['beginsWith', '/a"b', '/a"bc', 'String match "/a\\"b" at ARGS:a.'],
    ['endsWith', 'x', 'abx', 'String match "x" at ARGS:a.'],
    ['contains', '\r\n', 'a\r\nb', 'String match "\\r\\n" at ARGS:a.'],
    ['containsWord', 'b', 'a b', 'String match "b" at ARGS:a.'],
    ['streq', '', '', 'String match "" at ARGS:a.'],
    ['strmatch', '|41|b', 'xAb', 'Pattern match "|41|b" at ARGS:a.'],
    ['within', 'GET POST', 'POST', 'String match within "GET POST" at ARGS:a.'],
    ['within', 'GET POST', '', 'String match within "" at ARGS:a.'],
    ['eq', '5 apples', '5', 'Operator EQ matched 5 at ARGS:a.'],
    ['ge', '5', '6', 'Operator GE matched 5 at ARGS:a.'],
    ['gt', '-99999999999999999999', '6', 'Operator GT matched -9223372036854775808 at ARGS:a.'],
    ['le', 'none', '-1', 'Operator LE matched 0 at ARGS:a.'],
    ['lt', '5', '4', 'Operator LT matched 5 at ARGS:a.'],
    ['rx', '\\d"', '1"', 'Pattern match "\\\\d\\"" at ARGS:a.'],
    ['rx', 'a{1}'.repeat(64), 'a'.repeat(64), `Pattern match "${'a{1}'.repeat(63)} ..." at ARGS:a.`],
    ['rx', 'a{1}'.repeat(63), 'a'.repeat(63), `Pattern match "${'a{1}'.repeat(63)}" at ARGS:a.`],
    ['rxGlobal', 'a', 'a', 'Pattern match "a" at ARGS:a.'],
    ['pm', 'nikto', 'x NiKto', 'Matched phrase "NiKto" at ARGS:a.'],
    ['pm', 'b'.repeat(253), 'b'.repeat(260), `Matched phrase "${'b'.repeat(252)} ..." at ARGS:a.`],
    ['pmFromFile', 'phrases.data', '<SCRIPT', 'Matched phrase "<SCRIPT" at ARGS:a.'],
    ['pmFromDataset', 'scanners', 'sqlmap', 'Matched phrase "sqlmap" at ARGS:a.'],
    ['detectSQLi', '', "1' or 1=1 --", "detected SQLi using libinjection with fingerprint 's&1c'"],
    ['detectXSS', '', '<script>', 'detected XSS using libinjection.'],
    ['validateByteRange', '32-126', 'a\x00\xffb\n', 'Found 3 byte(s) in ARGS:a outside range: 32-126.'],
    ['validateUrlEncoding', '', '%zz', 'Invalid URL Encoding: Non-hexadecimal digits used at ARGS:a.'],
    ['validateUrlEncoding', '', 'ab%2', 'Invalid URL Encoding: Not enough characters at the end of input at ARGS:a.'],
    ['validateUrlEncoding', '', '%41%', 'Invalid URL Encoding: Not enough characters at the end of input at ARGS:a.'],
    [
      'validateUtf8Encoding',
      '',
      'ab\xc3',
      'Invalid UTF-8 encoding: not enough bytes in character at ARGS:a. [offset "2"]',
    ],
    [
      'validateUtf8Encoding',
      '',
      '\x80',
      'Invalid UTF-8 encoding: invalid byte value in character at ARGS:a. [offset "0"]',
    ],
    [
      'validateUtf8Encoding',
      '',
      '\xc3\xa9\xe2\x28\xa1',
      'Invalid UTF-8 encoding: invalid byte value in character at ARGS:a. [offset "2"]',
    ],
    [
      'validateUtf8Encoding',
      '',
      '\xe0\x80\x80',
      'Invalid UTF-8 encoding: overlong character detected at ARGS:a. [offset "0"]',
    ],
    [
      'validateUtf8Encoding',
      '',
      '\xf5\x80',
      'Invalid UTF-8 encoding: use of restricted character at ARGS:a. [offset "0"]',
    ],
    [
      'validateUtf8Encoding',
      '',
      '\xed\xbf\xbf',
      'Invalid UTF-8 encoding: use of restricted character at ARGS:a. [offset "0"]',
    ],
    ['verifyCC', '\\d{16}', 'x 4417123456789113', 'CC# match "\\d{16}" at ARGS:a. [offset "2"]'],
    ['verifyCPF', '[\\d.-]+', 'x 010.817.514-60', 'CPF# match "[\\d.-]+" at ARGS:a. [offset "2"]'],
    ['verifySSN', '\\d{9}', '574578065', 'SSN# match "\\d{9}" at ARGS:a. [offset "0"]'],
    ['ipMatch', '10.0.0.0/8', '10.1.2.3', 'IPmatch: "10.1.2.3" matched at ARGS:a.'],
    ['ipMatchFromFile', 'blocks.data', '198.51.100.1', 'IPmatchFromFile: "198.51.100.1" matched at ARGS:a.'],
    ['unconditionalMatch', '', '', 'Unconditional match in SecAction.'],
  ])('@%s %j on %j', (name, argument, value, sentence) => {
    const world = createWorld();
    const matcher = compile(name, argument, world);
    expect(matcher.test(value, world.scope)).toBe(true);
    expect(matcher.describe(value, 'ARGS:a', world.scope)).toBe(sentence);
  });
});

describe('arguments that are refused at load', () => {
  test.each<[operator: string, argument: string, message: string]>([
    ['rx', 'a(b', 'missing closing parenthesis'],
    ['pm', ' \t ', 'no phrase given'],
    ['strmatch', 'a\\nb', '"a\\nb" is no phrase'],
    ['strmatch', '""', '"""" is no phrase'],
    ['pmFromFile', 'missing.data', 'cannot read missing.data'],
    ['pmf', ' ', 'no file name given'],
    ['pmFromFile', 'https://example.test/list', 'lists are not fetched over the network'],
    ['pmFromDataset', 'nothing', 'no data set is named "nothing"'],
    ['ipMatch', '10.0.0.0/33', '"10.0.0.0/33" is neither an IP address nor a block'],
    ['ipMatch', '10.0.0.1,localhost', '"localhost" is neither an IP address nor a block'],
    ['ipMatch', ' , ', 'no address or block given'],
    ['ipMatchF', 'bad.data', '"localhost" is neither an IP address nor a block'],
    ['ipMatchFromDataset', 'broken', '"nowhere" is neither an IP address nor a block'],
    ['validateByteRange', '', '"" is no byte range'],
    ['validateByteRange', '1-256', '"1-256" is no byte range'],
    ['validateByteRange', '0x20-0x7e', '"0x20-0x7e" is no byte range'],
    ['validateByteRange', '1,,2', '"" is no byte range'],
    ['validateByteRange', '9-1', 'the byte range "9-1" ends before it starts'],
    ['validateNid', 'fr \\d+', 'expected "cl" or "us"'],
    ['validateNid', 'constructor \\d+', 'expected "cl" or "us"'],
    ['validateNid', 'cl', 'expected "cl" or "us"'],
    ['verifyCC', '[', 'missing terminating ]'],
    ['rbl', 'not a zone', '"not a zone" is no DNS zone'],
  ])('@%s %j', (name, argument, message) => {
    expect(() => compile(name, argument, createWorld())).toThrow(message);
  });

  test('@rbl without a resolver', () => {
    const { resolver: _resolver, ...context } = createWorld().context;
    expect(() => compile('rbl', 'bl.example', { context })).toThrow('no name resolver is configured');
  });
});

describe('every operator', () => {
  const fragments = fc.constantFrom(
    'a',
    '/admin',
    '%2',
    '%zz',
    '%41',
    '..',
    ' ',
    '5',
    '192.0.2.1',
    ':',
    '\0',
    '\xc3',
    '\xa9',
    '\xff',
    "'",
    '<',
    '4417123456789113',
    'nikto',
    'sqlmap',
  );
  const value = fc.oneof(
    fc.array(fragments, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => String.fromCharCode(...bytes)),
  );
  const cases = operators.flatMap((operator) =>
    [...new Set(operator.examples.map((example) => example.argument))].map(
      (argument) => [operator.name, argument] as const,
    ),
  );

  test.each(cases)('@%s %j answers any value, and the same each time', async (name, argument) => {
    const world = createWorld();
    const matcher = compile(name, argument, world);
    const ask = async (text: string): Promise<boolean | OperatorError> => {
      try {
        return await judge(matcher, text, world.scope);
      } catch (error) {
        if (error instanceof OperatorError) return error;
        throw error;
      }
    };
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        world.scope.budget.reset();
        const verdict = await ask(text);
        expect(await ask(text)).toEqual(verdict);
        if (verdict !== true) return;
        expect(matcher.describe(text, 'ARGS:a', world.scope)).toMatch(/^[\x20-\x7e]+$/);
        const captures = matcher.captures?.(text, world.scope) ?? [''];
        expect(captures.length).toBeGreaterThan(0);
        expect(captures.length).toBeLessThanOrEqual(10);
        const [start, end] = matcher.span?.(text, world.scope) ?? [0, 0];
        expect(0 <= start && start <= end && end <= text.length).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
