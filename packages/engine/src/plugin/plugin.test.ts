import { describe, expect, it } from 'vitest';
import { createWaf, type Transaction } from '../index.ts';
import {
  checkExamples,
  defineAction,
  defineBodyProcessor,
  defineCtl,
  defineDirective,
  defineOperator,
  defineTransformation,
  defineVariable,
  firstWord,
  type Operator,
  type Plugin,
  PluginError,
  scalar,
  writeRules,
} from './index.ts';

const isReversed = defineOperator({
  name: 'isReversed',
  aliases: ['backwards'],
  summary: 'Matches when the value is the argument read backwards.',
  macros: true,
  examples: [
    { argument: 'abc', value: 'cba', matches: true },
    { argument: 'abc', value: 'abc', matches: false },
  ],
  compile: (argument) => ({
    test: (value, scope) => value === [...argument.expand(scope.tx)].reverse().join(''),
    describe: (_value, name) => `Backwards at ${name}.`,
  }),
});

const swapCase = defineTransformation({
  name: 'swapCase',
  summary: 'a becomes A, A becomes a.',
  examples: [{ input: 'aB1', output: 'Ab1' }],
  apply: (value) => value.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())),
});

const tenant = defineVariable({
  name: 'TENANT',
  summary: 'First label of the host.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.serverName.split('.')[0] ?? ''),
});

const note = defineAction({
  name: 'note',
  summary: 'Sets TX:note.',
  kind: 'non-disruptive',
  argument: 'required',
  compile: (argument) => (rule) => {
    rule.effects.push((tx) => tx.tx.set('note', argument));
  },
});

const quota = defineDirective({
  name: 'SecQuota',
  summary: 'Body limit in kilobytes.',
  syntax: 'n',
  apply: (node, configuration) => {
    configuration.settings.requestBodyLimit = Number(firstWord(node).text) * 1024;
  },
});

const strict = defineCtl({
  name: 'strict',
  summary: 'Sets TX:strict.',
  values: 'On|Off',
  compile: (value) => (tx) => tx.tx.set('strict', value),
});

const lines = defineBodyProcessor({
  name: 'LINES',
  summary: 'One argument a line.',
  definesRequestBody: false,
  createParser: () => {
    let text = '';
    const result = {
      arguments: [] as { name: string; value: string }[],
      isForm: true,
      files: [],
      partHeaders: [],
      lastPartName: undefined,
      lastFilename: undefined,
      multipart: undefined,
      xml: undefined,
      error: undefined,
      hasInvalidEscape: false,
      noFilesLength: 0,
    };
    return {
      write: (chunk) => {
        text += chunk;
      },
      finish: () => {
        for (const value of text.split('\n')) result.arguments.push({ name: 'line', value });
      },
      result,
    };
  },
});

const plugin: Plugin = {
  name: 'sample',
  operators: [isReversed],
  transformations: [swapCase],
  variables: [tenant],
  actions: [note],
  directives: [quota],
  ctlOptions: [strict],
  bodyProcessors: [lines],
};

async function run(rules: string, uri: string, body = ''): Promise<Transaction> {
  const text = `SecRuleEngine On\nSecRequestBodyAccess On\n${rules}`;
  const transaction = createWaf({ rules: [{ file: 'a.conf', text }], plugins: [plugin] }).openTransaction({
    id: '1',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  const headers = [
    ['Host', 'blue.example.test'],
    ['Content-Length', String(body.length)],
  ] as const;
  await transaction.processRequestHeaders({ method: 'POST', uri, protocol: 'HTTP/1.1', headers });
  transaction.writeRequestBody(Buffer.from(body));
  await transaction.processRequestBody();
  return transaction;
}

describe('words of a plugin', () => {
  it.each([
    ['an operator', 'SecRule ARGS:q "@isReversed abc" "id:1,phase:1,deny"', '/?q=cba', '/?q=abc'],
    ['its alias, in any case', 'SecRule ARGS:q "!@BACKWARDS abc" "id:1,phase:1,deny"', '/?q=abc', '/?q=cba'],
    ['a transformation', 'SecRule ARGS:q "@streq Ab" "id:1,phase:1,deny,t:swapCase"', '/?q=aB', '/?q=Ab'],
    ['a variable', 'SecRule TENANT|ARGS:q "@streq evil" "id:1,phase:1,deny"', '/?q=evil', '/?q=good'],
    ['a macro of it', 'SecRule ARGS:q "@streq %{tenant}" "id:1,phase:1,deny"', '/?q=blue', '/?q=red'],
    [
      'an action',
      'SecRule ARGS:q "@streq x" "id:2,phase:1,pass,note:seen"\nSecRule TX:note "@streq seen" "id:1,phase:1,deny"',
      '/?q=x',
      '/?q=y',
    ],
    [
      'a ctl option',
      'SecRule ARGS:q "@streq x" "id:2,phase:1,pass,ctl:strict=On"\nSecRule TX:strict "@streq On" "id:1,phase:1,deny"',
      '/?q=x',
      '/?q=y',
    ],
  ])('%s', async (_kind, rules, denied, passed) => {
    expect((await run(rules, denied)).interruption?.rule?.id).toBe(1);
    expect((await run(rules, passed)).interruption).toBeUndefined();
  });

  it('a directive', async () => {
    expect((await run('SecQuota 3', '/')).requestBodyLimit).toBe(3072);
  });

  it('a body processor', async () => {
    const rules =
      'SecAction "id:2,phase:1,pass,ctl:requestBodyProcessor=LINES"\nSecRule ARGS_POST:line "@streq two" "id:1,phase:2,deny"';
    expect((await run(rules, '/', 'one\ntwo')).interruption?.rule?.id).toBe(1);
    expect((await run(rules, '/', 'one\n2')).interruption).toBeUndefined();
  });

  it('are suggested for misspelt names', () => {
    const load = (): unknown =>
      createWaf({ rules: [{ file: 'a.conf', text: 'SecRule ARGS "@isReverse x" "id:1,deny"' }], plugins: [plugin] });
    expect(load).toThrow(/unknown operator "isReverse"; did you mean "isReversed"\?/);
  });
});

describe('names', () => {
  const named = (name: string, ...aliases: string[]): readonly Operator[] => [{ ...isReversed, name, aliases }];
  it.each<[name: string, plugins: readonly Plugin[], message: string]>([
    [
      'of the engine are taken',
      [{ name: 'a', operators: named('BeginsWith') }],
      'plugin "a": the operator "BeginsWith" is already defined by the engine',
    ],
    [
      'of another plugin are taken',
      [
        { name: 'a', operators: named('one') },
        { name: 'b', operators: named('two', 'ONE') },
      ],
      'plugin "b": the operator "ONE" is already defined by plugin "a"',
    ],
    [
      'are given once',
      [{ name: 'a', operators: named('one', 'one') }],
      'plugin "a": the operator "one" is already defined by it',
    ],
    [
      'must be words',
      [{ name: 'a', transformations: [{ ...swapCase, name: 'swap case' }] }],
      'plugin "a": "swap case" cannot be written as the name of a rule\'s transformation; use letters, digits and "_"',
    ],
    [
      'of body processors are names too',
      [{ name: 'a', bodyProcessors: [{ ...lines, name: 'json' }] }],
      'plugin "a": the body processor "json" is already defined by the engine',
    ],
  ])('%s', (_name, plugins, message) => {
    expect(() => createWaf({ rules: [], plugins })).toThrow(new PluginError(message));
  });

  it("of different kinds do not get in each other's way", () => {
    const both: Plugin = { name: 'a', operators: named('swapCase'), transformations: [swapCase] };
    expect(() => createWaf({ rules: [], plugins: [both] })).not.toThrow();
  });
});

describe('examples', () => {
  it('hold', async () => {
    expect(await checkExamples(plugin)).toEqual([]);
  });

  it('are reported when they do not', async () => {
    const wrong: Plugin = {
      name: 'wrong',
      operators: [{ ...isReversed, examples: [{ argument: 'abc', value: 'abc', matches: true }] }],
      transformations: [{ ...swapCase, examples: [{ input: 'a', output: 'a' }] }],
    };
    expect(await checkExamples(wrong)).toEqual([
      't:swapCase makes "A" of "a", not "a"',
      '@isReversed abc does not match "abc"',
    ]);
  });
});

it('writes rules that use them', async () => {
  const rules = writeRules([
    {
      targets: [{ name: 'ARGS', key: "it's" }],
      operator: ['isReversed', 'a "b"'],
      actions: [['id', '1'], ['phase', '1'], ['deny'], ['msg', 'with, comma']],
    },
  ]);
  expect((await run(rules, '/?it%27s=%22b%22%20a')).matches[0]?.message).toBe('with, comma');
});
