import { trimSpaceEnd } from '../bytes/ascii.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { addressMatch } from './address-match.ts';
import { readLists } from './lists.ts';

export const ipMatchFromFile: Operator = defineOperator({
  name: 'ipMatchFromFile',
  aliases: ['ipMatchF'],
  summary: 'As `@ipMatch`, with one address or block per line of the named files. What follows a `#` is a comment.',
  examples: [
    { argument: 'blocks.data', value: '198.51.100.9', matches: true },
    { argument: 'blocks.data', value: '2001:db8::2', matches: true },
    { argument: 'blocks.data', value: '198.51.101.9', matches: false },
  ],
  compile: (argument, context) =>
    addressMatch(readLists(argument.source, context.readFile).map(withoutComment), 'IPmatchFromFile'),
});

/** Unlike phrases, addresses cannot contain a `#`, so a comment may also follow one. */
function withoutComment(line: string): string {
  return trimSpaceEnd(line.split('#', 1)[0] ?? '');
}
