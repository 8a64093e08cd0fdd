import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { RequestHead } from '../contract.ts';
import { createWaf } from '../index.ts';

const FORM: RequestHead['headers'] = [['Content-Type', 'application/x-www-form-urlencoded']];

/** Ids and names of what matched, in order. */
function matches(evaluator: 'reference' | 'optimized', rules: string, uri: string, body: string): readonly string[] {
  const text = `SecRuleEngine On\nSecRequestBodyAccess On\n${rules}`;
  const waf = createWaf({ rules: [{ file: 'rules.conf', text }], evaluator });
  const transaction = waf.openTransaction(connection);
  transaction.processRequestHeaders({ method: 'POST', uri, protocol: 'HTTP/1.1', headers: FORM });
  transaction.writeRequestBody(Buffer.from(body, 'latin1'));
  transaction.processRequestBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  return record.matches.map(({ rule, matched }) => `${rule.id} ${matched.map(({ name }) => name).join()}`);
}

describe('what phase 1 has seen of a value', () => {
  it.each([
    [
      'is seen for phase 2 where it is the same',
      `SecRule REQUEST_URI "@contains evil" "id:1,phase:1,pass"
SecRule REQUEST_URI "@contains evil" "id:2,phase:2,pass"
SecRule REQUEST_URI "@rx ev(?:il|er)" "id:3,phase:2,pass,t:lowercase"`,
      ['1 REQUEST_URI', '2 REQUEST_URI', '3 REQUEST_URI'],
    ],
    [
      'is looked at again where more has come',
      `SecRule ARGS "@contains evil" "id:1,phase:1,pass"
SecRule ARGS "@contains evil" "id:2,phase:2,pass"
SecRule ARGS|!ARGS:c "@rx evil|bad" "id:3,phase:2,pass"`,
      ['1 ARGS:a', '2 ARGS:a', '2 ARGS:b', '2 ARGS:c', '3 ARGS:a', '3 ARGS:b'],
    ],
    [
      'does not hold what a rule removed meanwhile',
      `SecRule ARGS "@contains evil" "id:1,phase:1,pass,ctl:ruleRemoveTargetById=2;ARGS:a"
SecRule ARGS "@contains evil" "id:2,phase:2,pass"`,
      ['1 ARGS:a', '2 ARGS:b', '2 ARGS:c'],
    ],
    [
      'is not missing where phase 1 has no rule for it',
      `SecRule REQUEST_METHOD "@streq POST" "id:1,phase:1,pass"
SecRule ARGS_POST "@contains evil" "id:2,phase:2,pass"`,
      ['1 REQUEST_METHOD', '2 ARGS_POST:b', '2 ARGS_POST:c'],
    ],
  ])('%s', (_, rules, expected) => {
    const uri = '/evil?a=evil';
    const body = 'b=evil&c=evil';
    expect(matches('optimized', rules, uri, body)).toEqual(expected);
    expect(matches('reference', rules, uri, body)).toEqual(expected);
  });
});

describe('values that come with request after request', () => {
  /** Matches of each request, with the rules under test. */
  function course(
    evaluator: 'reference' | 'optimized',
    rules: string,
    heads: readonly RequestHead[],
  ): readonly string[] {
    const waf = createWaf({ rules: [{ file: 'rules.conf', text: `SecRuleEngine On\n${rules}` }], evaluator });
    return heads.map((head) => {
      const transaction = waf.openTransaction(connection);
      transaction.processRequestHeaders(head);
      transaction.processRequestBody();
      const record = transaction.processLogging();
      if (record instanceof Promise) throw new Error('these rules never wait');
      return record.matches.map(({ rule, matched }) => `${rule.id} ${matched.map(({ name }) => name).join()}`).join();
    });
  }

  const head = (agent: string, uri = '/?a=1', method = 'GET'): RequestHead => ({
    method,
    uri,
    protocol: 'HTTP/1.1',
    headers: [
      ['Host', 'localhost'],
      ['User-Agent', agent],
      ['Cookie', 'evil=worse; b=evil'],
    ],
  });

  it.each([
    [
      'are seen for every request',
      `SecRule REQUEST_HEADERS "@contains evil" "id:1,phase:1,pass"
SecRule REQUEST_HEADERS:User-Agent "@rx evi[l]" "id:2,phase:2,pass"
SecRule REQUEST_COOKIES|REQUEST_COOKIES_NAMES "@contains evil" "id:3,phase:2,pass"
SecRule REQUEST_HEADERS_NAMES "@rx ^us" "id:4,phase:1,pass,t:lowercase"
SecRule ARGS_NAMES "@streq a" "id:5,phase:2,pass"`,
      [head('evil'), head('evil'), head('evil'), head('good'), head('good'), head('good'), head('evil', '/?b=1')],
    ],
    [
      'are left out where a rule says so, and not for the next one',
      `SecRule REQUEST_METHOD "@streq PUT" "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetById=2;REQUEST_HEADERS:User-Agent"
SecRule REQUEST_HEADERS "@contains evil" "id:2,phase:1,pass"`,
      [head('evil'), head('evil'), head('evil', '/', 'PUT'), head('evil', '/', 'PUT'), head('evil'), head('evil')],
    ],
    [
      'are seen where phase 1 did not come to them',
      `SecRule REQUEST_METHOD "@streq PUT" "id:1,phase:1,pass,nolog,skipAfter:END"
SecRule REQUEST_HEADERS|REQUEST_COOKIES "@contains evil" "id:2,phase:1,pass"
SecMarker END
SecRule REQUEST_HEADERS|REQUEST_COOKIES "@contains evil" "id:3,phase:2,pass"`,
      [head('evil'), head('evil', '/', 'PUT'), head('evil'), head('evil', '/', 'PUT'), head('evil'), head('evil')],
    ],
  ])('%s', (_, rules, heads) => {
    const expected = course('reference', rules, heads);
    expect(new Set(expected).size).toBeGreaterThan(1);
    expect(course('optimized', rules, heads)).toEqual(expected);
  });
});
