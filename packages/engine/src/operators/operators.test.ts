import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { defaultSettings } from '../compile/default-settings.ts';
import { MatchBudget, RegexCache } from '../regex/index.ts';
import { constantText, type MacroText } from '../registry/macro.ts';
import { type Matcher, type OperatorContext, OperatorError, type OperatorScope } from '../registry/operator.ts';
import { Registry } from '../registry/registry.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { VariableMap } from '../run/variable-map.ts';
import { operators } from './index.ts';

const registry = new Registry('operator', operators);

/** Files, data sets and DNS as the examples of the definitions use them. */
const FILES: Readonly<Record<string, string>> = {
  'phrases.data': '# scanners\r\n\n  wp-admin  \nerror in your SQL\n|3c|script\nFFI\\\\CData\ntype a|b\nx\n',
  'more.data': 'second file',
  'blocks.data': '# documentation networks\n198.51.100.0/24 # TEST-NET-2\n\n2001:db8::/64\n',
  'order.def': 'everything',
  'empty.def': '',
  'hashes.data': 'ssdeep,1.1--blocksize:hash:hash,filename\n3:Mq/ER2WFELCPXNFsFgFHwLlnn:Mq/ER1dFdHenn,"text"\n',
  'bad.data': '198.51.100.0/24\nlocalhost\n',
};
const DATASETS: Readonly<Record<string, readonly string[]>> = {
  scanners: ['sqlmap', 'nikto'],
  offices: ['203.0.113.0/24', '2001:db8:1::/48'],
  broken: ['nowhere'],
};
const NAMES: Readonly<Record<string, readonly string[]>> = {
  '1.2.0.192.bl.example': ['127.0.0.2'],
  'spam.example.bl.example': ['127.0.0.4'],
  [`1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.bl.example`]: ['127.0.0.2'],
  '1.2.0.192.multi.uribl.com': ['127.0.0.14'],
  '1.2.0.192.zen.spamhaus.org': ['127.0.0.3', '127.0.0.10'],
  '2.2.0.192.zen.spamhaus.org': ['127.0.0.9'],
  'key.1.2.0.192.dnsbl.httpbl.org': ['127.3.42.5'],
  'key.2.2.0.192.dnsbl.httpbl.org': ['10.0.0.1'],
};

interface World {
  readonly context: OperatorContext;
  readonly scope: OperatorScope;
  readonly warnings: string[];
  readonly reports: string[];
  readonly questions: string[];
}

function createWorld(limits: { readonly steps?: number } = {}): World {
  const warnings: string[] = [];
  const reports: string[] = [];
  const questions: string[] = [];
  const context: OperatorContext = {
    regexOptions: { dotAll: true, dollarEndOnly: true },
    regexes: new RegexCache(),
    readFile: (path) => {
      const content = FILES[path];
      if (content === undefined) throw new Error(`cannot read ${path}`);
      return content;
    },
    resolvePath: (path) => path,
    macro: constantText,
    settings: defaultSettings(asciiBestFitMap),
    dataset: (name) => DATASETS[name],
    resolver: {
      resolve4: async (name) => {
        questions.push(name);
        if (name.startsWith('broken.')) throw new Error('SERVFAIL');
        return NAMES[name] ?? [];
      },
    },
    programs: { run: async (_path, call) => (call.arguments[0] === '/tmp/clean' ? '1 clean' : '0 Eicar\n') },
    xmlValidation: {
      compile: (_kind, text) => ({ validate: () => (text === '' ? 'nothing is allowed' : undefined) }),
    },
    httpBlKey: 'key',
    warn: (message) => warnings.push(message),
  };
  // Operators see of a transaction only what is here.
  const tx = {
    matchedVarName: 'ARGS:a',
    geo: new VariableMap(),
    env: new VariableMap(),
    pathArguments: new VariableMap(),
    phase: 4,
    streams: {},
    body: { result: { xml: {} }, raw: '<a/>' },
    settings: { hashEngine: true, hashEnforcement: true },
    request: { headerMembers: [], method: 'GET', uri: '/', query: undefined, serverName: '', protocol: 'HTTP/1.1' },
    connection: { clientAddress: '192.0.2.9', clientPort: 1, serverAddress: '192.0.2.8', serverPort: 80, id: 'x' },
    report: (_level: number, text: string) => reports.push(text),
  };
  const scope = { tx: tx as unknown as TransactionState, budget: new MatchBudget(limits) };
  return { context, scope, warnings, reports, questions };
}

function compile(name: string, argument: string | MacroText, { context }: World): Matcher {
  const text = typeof argument === 'string' ? constantText(argument) : argument;
  return registry.require(name).compile(text, context);
}

function judge(matcher: Matcher, value: string, scope: OperatorScope): boolean | Promise<boolean> {
  return matcher.testLater?.(value, scope) ?? matcher.test(value, scope);
}

/** A text with a macro whose value the test can change. */
function macro(initial: string): MacroText & { value: string } {
  return {
    source: '%{tx.x}',
    isConstant: false,
    value: initial,
    expand() {
      return this.value;
    },
    expandMasked() {
      return this.value;
    },
  };
}

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
    const { resolver: _resolver, ...bare } = createWorld().context;
    expect(() => registry.require('rbl').compile(constantText('bl.example'), bare)).toThrow(
      'no name resolver is configured',
    );
  });
});

test('@rbl without the key its list needs loads with a warning and asks nobody', () => {
  const { context, scope } = createWorld();
  const { httpBlKey: _key, ...keyless } = context;
  const warnings: string[] = [];
  const resolver = { resolve4: () => Promise.reject(new Error('asked')) };
  const matcher = registry
    .require('rbl')
    .compile(constantText('dnsbl.httpbl.org'), { ...keyless, resolver, warn: (text) => warnings.push(text) });
  expect(warnings).toEqual([expect.stringContaining('SecHttpBlKey')]);
  expect(matcher.testLater).toBeUndefined();
  expect(matcher.test('192.0.2.1', scope)).toBe(false);
});

describe('macros', () => {
  test.each([
    ['streq', 'a', 'a', 'b'],
    ['contains', 'b', 'abc', 'xyz'],
    ['within', 'GET POST', 'POST', 'PUT'],
    ['lt', '5', '4', '6'],
    ['rx', '^a+$', 'aaa', 'b'],
  ])('@%s looks at what the text stands for each time', (name, expanded, matching, other) => {
    const world = createWorld();
    const argument = macro(expanded);
    const matcher = compile(name, argument, world);
    expect(matcher.test(matching, world.scope)).toBe(true);
    expect(matcher.describe(matching, 'ARGS:a', world.scope)).toContain(expanded);
    expect(matcher.test(other, world.scope)).toBe(false);
    argument.value = 'something else entirely';
    expect(matcher.test(matching, world.scope)).toBe(false);
  });

  test('@rx takes the expanded text as a pattern, unescaped, and forgets old ones', () => {
    const world = createWorld();
    const argument = macro('');
    const matcher = compile('rx', argument, world);
    for (let round = 0; round < 2; round++) {
      for (let length = 1; length < 40; length++) {
        argument.value = `^(.)\\w{${length}}$`;
        expect(matcher.test('a'.repeat(length + 1), world.scope)).toBe(true);
        expect(matcher.test('a'.repeat(length), world.scope)).toBe(false);
        expect(matcher.captures?.('a'.repeat(length + 1), world.scope)).toEqual(['a'.repeat(length + 1), 'a']);
      }
    }
    expect(world.context.regexes.size).toBe(0);
  });

  test('a text that has changed since the match is not found any more', () => {
    const world = createWorld();
    const argument = macro('b');
    const matcher = compile('contains', argument, world);
    expect(matcher.span?.('abc', world.scope)).toEqual([1, 2]);
    argument.value = 'x';
    expect(matcher.span?.('abc', world.scope)).toBeUndefined();
  });

  test('a pattern that turns out to be none is a rule error', () => {
    const world = createWorld();
    const matcher = compile('rx', macro('a(b'), world);
    expect(() => matcher.test('ab', world.scope)).toThrow(OperatorError);
  });
});

describe('@rx', () => {
  test('shares equal patterns among rules', () => {
    const world = createWorld();
    compile('rx', 'a+', world);
    compile('rx', 'a+', world);
    expect(world.context.regexes.size).toBe(1);
  });

  test.each<[pattern: string, value: string, captures: string[]]>([
    ['(a)(b)?', 'a', ['a', 'a']],
    ['(a)|(b)|(c)', 'b', ['b', '', 'b']],
    ['(.)'.repeat(12), 'abcdefghijkl', ['abcdefghijkl', ...'abcdefghi']],
    ['', 'x', ['']],
  ])('captures of %j in %j', (pattern, value, captures) => {
    const world = createWorld();
    expect(compile('rx', pattern, world).captures?.(value, world.scope)).toEqual(captures);
  });

  test('says where it matched', () => {
    const world = createWorld();
    expect(compile('rx', 'b+', world).span?.('abbbc', world.scope)).toEqual([1, 4]);
  });

  test('answers no match when the budget is spent', () => {
    const world = createWorld({ steps: 10 });
    expect(compile('rx', 'b', world).test(`${'a'.repeat(100)}b`, world.scope)).toBe(false);
    expect(world.scope.budget.exceeded).toBe(true);
  });
});

describe('@rxGlobal', () => {
  test.each<[pattern: string, value: string, captures: string[]]>([
    ['[a-z]*', 'aaa00bbb', ['aaa', 'bbb']],
    ['([a-z]*)', '', ['', '']],
    ['(^|a)(b|c)(d)', 'bdacd', ['bd', '', 'b', 'd', 'acd', 'a', 'c', 'd']],
    ['.', 'abcdefghijkl', [...'abcdefghij']],
  ])('captures of %j in %j', (pattern, value, captures) => {
    const world = createWorld();
    expect(compile('rxGlobal', pattern, world).captures?.(value, world.scope)).toEqual(captures);
  });
});

describe('@pm and lists', () => {
  test.each([
    ['"a b"', 'xbx', true],
    ['|61|b cd', 'AB', true],
    ['a\\qb', 'a\\qb', true],
    ['x', '', false],
  ])('@pm %j on %j: %s', (argument, value, matches) => {
    const world = createWorld();
    expect(compile('pm', argument, world).test(value, world.scope)).toBe(matches);
  });

  test.each([
    ['ffi\\cdata', true],
    ['type a|b', true],
    ['X', true],
    ['second file', true],
    ['scanner', false],
  ])('@pmFromFile with two files on %j: %s', (value, matches) => {
    const world = createWorld();
    expect(compile('pmFromFile', ' phrases.data  more.data ', world).test(value, world.scope)).toBe(matches);
  });
});

describe('values that cannot be judged', () => {
  test.each([
    ['', 'IPmatch: bad IPv4 specification "".'],
    ['10.0.0.1\n', 'IPmatch: bad IPv4 specification "10.0.0.1\\n".'],
    ['::1%lo', 'IPmatch: bad IPv6 specification "::1%lo".'],
  ])('@ipMatch on %j', (value, message) => {
    const world = createWorld();
    const matcher = compile('ipMatch', '10.0.0.0/8,::/0', world);
    expect(() => matcher.test(value, world.scope)).toThrow(new OperatorError(message));
  });
});

describe('number comparisons', () => {
  test('warn when there is nothing to compare with', () => {
    const world = createWorld();
    expect(compile('ge', '', world).test('0', world.scope)).toBe(true);
    expect(world.warnings).toEqual(['without a number the value is compared with 0']);
  });
});

describe('@geoLookup', () => {
  test('warns at load and reports each look-up', () => {
    const world = createWorld();
    const matcher = compile('geoLookup', '', world);
    expect(world.warnings).toEqual(['never matches without a database: set SecGeoLookupDb above this rule']);
    expect(matcher.test('192.0.2.1', world.scope)).toBe(false);
    expect(world.reports).toEqual(['Geo lookup for "192.0.2.1" attempted without a database.  Set SecGeoLookupDB.']);
  });
});

describe('@rbl', () => {
  test.each<[zone: string, value: string, sentence: string]>([
    ['bl.example', '192.0.2.1', 'RBL lookup of 1.2.0.192.bl.example succeeded at ARGS:a.'],
    ['bl.example', '2001:db8::1', `RBL lookup of 1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.bl.example succeeded at ARGS:a.`],
    ['multi.uribl.com', '192.0.2.1', 'RBL lookup of 1.2.0.192.multi.uribl.com succeeded at ARGS:a (BLACK,GREY,RED).'],
    [
      'zen.spamhaus.org',
      '192.0.2.1',
      'RBL lookup of 1.2.0.192.zen.spamhaus.org succeeded at ARGS:a (Static UBE sources).',
    ],
    ['zen.spamhaus.org', '192.0.2.2', 'RBL lookup of 2.2.0.192.zen.spamhaus.org succeeded at ARGS:a.'],
    [
      'dnsbl.httpbl.org',
      '192.0.2.1',
      'RBL lookup of 1.2.0.192.dnsbl.httpbl.org succeeded at ARGS:a. Suspicious comment spammer IP: 3 days since last activity, threat score 42',
    ],
    ['dnsbl.httpbl.org', '192.0.2.2', 'RBL lookup of 2.2.0.192.dnsbl.httpbl.org failed: bad response'],
  ])('%s lists %s', async (zone, value, sentence) => {
    const world = createWorld();
    const matcher = compile('rbl', zone, world);
    expect(await judge(matcher, value, world.scope)).toBe(true);
    expect(matcher.describe(value, 'ARGS:a', world.scope)).toBe(sentence);
    expect(matcher.captures?.(value, world.scope)).toEqual([sentence]);
  });

  test('asks once for each value of a transaction', async () => {
    const world = createWorld();
    const matcher = compile('rbl', 'bl.example', world);
    await judge(matcher, '192.0.2.9', world.scope);
    await judge(matcher, '192.0.2.9', world.scope);
    await judge(matcher, '192.0.2.1', world.scope);
    expect(world.questions).toEqual(['9.2.0.192.bl.example', '1.2.0.192.bl.example']);
  });

  test.each(['', 'a b', '-\r\n', '.', 'a..b', 'x'.repeat(64), `${'a.'.repeat(130)}b`])(
    'never asks about %j',
    async (value) => {
      const world = createWorld();
      expect(await judge(compile('rbl', 'bl.example', world), value, world.scope)).toBe(false);
      expect(world.questions).toEqual([]);
    },
  );

  test('is a rule error when DNS does not answer', async () => {
    const world = createWorld();
    await expect(judge(compile('rbl', 'bl.example', world), 'broken', world.scope)).rejects.toThrow(
      new OperatorError('RBL lookup in bl.example failed: SERVFAIL'),
    );
  });
});

describe('number searches', () => {
  test.each([
    ['verifyCC', '\\d{16}', '1 4417123456789112 4417123456789113', true],
    ['verifyCC', '\\d*', 'no digits', false],
    ['verifyCC', '^\\d+$', 'a\n4417123456789113\nb', true],
    // The first hit, one digit too long, fails; the search goes on inside it.
    ['verifyCC', '\\d{16}', '94417123456789113', true],
    ['verifyCPF', '\\d{11}', '01234567890', false],
    ['verifySSN', '\\d{9}', '000578065', false],
    ['verifySSN', '\\d{9}', '574007065', false],
    ['verifySSN', '\\d{9}', '574570000', false],
    ['verifySSN', '\\d{9}', '111111111', false],
    ['verifySSN', '\\d{9}', '740578065', false],
    ['verifySSN', '\\d+', '5745780650', false],
    ['verifySVNR', '\\d{10}', '1111111111', false],
    ['validateNid', 'cl [\\d.kK-]+', '11.111.111-1', true],
    ['validateNid', 'cl [\\d.kK-]+', '16100407-3', true],
    ['validateNid', 'cl [\\d.kK-]+', '5348281-3', true],
    ['validateNid', 'cl [\\d.kK-]+', '10727393-k', true],
    ['validateNid', 'cl ^[\\d.kK-]+', '11.111.111-k', false],
    ['validateNid', 'cl ^[\\d.kK-]+', '16100407-2', false],
    ['validateNid', 'cl ^[\\d.kK-]+', '5348281-4', false],
  ])('@%s %j on %j: %s', (name, argument, value, matches) => {
    const world = createWorld();
    expect(compile(name, argument, world).test(value, world.scope)).toBe(matches);
  });

  test('overlapping hits are paid for: a long value ends the search, not the server', () => {
    const world = createWorld({ steps: 1_000_000 });
    expect(compile('verifyCC', '.*', world).test('1'.repeat(100_000).slice(1), world.scope)).toBe(false);
    expect(world.scope.budget.exceeded).toBe(true);
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
