import { defineOperator, type Operator } from '../registry/operator.ts';

export const unconditionalMatch: Operator = defineOperator({
  name: 'unconditionalMatch',
  summary: 'Always matches.',
  examples: [
    { argument: '', value: 'anything', matches: true },
    { argument: '', value: '', matches: true },
  ],
  argument: 'optional',
  compile: () => ({
    forecast: { kind: 'value' },
    test: () => true,
    describe: () => 'Unconditional match in SecAction.',
  }),
});
