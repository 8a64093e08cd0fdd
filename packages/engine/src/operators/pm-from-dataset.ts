import { defineOperator, type Operator } from '../registry/operator.ts';
import { readDataset } from './lists.ts';
import { phraseMatch } from './phrase-match.ts';

export const pmFromDataset: Operator = defineOperator({
  name: 'pmFromDataset',
  summary: 'As `@pm`, with the lines of a `SecDataset`, taken as they stand.',
  examples: [
    { argument: 'scanners', value: 'sqlmap/1.7', matches: true, captures: ['sqlmap'] },
    { argument: 'scanners', value: 'curl/8.0', matches: false },
  ],
  compile: (argument, context) => phraseMatch(readDataset(argument.source, context.dataset)),
});
