import { describe, expect, test } from 'vitest';
import { connection } from '../../test/support/connection.ts';
import type { Waf, WafOptions } from '../contract.ts';
import { createWaf } from '../waf.ts';

const rules = `
SecRule ARGS "@rx [<>]script" "id:1,phase:2,t:urlDecodeUni,t:htmlEntityDecode,t:lowercase"
SecRule ARGS "@rx union\\s+select" "id:2,phase:2,t:urlDecodeUni,t:replaceComments,t:compressWhitespace"
SecRule ARGS "@contains /etc/" "id:3,phase:2,t:urlDecodeUni,t:normalizePath"
SecRule ARGS "@contains catetc" "id:4,phase:2,t:cmdLine,t:removeWhitespace"
SecRule ARGS "@rx <" "id:5,phase:2,multiMatch,t:urlDecodeUni,t:jsDecode,t:htmlEntityDecode"
SecRule ARGS "@contains select" "id:6,phase:2,t:removeNulls,t:removeWhitespace"
SecRule ARGS "@rx ^[A-Z]" "id:7,phase:2,t:base64Decode"
SecRule ARGS "!@rx ^[a-z0-9 ]*$" "id:8,phase:2,t:urlDecodeUni"
`;

const PIECES = [
  '%3c',
  '<',
  'script',
  ' ',
  '/*x*/',
  'union/*x*/',
  'select',
  '/etc/',
  './',
  '\\u003c',
  '&lt;',
  'cat',
  '^',
  '\0',
];
const WORDS = [
  '',
  '%26lt;script',
  '%5cu003c',
  '%2fetc%2f',
  'QUJD',
  'a',
  'Z',
  '%41',
  '%',
  '&#x3c;',
  '"',
  '  ',
  '../',
  'etc',
];

/** Texts of some pieces each, the same ones every time. */
function texts(count: number, pieces: readonly string[]): readonly string[] {
  let state = 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: below(6) }, () => pieces[below(pieces.length)]).join(''),
  );
}

/** Classes with few conditions, most of which need bytes that few values have, and that some transformations can bring. */
const narrowRules = `
SecRule ARGS:q "@contains http://" "id:1,phase:2,t:urlDecodeUni"
SecRule ARGS:q "@rx [|]" "id:2,phase:2,t:htmlEntityDecode"
SecRule ARGS:q "@contains /*x*/ " "id:3,phase:2,t:compressWhitespace"
SecRule ARGS:q "@contains cat etc" "id:4,phase:2,t:cmdLine"
SecRule ARGS:q "@rx [{}]" "id:5,phase:2,t:removeNulls,t:removeWhitespace"
SecRule ARGS:q "@rx ^&lt;;" "id:6,phase:2,multiMatch,t:urlDecode,t:htmlEntityDecode,t:removeNulls,t:lowercase"
SecRule ARGS:q "!@rx ^[a-z0-9 ]*$" "id:7,phase:2,multiMatch,t:urlDecodeUni,t:htmlEntityDecode,t:removeWhitespace"
`;
const NARROW_PIECES = [
  'http://',
  '%3a//',
  'http',
  'HTTP',
  '&#124;',
  '&#x7C;',
  '&gt;',
  '&lt;',
  ';',
  '>',
  '+',
  '%2b',
  '{',
  '}',
  'cat',
  'etc',
  '  ',
];

function fired(waf: Waf, value: string): readonly number[] {
  const transaction = waf.openTransaction(connection);
  const head = { method: 'GET', uri: `/?q=${encodeURIComponent(value)}`, protocol: 'HTTP/1.1', headers: [] };
  transaction.processRequestHeaders(head);
  transaction.processRequestBody();
  transaction.processLogging();
  return transaction.matches.map(({ rule }) => rule.id);
}

describe.each([
  ['many conditions', rules, [...PIECES, ...WORDS], 8],
  ['few conditions', narrowRules, [...PIECES, ...NARROW_PIECES], 7],
])('values that fare alike go the same way, with %s', (_, text, pieces, ruleCount) => {
  const options: WafOptions = { rules: [{ file: 'rules.conf', text: `SecRuleEngine DetectionOnly\n${text}` }] };
  const plain = createWaf({ ...options, evaluator: 'reference' });

  test.each([
    ['once', 1],
    ['again, on ways that are laid', 2],
  ])('and are judged as one by one: %s', (__, times) => {
    const optimized = createWaf({ ...options, evaluator: 'optimized' });
    const values = texts(2000, pieces);
    for (let round = 1; round < times; round++) for (const value of values) fired(optimized, value);
    const expected = values.map((value) => ({ value, ids: fired(plain, value) }));
    expect(values.map((value) => ({ value, ids: fired(optimized, value) }))).toEqual(expected);
    const seen = new Set(expected.flatMap(({ ids }) => ids));
    expect([...seen].sort()).toEqual(Array.from({ length: ruleCount }, (___, index) => index + 1));
  });
});
