import { defineOperator, type Operator } from '../registry/operator.ts';

export const gsbLookup: Operator = defineOperator({
  name: 'gsbLookup',
  summary: 'Never matches: the lists it looked into are no longer published.',
  examples: [{ argument: '\\s+', value: 'http://example.test/', matches: false }],
  argument: 'optional',
  deprecated: 'it never matches, because the service that published its lists is gone; use @rbl with a block list',
  compile: () => ({
    forecast: { kind: 'value' },
    test: () => false,
    describe: (_value, name) => `Gsb lookup for "" succeeded at ${name}.`,
  }),
});
