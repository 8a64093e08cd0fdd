import { defineOperator, type Operator } from '../registry/operator.ts';
import { addressMatch } from './address-match.ts';
import { readDataset } from './lists.ts';

export const ipMatchFromDataset: Operator = defineOperator({
  name: 'ipMatchFromDataset',
  summary: 'As `@ipMatch`, with the lines of a `SecDataset`.',
  examples: [
    { argument: 'offices', value: '203.0.113.5', matches: true },
    { argument: 'offices', value: '203.0.114.5', matches: false },
  ],
  compile: (argument, context) => addressMatch(readDataset(argument.source, context.dataset), 'IPmatchFromDataset'),
});
