import { defineOperator, type Operator } from '../registry/operator.ts';

export const noMatch: Operator = defineOperator({
  name: 'noMatch',
  summary: 'Never matches.',
  examples: [
    { argument: '', value: 'anything', matches: false },
    { argument: '', value: '', matches: false },
  ],
  argument: 'optional',
  compile: () => ({
    forecast: { kind: 'value' },
    test: () => false,
    describe: () => 'No match.',
  }),
});
