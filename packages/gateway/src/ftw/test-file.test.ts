import { describe, expect, it } from 'vitest';
import { parseTestFile } from './test-file.ts';

const stage = (input: string, output = 'status: 200'): string => `rule_id: 7
tests:
  - test_id: 3
    desc: d
    stages:
      - input:
${input.replace(/^/gm, '          ')}
        output:
${output.replace(/^/gm, '          ')}
`;
const first = (text: string) => parseTestFile(text, 'x/7.yaml')[0]!.stages[0]!;

describe('parseTestFile', () => {
  it('reads names, defaults and expectations', () => {
    const [test] = parseTestFile(
      stage('port: 80', 'log: {expect_ids: [1, 2], no_expect_ids: [3], match_regex: x}\nretry_once: true'),
      'f.yaml',
    );
    expect(test).toEqual({
      id: '7-3',
      ruleId: 7,
      testId: 3,
      file: 'f.yaml',
      description: 'd',
      stages: [
        {
          input: {
            method: 'GET',
            uri: '/',
            version: 'HTTP/1.1',
            headers: [],
            data: undefined,
            rawRequest: undefined,
            autocompleteHeaders: true,
            saveCookie: false,
          },
          output: {
            status: undefined,
            responseContains: undefined,
            expectIds: [1, 2],
            noExpectIds: [3],
            matchRegex: 'x',
            noMatchRegex: undefined,
            expectError: undefined,
            retryOnce: true,
            isolated: false,
          },
        },
      ],
    });
  });

  it.each([
    [
      'sorts headers by name, bytewise',
      'headers: {b: 1, a: "2", C: 007}',
      {
        headers: [
          ['C', '007'],
          ['a', '2'],
          ['b', '1'],
        ],
      },
    ],
    [
      'keeps ordered headers',
      'ordered_headers: [{name: b, value: 1}, {name: a, value: ""}]',
      {
        headers: [
          ['b', '1'],
          ['a', ''],
        ],
      },
    ],
    ['takes text as UTF-8 bytes', 'uri: "/\\u00e9"', { uri: '/\xc3\xa9' }],
    ['decodes raw requests', 'encoded_request: R0VUIC8=', { rawRequest: 'GET /' }],
    ['decodes data', 'encoded_data: AP8=', { data: '\0\xff' }],
    ['repeats text in data', 'data: \'a{{ "xy" | repeat 3 }}b\'', { data: 'axyxyxyb' }],
    ['knows the old name of autocomplete_headers', 'stop_magic: true', { autocompleteHeaders: false }],
    ['prefers the new one', 'stop_magic: true\nautocomplete_headers: true', { autocompleteHeaders: true }],
    ['keeps an empty version', 'version: ""', { version: '' }],
  ])('%s', (_name, input, expected) => expect(first(stage(input)).input).toMatchObject(expected));

  it('reads a file of comments as no tests', () => expect(parseTestFile('# nothing\n', '1.yaml')).toEqual([]));

  it('takes the rule from the file name if need be', () => {
    expect(parseTestFile('tests: [{stages: []}]', 'x/920100.yaml')[0]?.id).toBe('920100-1');
  });

  it.each([
    ['a: [', /7\.yaml: /],
    ['tests: 1', /tests is not a list/],
    [stage("data: '{{ now }}'"), /only .* repeat N/],
    [stage('data: a\nencoded_request: Yg=='), /exclude each other/],
    [stage('method: [x]'), /method is not a text/],
    [stage('save_cookie: maybe'), /true or false/],
    [stage('uri: /', 'log: {expect_ids: [x]}'), /"x" is not a number/],
    [stage('uri: /', 'status: x'), /status is not a number/],
  ])('refuses %j', (text, message) => expect(() => parseTestFile(text, 'x/7.yaml')).toThrow(message));
});
