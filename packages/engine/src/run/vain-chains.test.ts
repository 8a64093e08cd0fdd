import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { Waf } from '../contract.ts';
import { createWaf } from '../index.ts';

type Headers = readonly (readonly [name: string, value: string])[];

function compile(rules: string, evaluator: 'reference' | 'optimized'): Waf {
  return createWaf({ rules: [{ file: 'rules.conf', text: `SecRuleEngine On\n${rules}` }], evaluator });
}

/** What a request with these headers leaves behind. */
function run(waf: Waf, method: string, headers: Headers): unknown {
  const transaction = waf.openTransaction(connection);
  transaction.processRequestHeaders({ method, uri: '/', protocol: 'HTTP/1.1', headers });
  transaction.processRequestBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  const { matches, interruption, messages } = record;
  return {
    interruption,
    messages,
    matches: matches.map(({ rule, message, matched }) => [rule.id, message, matched]),
  };
}

/** Shows TX, in order of arrival, and the rest of what rules leave behind. */
const SHOW = `
SecAction "id:900,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR} %{HIGHEST_SEVERITY}'"
SecRule TX "@unconditionalMatch" "id:901,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`;

/** A variable for each header, one of which may be forbidden. */
const RESTRICTED = `
SecAction "id:10,phase:1,pass,nolog,setvar:'tx.restricted=/proxy/ /if/'"
SecRule REQUEST_HEADERS_NAMES "@rx ^.*$" "id:11,phase:1,block,log,capture,t:lowercase,setvar:'tx.name_%{tx.0}=/%{tx.0}/',chain"
  SecRule TX:/^name_/ "@within %{tx.restricted}" "setvar:tx.score=+5"`;

const browser: Headers = [
  ['Host', 'a'],
  ['User-Agent', 'b'],
];

const cases: readonly (readonly [what: string, rules: string, requests: readonly Headers[]])[] = [
  ['the same headers again', RESTRICTED, [browser, browser, browser]],
  ['other values', RESTRICTED, [browser, browser.map(([name]) => [name, 'other']), browser]],
  ['other names, in other orders and cases', RESTRICTED, [browser, browser.toReversed(), [['HOST', 'a']], browser, []]],
  ['a chain that matches after all', RESTRICTED, [browser, [...browser, ['If', '1']], browser, [['proxy', '']]]],
  [
    'variables that were there before',
    `SecRule REQUEST_HEADERS:Before "@rx ^(.)(.)?" "id:1,phase:1,pass,nolog,capture,setvar:'tx.name_host=old'"
SecRule REQUEST_HEADERS:Score "@rx ." "id:2,phase:1,pass,nolog,setvar:tx.score=1"${RESTRICTED}`,
    [
      browser,
      [...browser, ['Before', 'xy']],
      [...browser, ['Before', 'x']],
      [...browser, ['Score', '1']],
      browser,
      [...browser, ['Before', 'xy']],
    ],
  ],
  [
    'variables set to what a request brings',
    `SecRule REQUEST_HEADERS:User-Agent "@rx ." "id:1,phase:1,pass,nolog,setvar:'tx.agent=%{MATCHED_VAR}'"${RESTRICTED}`,
    [browser, browser.map(([name]) => [name, 'other']), browser, [['Host', 'a']], browser],
  ],
  [
    'an argument that has changed',
    `${RESTRICTED.replace('SecRule', `SecRule REQUEST_HEADERS:Forbid "@rx ." "id:12,phase:1,pass,nolog,setvar:tx.restricted=%{MATCHED_VAR}"\nSecRule`)}`,
    [browser, [['Forbid', '/host/']], [['Forbid', '/forbid/']], browser],
  ],
  [
    'removed rules and targets',
    `SecRule REQUEST_HEADERS:Without "@streq rule" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=11"
SecRule REQUEST_HEADERS:Without "@streq target" "id:2,phase:1,pass,nolog,ctl:ruleRemoveTargetById=11;REQUEST_HEADERS_NAMES:Host"
SecRule REQUEST_HEADERS:Without "@streq nothing" "id:3,phase:1,pass,nolog,ctl:ruleRemoveById=77"${RESTRICTED}`,
    ['rule', 'target', 'nothing', 'rule', 'target', 'nothing'].map((what) => [...browser, ['Without', what]]),
  ],
  [
    'headers nobody should remember',
    `SecRule REQUEST_HEADERS:Cookie "@rx ^(.*)$" "id:10,phase:1,pass,log,capture,setvar:'tx.cookie=%{tx.0}',chain"
  SecRule TX:cookie "@streq secret" "setvar:tx.found=1"`,
    [[['Cookie', 'a']], [['Cookie', 'a']], [['Cookie', 'secret']], [['Cookie', 'a']]],
  ],
  [
    'long values',
    `SecRule REQUEST_HEADERS:Long "@rx ^(.)" "id:10,phase:1,pass,log,capture,setvar:'tx.first=%{tx.1}',chain"
  SecRule TX:first "@streq b" "setvar:tx.found=1"`,
    ['a', 'b', 'a', 'b'].map((text) => [['Long', text.repeat(3000)]]),
  ],
];

describe('chained rules that run in vain', () => {
  it.each(cases)('leave behind the same every time: %s', (_, rules, requests) => {
    const optimized = compile(rules + SHOW, 'optimized');
    const reference = compile(rules + SHOW, 'reference');
    for (const headers of requests) {
      expect([headers, run(optimized, 'GET', headers)]).toEqual([headers, run(reference, 'GET', headers)]);
    }
  });

  it('leave behind the same every time: any rules, any requests one after the other', () => {
    const name = fc.constantFrom('a', 'b', 'B', 'c', '0', '1');
    const value = fc.constantFrom(
      '0',
      '1',
      'x',
      '+1',
      '%{tx.0}',
      '%{tx.1}',
      '%{tx.a}%{tx.b}',
      '+%{tx.a}',
      '%{MATCHED_VAR}',
    );
    const setting = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(name, value).map(([key, text]) => `setvar:'tx.${key}=${text}'`) },
      { weight: 1, arbitrary: name.map((key) => `setvar:!tx.${key}`) },
      { weight: 3, arbitrary: fc.tuple(name, value).map(([key, text]) => `setvar:'tx.%{tx.${key}}=${text}'`) },
      { weight: 2, arbitrary: value.map((text) => `setvar:'tx.n%{tx.0}=${text}'`) },
    );
    const target = fc.constantFrom(
      'REQUEST_HEADERS_NAMES',
      'REQUEST_METHOD',
      'REQUEST_HEADERS:A',
      '&REQUEST_HEADERS:B',
      'TX:/^n/',
      'TX:/[ab]/',
      '&TX:a',
      'TX:b|TX:0',
      'TX',
    );
    const operator = fc.constantFrom(
      '@rx ^(.)(.)?',
      '!@rx ^GET$',
      '@ge 1',
      '@eq 0',
      '@streq %{tx.a}',
      '!@within a%{tx.0}b',
      '@rx x(y)?',
    );
    const extras = fc.array(fc.constantFrom('capture', 't:lowercase', 'multiMatch'), { maxLength: 2 });
    const link = fc.tuple(target, operator, extras, fc.array(setting, { maxLength: 3 }));
    const rule = fc.tuple(
      fc.array(link, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('nolog', 'log', 'log,severity:2'),
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'GET', 'POST'),
      headers: fc.subarray(
        [
          ['A', '1'],
          ['a-b', 'xy'],
          ['B', 'x'],
          ['b', '2'],
        ] as const,
        { minLength: 0, maxLength: 4 },
      ),
    });
    const textOf = (
      [links, log]: readonly [readonly (readonly [string, string, readonly string[], readonly string[]])[], string],
      index: number,
    ): string =>
      links
        .map(([targets, test, words, settings], at) => {
          const start = at === 0 ? [`id:${index + 10}`, 'phase:1', 'pass', log] : [];
          const actions = [...start, ...words, ...settings, ...(at < links.length - 1 ? ['chain'] : [])];
          return `SecRule ${targets} "${test}"${actions.length === 0 ? '' : ` "${actions.join()}"`}`;
        })
        .join('\n');
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 5 }),
        fc.array(request, { minLength: 3, maxLength: 8 }),
        (rules, requests) => {
          const all = rules.map(textOf).join('\n') + SHOW;
          const optimized = compile(all, 'optimized');
          const reference = compile(all, 'reference');
          for (const { method, headers } of [...requests, ...requests]) {
            expect(run(optimized, method, headers)).toEqual(run(reference, method, headers));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
