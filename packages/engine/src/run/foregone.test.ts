import { describe, expect, it } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { HeaderList, TransactionRecord } from '../contract.ts';
import { createWaf } from '../index.ts';

/** Rules as published sets begin: what the user has not set gets its default. */
const SETUP = `
SecAction "id:100,phase:1,pass,nolog,setvar:tx.Level=2,setvar:tx.gone=1,setvar:!tx.gone"
SecRule &TX:level "@eq 0" "id:101,phase:1,pass,nolog,setvar:tx.level=1"
SecRule &TX:threshold "@eq 0" "id:102,phase:1,pass,nolog,setvar:'tx.threshold=%{tx.level}5',severity:3"
SecRule TX:level "@ge 2" "id:103,phase:1,pass,nolog,skipAfter:END_OF_LEVEL_1"
SecAction "id:104,phase:1,pass,nolog,setvar:tx.level_1=1"
SecMarker END_OF_LEVEL_1
SecRule TX:level "@lt 1" "id:105,phase:1,deny,status:500"
SecAction "id:106,phase:1,pass,nolog,setvar:tx.threshold=+%{tx.level}"
`;
/** Shows TX and the rest of what a match leaves behind. */
const SHOW = `
SecAction "id:900,phase:1,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR} %{HIGHEST_SEVERITY}'"
SecRule TX "@unconditionalMatch" "id:901,phase:1,pass,log,msg:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"
SecAction "id:902,phase:2,pass,log,msg:'%{tx.LEVEL} %{tx.threshold} %{tx.level_1} %{tx.gone}'"
`;

function run(rules: string, headers: HeaderList, evaluator: 'reference' | 'optimized'): TransactionRecord {
  const waf = createWaf({ rules: [{ file: 'rules.conf', text: `SecRuleEngine On\n${rules}` }], evaluator });
  const transaction = waf.openTransaction(connection);
  transaction.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers });
  transaction.processRequestBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  return record;
}

const cases: readonly (readonly [what: string, rules: string])[] = [
  ['at the beginning', SETUP],
  ['behind a value no operator can judge', `SecRule &TX:a "!@ipMatch 192.0.2.1" "id:1,phase:1,pass,nolog"\n${SETUP}`],
  [
    'behind one that ends the request',
    `SecInterceptOnError On\nSecRule &TX:a "@ipMatch 192.0.2.1" "id:1,phase:1,pass,nolog"\n${SETUP}`,
  ],
  ['behind a rule that may match', `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog"\n${SETUP}`],
  [
    'behind a match that writes TX',
    `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,setvar:tx.level=7"\n${SETUP}`,
  ],
  ['behind a capture', `SecRule REQUEST_HEADERS:X "@rx (y)es" "id:1,phase:1,pass,nolog,capture"\n${SETUP}`],
  [
    'behind a removal',
    `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=101-102"\n${SETUP}`,
  ],
  [
    'behind a removed target',
    `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetById=103;TX:level"\n${SETUP}`,
  ],
  [
    'behind a jump into the middle',
    `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,skip:2"\n${SETUP}`,
  ],
  [
    'behind the end of the engine',
    `SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,ctl:ruleEngine=Off"\n${SETUP}`,
  ],
  [
    'around a rule that may write TX',
    `${SETUP}SecRule REQUEST_HEADERS:X "@streq yes" "id:1,phase:1,pass,nolog,setvar:tx.level=0"\nSecRule TX:level "@lt 1" "id:2,phase:1,pass,log"\nSecAction "id:3,phase:1,pass,nolog,setvar:tx.late=1"`,
  ],
  ['before a variable of the request', `${SETUP}SecAction "id:1,phase:1,pass,nolog,setvar:tx.of=%{REQUEST_HEADERS.x}"`],
  [
    'with a chain',
    `${SETUP}SecRule TX:level "@eq 2" "id:1,phase:1,pass,nolog,chain"\nSecRule TX:threshold "@gt 2" "setvar:tx.chained=%{tx.threshold}"`,
  ],
];

describe('rules that are foregone', () => {
  for (const [what, rules] of cases) {
    for (const header of ['yes', 'no']) {
      it(`leave behind what they would when run: ${what}, X: ${header}`, () => {
        const text = rules + SHOW;
        const seen = (evaluator: 'reference' | 'optimized'): unknown => {
          const { matches, interruption } = run(text, [['X', header]], evaluator);
          return { interruption, matches: matches.map(({ rule, message, matched }) => [rule.id, message, matched]) };
        };
        expect(seen('optimized')).toEqual(seen('reference'));
      });
    }
  }

  it('give variables their values', () => {
    const { matches } = run(SETUP + SHOW, [], 'optimized');
    expect(matches.map(({ message }) => message)).toEqual(['TX:Level=2 3', 'TX:Level=2', 'TX:threshold=27', '2 27  ']);
  });
});
