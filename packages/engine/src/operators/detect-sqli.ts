import { detectSqli } from '../detect/index.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const detectSQLi: Operator = defineOperator({
  name: 'detectSQLi',
  summary:
    'Matches when the value, put into a query, would be an SQL injection, judged by its token pattern as libinjection does.',
  examples: [
    { argument: '', value: "1' or 1=1 --", matches: true },
    { argument: '', value: 'O Brien', matches: false },
  ],
  argument: 'none',
  compile: () => ({
    forecast: { kind: 'value' },
    test: (value) => detectSqli(value).isSqli,
    describe: (value) => `detected SQLi using libinjection with fingerprint '${detectSqli(value).fingerprint}'`,
    captures: (value) => [detectSqli(value).fingerprint],
  }),
});
