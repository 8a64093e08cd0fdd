import { describe, expect, it } from 'vitest';
import { checkStage, loggedRules } from './check.ts';
import type { RawResponse } from './exchange.ts';
import type { StageOutput } from './test-file.ts';

const response: RawResponse = { status: 200, headers: [], raw: 'HTTP/1.1 200 OK\r\n\r\nhello' };

function expectation(changes: Partial<StageOutput>): StageOutput {
  return {
    status: undefined,
    responseContains: undefined,
    expectIds: [],
    noExpectIds: [],
    matchRegex: undefined,
    noMatchRegex: undefined,
    expectError: undefined,
    retryOnce: false,
    isolated: false,
    ...changes,
  };
}

describe('checkStage', () => {
  const lines = ['[id "1"] [msg "found within ARGS:x"]', 'x [id "2"]'];
  it.each<[Partial<StageOutput>, string[]]>([
    [{}, []],
    [
      {
        status: 200,
        responseContains: 'h.llo',
        expectIds: [1, 2],
        noExpectIds: [3],
        matchRegex: 'within ARGS',
        noMatchRegex: 'zzz',
      },
      [],
    ],
    [{ status: 403 }, ['expected status 403, got 200']],
    [{ responseContains: 'bye' }, ['expected the answer to match bye']],
    [{ expectIds: [1, 3, 4] }, ['expected 3, 4 in the log; the log has 1, 2']],
    [{ noExpectIds: [2, 3] }, ['did not expect 2 in the log; the log has 1, 2']],
    [{ isolated: true, expectIds: [1] }, ['expected one rule only; the log has 1, 2']],
    [{ matchRegex: '(?i)WITHIN args' }, []],
    [{ matchRegex: 'WITHIN' }, ['expected a log line to match WITHIN; the log has 1, 2']],
    [{ noMatchRegex: '^x' }, ['expected no log line to match ^x, got: x [id "2"]']],
    [{ expectError: true }, ['expected no valid answer, got one']],
  ])('%j', (changes, problems) =>
    expect(checkStage(expectation(changes), { response, error: undefined, lines })).toEqual(problems),
  );

  it('reports a missing answer, unless it was expected', () => {
    const facts = { response: undefined, error: new Error('cut'), lines: [] };
    expect(checkStage(expectation({ status: 200 }), facts)).toEqual(['no valid answer: cut']);
    expect(checkStage(expectation({ expectError: true }), facts)).toEqual([]);
  });
});

describe('loggedRules', () => {
  it.each([
    ['[id "1"] x [id "22"]', [1, 22]],
    ['[id \\"3\\"]', [3]],
    ['["id":"4"]', [4]],
    ['{"id":5} {"a":1,"ruleId":"6"}', [5, 6]],
    ['[id "x"] id "7" [tag "8"]', []],
  ])('%s', (line, ids) => expect([...loggedRules([line])]).toEqual(ids));
});
