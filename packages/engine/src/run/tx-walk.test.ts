import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { Waf } from '../contract.ts';
import { createWaf } from '../index.ts';

type Evaluator = 'reference' | 'optimized';

function compile(rules: string, evaluator: Evaluator): Waf {
  return createWaf({ rules: [{ file: 'rules.conf', text: `SecRuleEngine On\n${rules}` }], evaluator });
}

/** What a request with these headers leaves behind. */
function run(waf: Waf, headers: Readonly<Record<string, string>>): unknown {
  const transaction = waf.openTransaction(connection);
  transaction.processRequestHeaders({
    method: 'GET',
    uri: '/',
    protocol: 'HTTP/1.1',
    headers: Object.entries(headers),
  });
  transaction.processRequestBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  const { matches, interruption } = record;
  return { interruption, matches: matches.map(({ rule, message, matched }) => [rule.id, message, matched]) };
}

/** Shows TX and the rest of what a match leaves behind. */
const SHOW = `
SecAction "id:900,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR} %{HIGHEST_SEVERITY}'"
SecRule TX "@unconditionalMatch" "id:901,phase:2,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`;

/** Sets a variable from the request, so that nothing about it is known at load. */
const LEVEL = `SecRule REQUEST_HEADERS:Level "@unconditionalMatch" "id:1,phase:1,pass,nolog,setvar:tx.level=%{MATCHED_VAR}"`;

const cases: readonly (readonly [what: string, rules: string, levels: readonly string[]])[] = [
  [
    'jumps that depend on a level',
    `${LEVEL}
SecRule TX:level "@lt 1" "id:10,phase:2,pass,nolog,skipAfter:END"
SecAction "id:11,phase:2,pass,nolog,setvar:tx.score=+2"
SecRule TX:level "@lt 2" "id:12,phase:2,pass,nolog,severity:4,skipAfter:END"
SecAction "id:13,phase:2,pass,nolog,setvar:'tx.score=+%{tx.level}'"
SecMarker END
SecRule TX:score "@ge 5" "id:14,phase:2,pass,log"`,
    ['1', '2', '1', '3', '2', '3', '0', ''],
  ],
  [
    'sums that begin with what is there',
    `${LEVEL}
SecAction "id:10,phase:2,pass,nolog,setvar:tx.sum=%{tx.level},setvar:tx.sum=+3,setvar:tx.SUM=+%{tx.sum}"
SecRule TX:Sum "@ge 10" "id:11,phase:2,pass,nolog,setvar:tx.big=1"`,
    ['1', '2', '1', '9', 'x', '9'],
  ],
  [
    'variables that are removed',
    `${LEVEL}
SecAction "id:10,phase:2,pass,nolog,setvar:!tx.level"
SecRule &TX:level "@eq 0" "id:11,phase:2,pass,nolog,setvar:tx.none=1"`,
    ['1', '2', '1'],
  ],
  [
    'a rule between that may match',
    `${LEVEL}
SecRule TX:level "@ge 1" "id:10,phase:2,pass,nolog,setvar:tx.before=1"
SecRule REQUEST_HEADERS:Level "@streq 7" "id:11,phase:2,pass,nolog,setvar:tx.seen=1"
SecRule TX:level "@ge 1" "id:12,phase:2,pass,nolog,setvar:'tx.after=%{tx.seen}'"
SecRule REQUEST_HEADERS:Level "@rx ^[89]$" "id:13,phase:2,pass,log,setvar:tx.late=1"
SecRule TX:level "@ge 8" "id:14,phase:2,pass,nolog,setvar:'tx.last=%{tx.late}'"`,
    ['1', '7', '1', '8', '7', '9', '1'],
  ],
  [
    'rules and targets that are removed',
    `${LEVEL}
SecRule REQUEST_HEADERS:Level "@streq 2" "id:2,phase:1,pass,nolog,ctl:ruleRemoveById=11"
SecRule REQUEST_HEADERS:Level "@streq 3" "id:3,phase:1,pass,nolog,ctl:ruleRemoveTargetById=10;TX:level"
SecRule REQUEST_HEADERS:Level "@streq 4" "id:4,phase:1,pass,nolog,ctl:ruleRemoveById=77"
SecRule TX:level "@ge 1" "id:10,phase:2,pass,nolog,setvar:tx.a=1"
SecAction "id:11,phase:2,pass,nolog,setvar:tx.b=1"
SecRule TX:level "@ge 1" "id:12,phase:2,pass,nolog,setvar:tx.c=1"`,
    ['1', '2', '1', '3', '4', '2', '3', '4'],
  ],
  [
    'values nobody should remember',
    `${LEVEL}
SecRule TX:level "@rx ^a+$" "id:10,phase:2,pass,nolog,setvar:'tx.copy=%{tx.level}b'"
SecRule &TX:copy "@eq 1" "id:11,phase:2,pass,nolog,setvar:tx.copied=1"`,
    ['a'.repeat(100), 'a'.repeat(101), 'b', 'a'.repeat(100)],
  ],
  [
    'an argument that a match changes for the values behind it',
    `${LEVEL}
SecAction "id:10,phase:2,pass,nolog,setvar:tx.a=1,setvar:tx.b=x"
SecRule TX:a|TX:b "!@within 2%{tx.b}" "id:11,phase:2,pass,log,setvar:tx.b=y"`,
    ['1', '1'],
  ],
  [
    'chains of which nothing, the beginning or all matches',
    `${LEVEL}
SecRule REQUEST_HEADERS:Level "@ge 5" "id:2,phase:1,pass,nolog,setvar:tx.limit=6"
SecRule &TX:limit "@eq 0" "id:10,phase:2,pass,nolog,skipAfter:END,chain"
  SecRule TX:level "@ge 3" "chain"
    SecRule &TX:limit|&TX:level "@lt 2" "setvar:tx.jumped=+1,setvar:'tx.by=%{MATCHED_VAR_NAME}'"
SecRule TX:level "@ge 1" "id:11,phase:2,pass,log,severity:3,chain"
  SecRule TX:level "@lt %{tx.limit}" "setvar:tx.below=1"
SecRule TX:level "@lt %{tx.limit}" "id:12,phase:2,pass,nolog,severity:4,chain"
  SecRule TX:level "@within 1 2 3 %{tx.limit}" "setvar:tx.within=%{tx.level}"
SecRule TX:level "@ge 1" "id:13,phase:2,deny,nolog,chain"
  SecRule TX:level "@streq 7" ""
SecMarker END`,
    ['1', '2', '3', '1', '5', '6', '7', '3', '6', '5', '7', ''],
  ],
  [
    'chains that change what they look at, or keep captures',
    `${LEVEL}
SecAction "id:9,phase:2,pass,nolog,setvar:tx.a=1,setvar:tx.b=x"
SecRule TX:level "@ge 1" "id:10,phase:2,pass,nolog,chain"
  SecRule TX:a|TX:b "!@within 2%{tx.b}" "setvar:tx.b=y"
SecRule TX:level "@ge 2" "id:11,phase:2,pass,nolog,setvar:tx.a=4,chain"
  SecRule TX:a "@eq 4" "setvar:tx.four=%{tx.a}"
SecRule TX:level "@rx ^(.)" "id:12,phase:2,pass,nolog,capture,chain"
  SecRule TX:1 "@ge 3" "setvar:tx.first=%{tx.1}"`,
    ['1', '2', '1', '34', '2', '35', '34'],
  ],
  [
    'names in other cases, and in other orders of arrival',
    `${LEVEL}
SecRule REQUEST_HEADERS:Level "@streq 2" "id:2,phase:1,pass,nolog,setvar:tx.B=first"
SecAction "id:10,phase:2,pass,nolog,setvar:tx.a=1,setvar:tx.b=2,setvar:tx.A=3"`,
    ['1', '2', '1', '2'],
  ],
];

describe('rules that turn on TX alone', () => {
  it.each(cases)('leave behind what they would when run: %s', (_, rules, levels) => {
    const optimized = compile(rules + SHOW, 'optimized');
    const reference = compile(rules + SHOW, 'reference');
    for (const level of levels) {
      expect([level, run(optimized, { Level: level })]).toEqual([level, run(reference, { Level: level })]);
    }
  });

  it('leave behind what they would when run: any rules, any requests one after the other', () => {
    const name = fc.constantFrom('a', 'b', 'A', 'c', 'level');
    const value = fc.constantFrom('0', '1', '2', '+1', '+%{tx.a}', '%{tx.b}', '-1', '%{tx.level}%{tx.c}');
    const setting = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(name, value).map(([key, text]) => `setvar:'tx.${key}=${text}'`) },
      { weight: 1, arbitrary: name.map((key) => `setvar:!tx.${key}`) },
      { weight: 1, arbitrary: name.map((key) => `setvar:'tx.%{tx.${key}}=1'`) },
    );
    const jump = fc.constantFrom('', '', 'skip:1', 'skip:2', 'skipAfter:END', 'severity:3');
    const log = fc.constantFrom('nolog', 'nolog', 'nolog', 'log');
    const test = fc.oneof(
      fc.constant('SecAction'),
      fc
        .tuple(
          fc.constantFrom('TX:', '&TX:', 'TX:a|TX:'),
          name,
          fc.constantFrom('@ge 1', '@lt 2', '@streq 1', '!@eq 0'),
        )
        .map(([kind, key, operator]) => `SecRule ${kind}${key} "${operator}"`),
      fc.constantFrom('1', '2', '3').map((text) => `SecRule REQUEST_HEADERS:Level "@streq ${text}"`),
    );
    const settings = fc.array(setting, { maxLength: 2 });
    const link = fc.tuple(
      fc.constantFrom('TX:', '&TX:', 'TX:a|TX:'),
      name,
      fc.constantFrom('@ge 1', '@lt %{tx.b}', '!@within 1%{tx.c}', '@rx [12]'),
      settings,
    );
    const links = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 2, arbitrary: fc.array(link) });
    const rule = fc
      .tuple(test, settings, jump, log, links)
      .filter(([head, , , , later]) => later.length === 0 || head !== 'SecAction')
      .map(([head, first, where, how, later]) => {
        const chain = (index: number): string => (index < later.length ? 'chain' : '');
        return [
          head,
          ['phase:2', 'pass', how, where, ...first, chain(0)].filter(Boolean),
          later.map(
            ([kind, key, operator, sets], index) =>
              `\n  SecRule ${kind}${key} "${operator}" "${[...sets, chain(index + 1)].filter(Boolean).join()}"`,
          ),
        ] as const;
      });
    const requests = fc.array(fc.record({ Level: fc.constantFrom('0', '1', '2', '3') }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 12 }), requests, (rules, headers) => {
        const text = rules
          .map(([head, actions, later], index) => `${head} "id:${index + 10},${actions.join()}"${later.join('')}`)
          .join('\n');
        const all = `${LEVEL}\n${text}\nSecMarker END${SHOW}`;
        const optimized = compile(all, 'optimized');
        const reference = compile(all, 'reference');
        for (const header of headers) expect(run(optimized, header)).toEqual(run(reference, header));
      }),
      { numRuns: 150 },
    );
  });
});
