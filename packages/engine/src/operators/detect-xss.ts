import { ByteSet } from '../bytes/byte-set.ts';
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
    // No context of HTML can be left or opened without one of these.
    forecast: { kind: 'bytes', bytes: ByteSet.from([0x3c, 0x3d]) },
    test: (value) => detectXss(value),
    describe: () => 'detected XSS using libinjection.',
    captures: (value) => [value],
  }),
});
