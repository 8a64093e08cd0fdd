import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { RequestHead, Waf } from '../contract.ts';
import { createWaf } from '../index.ts';

type Evaluator = 'reference' | 'optimized';

function compile(rules: readonly string[], evaluator: Evaluator): Waf {
  return createWaf({ rules: [{ file: 'rules.conf', text: ['SecRuleEngine On', ...rules].join('\n') }], evaluator });
}

/** What a request leaves behind. */
function run(waf: Waf, head: RequestHead): unknown {
  const transaction = waf.openTransaction(connection);
  transaction.processRequestHeaders(head);
  transaction.processRequestBody();
  transaction.processResponseHeaders({ status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/html']] });
  transaction.processResponseBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  const { matches, interruption } = record;
  return { interruption, matches: matches.map(({ rule, message, matched }) => [rule.id, message, matched]) };
}

/** Shows TX, in order of arrival, and the rest of what rules leave behind. */
const SHOW = [
  `SecAction "id:900,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR} %{HIGHEST_SEVERITY}'"`,
  `SecRule TX "@unconditionalMatch" "id:901,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`,
  `SecAction "id:902,phase:5,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR} %{HIGHEST_SEVERITY} %{MATCHED_VARS}'"`,
  `SecRule TX "@unconditionalMatch" "id:903,phase:5,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`,
];

/** Rules that a passage may be made of, or may end at; each has an id of its own. */
const RULES: readonly string[] = [
  `SecRule REQUEST_METHOD "!@within %{tx.methods}" "id:1,phase:1,pass,nolog,setvar:tx.score=+1"`,
  `SecAction "id:2,phase:1,pass,nolog,setvar:'tx.methods=GET PUT'"`,
  `SecRule &REQUEST_HEADERS:Level "@eq 0" "id:3,phase:1,pass,nolog,skipAfter:END"`,
  `SecRule REQUEST_HEADERS:Level "@rx ^(.)" "id:4,phase:1,pass,nolog,capture,setvar:'tx.level=%{tx.1}'"`,
  `SecRule TX:level "@lt 2" "id:5,phase:1,pass,nolog,severity:3,skipAfter:END"`,
  `SecAction "id:6,phase:1,pass,nolog,setvar:'tx.score=+%{tx.level}'"`,
  `SecRule REQUEST_URI "@contains evil" "id:7,phase:1,pass,log,setvar:tx.evil=1"`,
  `SecRule ARGS|REQUEST_HEADERS:Level "@rx (?:bad|worse)" "id:8,phase:1,pass,log,setvar:tx.score=+5"`,
  `SecRule TX:score "@ge 3" "id:9,phase:1,pass,nolog,setvar:tx.high=1,severity:2"`,
  `SecRule TX:score "@ge %{tx.limit}" "id:10,phase:1,pass,nolog,setvar:tx.over=1"`,
  `SecRule &TX:/^e/ "@ge 1" "id:11,phase:1,pass,nolog,setvar:tx.seen=+1"`,
  `SecRule REQUEST_HEADERS:Level "@streq 3" "id:12,phase:1,pass,nolog,ctl:ruleRemoveById=13"`,
  `SecRule REQUEST_METHOD "@streq PUT" "id:13,phase:1,pass,log,chain"
  SecRule REQUEST_HEADERS:Level "@streq 1" "setvar:tx.put=1"`,
  `SecRule REQUEST_METHOD "@streq PUT" "id:14,phase:1,pass,nolog,ctl:ruleRemoveTargetById=8;ARGS:a"`,
  `SecRule REQUEST_HEADERS_NAMES "@rx ^.*$" "id:15,phase:1,pass,nolog,capture,setvar:'tx.name_%{tx.0}=1',chain"
  SecRule TX:/^name_/ "@streq 2" "setvar:tx.found=1"`,
  'SecMarker END',
  `SecRule REQBODY_PROCESSOR "@streq JSON" "id:16,phase:2,pass,nolog,setvar:tx.json=1"`,
  `SecRule TX:evil "@eq 1" "id:17,phase:2,pass,nolog,setvar:tx.score=+2"`,
  `SecRule QUERY_STRING "@rx b[ae]d" "id:18,phase:2,pass,log,setvar:tx.query=1"`,
  `SecAction "id:20,phase:2,pass,nolog,setvar:tx.Score=+1"`,
  `SecRule TX:score "@ge 2" "id:19,phase:2,deny,log"`,
  `SecRule REQUEST_URI "@rx ^/(?:evil|\\?b)" "id:21,phase:1,pass,nolog,severity:4,setvar:tx.Path=%{MATCHED_VAR},skip:1"`,
  `SecRule REQUEST_FILENAME "!@streq /" "id:22,phase:1,pass,nolog,ctl:ruleRemoveTargetById=8;ARGS:a,setvar:tx.path=%{MATCHED_VAR_NAME}"`,
  `SecRule REQBODY_PROCESSOR "!@rx JSON|XML" "id:23,phase:1,pass,nolog,ctl:forceRequestBodyVariable=On,setvar:'tx.by=%{RULE.id} %{MATCHED_VARS}'"`,
  `SecRule REQUEST_HEADERS:Content-Type "@contains json" "id:24,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON,setvar:tx.Json=+1"`,
  `SecRule ARGS_GET "@rx ^(?:GOOD|BAD)$" "id:25,phase:1,pass,nolog,t:uppercase,severity:2,setvar:'tx.args=%{tx.args} %{MATCHED_VAR} %{MATCHED_VARS}'"`,
  `SecRule REQUEST_HEADERS:Level "@within 1 3" "id:26,phase:1,pass,log,setvar:tx.Score=+1,chain"
  SecRule REQUEST_URI|ARGS "@contains evil" "setvar:tx.chained=+1"`,
  `SecRule TX:level "@ge 1" "id:27,phase:1,pass,log,chain"
  SecRule QUERY_STRING "@pm bad bed" "setvar:tx.Chained=+1"`,
  `SecRule REQUEST_URI "@contains a=" "id:28,phase:1,pass,nolog,ctl:ruleEngine=DetectionOnly"`,
  `SecRule &TX:level "@eq 0" "id:29,phase:1,pass,nolog,severity:1,chain,skipAfter:END"
  SecRule &TX:path "@eq 0" "chain"
  SecRule &TX:evil "@eq 0" "setvar:tx.Plain=+1"`,
  `SecRule TX:score "@ge 1" "id:30,phase:1,pass,log,chain"
  SecRule TX:level "@eq 3" "setvar:tx.three=1"`,
  `SecRule REQUEST_METHOD "@rx ^(P)" "id:31,phase:1,pass,nolog,capture,setvar:tx.first=%{tx.1}"`,
  `SecRule RESPONSE_STATUS "!@rx ^404$" "id:32,phase:4,pass,log,severity:2,chain"
  SecRule RESPONSE_BODY "@rx Error (.*)" "capture,setvar:tx.error=%{tx.1}"`,
  `SecRule TX:score "@lt %{tx.limit}" "id:33,phase:5,pass,log,setvar:tx.last=+1,chain"
  SecRule TX:high "@gt 0"`,
  `SecRule TX:score "!@eq %{tx.level}" "id:34,phase:5,pass,log,chain"
  SecRule TX:high "@gt 0" "setvar:tx.low=+1"`,
  `SecRule REQUEST_URI "@contains ?" "id:35,phase:5,pass,nolog,setvar:tx.Query=%{MATCHED_VAR}"`,
];

function head(method: string, uri: string, level: string | undefined, type = 'text/plain'): RequestHead {
  const headers: (readonly [string, string])[] = [
    ['Host', 'a'],
    ['Content-Type', type],
  ];
  if (level !== undefined) headers.push(['Level', level]);
  return { method, uri, protocol: 'HTTP/1.1', headers };
}

function expectNoDifference(rules: readonly string[], heads: readonly RequestHead[]): void {
  const optimized = compile([...rules, ...SHOW], 'optimized');
  const reference = compile([...rules, ...SHOW], 'reference');
  for (const [index, one] of heads.entries()) {
    expect([index, one, run(optimized, one)]).toEqual([index, one, run(reference, one)]);
  }
}

const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST'),
  uri: fc.constantFrom('/', '/?a=good', '/?a=bad', '/evil?a=1', '/?b=bed'),
  level: fc.constantFrom(undefined, '0', '1', '2', '3', 'worse'),
  type: fc.constantFrom('text/plain', 'application/json'),
});

describe('rules that are passed as they were passed before', () => {
  it('leave behind the same, all of them together', () => {
    const methods = ['GET', 'GET', 'PUT', 'GET', 'PUT', 'POST', 'GET'];
    const levels = [undefined, '1', '2', '3', 'worse'];
    const uris = ['/', '/?a=bad', '/evil'];
    const heads = uris.flatMap((uri) => levels.flatMap((level) => methods.map((method) => head(method, uri, level))));
    expectNoDifference(RULES, [...heads, ...heads]);
  });

  it.each<[what: string, rules: readonly string[], heads: readonly RequestHead[]]>([
    [
      'with a variable set on the way that a pattern picks',
      [
        `SecAction "id:1,phase:2,pass,nolog,setvar:'tx.%{REQUEST_METHOD}=1'"`,
        `SecRule REQUEST_HEADERS:Level "@rx ." "id:2,phase:1,pass,nolog,setvar:tx.before=%{MATCHED_VAR}"`,
        `SecRule TX:before "@eq 1" "id:3,phase:1,pass,nolog,setvar:tx.extra=1"`,
        `SecRule &TX:/^extra/ "@gt 0" "id:4,phase:1,pass,nolog,setvar:tx.picked=+1"`,
      ],
      ['0', '1', '0', '1', '1', '2', '0'].map((level) => head('GET', '/', level)),
    ],
    [
      'where their removal comes and goes',
      [
        `SecRule REQUEST_HEADERS:Level "@streq 3" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=3"`,
        `SecRule REQUEST_METHOD "@streq PUT" "id:2,phase:1,pass,nolog,setvar:tx.put=1"`,
        `SecAction "id:3,phase:1,pass,nolog,setvar:tx.three=1"`,
        `SecRule TX:three "!@eq 1" "id:4,phase:1,pass,nolog,setvar:tx.none=1"`,
      ],
      ['1', '1', '3', '1', '3', '3', '1'].map((level) => head('GET', '/', level)),
    ],
    [
      'with a variable that is set again under another spelling',
      [
        `SecAction "id:1,phase:2,pass,nolog,setvar:tx.Score=0"`,
        `SecRule REQUEST_HEADERS:Level "@streq 1" "id:2,phase:2,pass,nolog"`,
        `SecAction "id:3,phase:2,pass,nolog,setvar:tx.score=0"`,
      ],
      ['0', '0', '1', '0', '0'].map((level) => head('GET', '/', level)),
    ],
    [
      'where a match without a record of its own switches them off or takes their values',
      [
        `SecRule REQUEST_URI "@contains evil" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=3,ctl:ruleRemoveTargetById=5;REQUEST_HEADERS:Level"`,
        `SecRule REQUEST_METHOD "@streq PUT" "id:2,phase:1,pass,nolog,setvar:tx.put=1"`,
        `SecAction "id:3,phase:1,pass,nolog,setvar:tx.three=1"`,
        `SecRule TX:three "!@eq 1" "id:4,phase:1,pass,nolog,setvar:tx.none=1"`,
        `SecRule REQUEST_HEADERS:Level "@rx [0-9]" "id:5,phase:1,pass,nolog,setvar:tx.five=%{MATCHED_VAR}"`,
      ],
      ['/', '/', '/evil', '/', '/evil', '/evil', '/'].map((uri) => head('GET', uri, '1')),
    ],
    [
      'where a match without a record of its own is the last one',
      [
        `SecRule REQUEST_FILENAME "!@streq /x" "id:1,phase:2,pass,nolog,severity:2"`,
        `SecRule REQUEST_HEADERS:Level "@streq 1" "id:2,phase:2,deny,log,severity:1,chain"\n  SecRule QUERY_STRING "@rx [?]" "setvar:tx.a=1"`,
      ],
      ['/', '/a', '/x', '/?a=good', '/b'].flatMap((uri) => ['0', '1'].map((level) => head('GET', uri, level))),
    ],
    [
      'with values that never come again',
      RULES,
      Array.from({ length: 200 }, (_, index) =>
        head(`M${index}`, `/${index}?a=${index % 7 === 0 ? 'bad' : 'good'}`, `${index}`),
      ),
    ],
  ])('leave behind the same %s', (_, rules, heads) => {
    expectNoDifference(rules, heads);
  });

  test('any rules in any order, any requests one after the other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: RULES.length - 1 }), { minLength: 3 }),
        fc.array(requests, { minLength: 2, maxLength: 5 }),
        fc.boolean(),
        (picked, kinds, isBehindBody) => {
          const heads = kinds.map(({ method, uri, level, type }) => head(method, uri, level, type));
          // What ends a passage the first times may be part of it later.
          expectNoDifference(
            picked.map((index) => (isBehindBody ? RULES[index]!.replace('phase:1', 'phase:2') : RULES[index]!)),
            [...heads, ...heads, ...heads, ...heads.toReversed()],
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});
