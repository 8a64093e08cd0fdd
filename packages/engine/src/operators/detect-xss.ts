import { detectXss } from '../detect/index.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const detectXSS: Operator = defineOperator({
  name: 'detectXSS',
  summary:
    'Matches when the value, put into a page, would be a script injection, judged by its HTML tokens as libinjection does.',
  examples: [
    { argument: '', value: '<script>alert(1)</script>', matches: true },
    { argument: '', value: '"><img src=x onerror=alert(1)>', matches: true },
    { argument: '', value: 'I <3 you', matches: false },
  ],
  argument: 'none',
  compile: () => ({
    test: (value) => detectXss(value),
    describe: () => 'detected XSS using libinjection.',
    captures: (value) => [value],
  }),
});
