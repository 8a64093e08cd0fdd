import { defineOperator, type Operator } from '../registry/operator.ts';
import { readLists } from './lists.ts';
import { phraseMatch } from './phrase-match.ts';
import { decodePmContent } from './pm-content.ts';

export const pmFromFile: Operator = defineOperator({
  name: 'pmFromFile',
  aliases: ['pmf'],
  summary:
    'As `@pm`, with one phrase per line of the named files, which may contain spaces. Lines are trimmed; empty ones and those that start with `#` are left out.',
  examples: [
    { argument: 'phrases.data', value: 'GET /WP-Admin/', matches: true, captures: ['WP-Admin'] },
    {
      argument: 'phrases.data',
      value: 'You have an error in your SQL syntax',
      matches: true,
      captures: ['error in your SQL'],
    },
    { argument: 'phrases.data', value: '# scanners', matches: false },
  ],
  compile: (argument, context) =>
    phraseMatch(readLists(argument.source, context.readFile).map((line) => decodePmContent(line) ?? line)),
});
