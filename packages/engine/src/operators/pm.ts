import { trimSpaceStart } from '../bytes/ascii.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { words } from './lists.ts';
import { phraseMatch } from './phrase-match.ts';
import { decodePmContent, stripQuotes } from './pm-content.ts';

/** The name `@pm` had in 2.1 to 2.5. */
export const m: Operator = defineOperator({
  name: 'm',
  summary: 'The old name of `@pm`.',
  examples: [{ argument: 'sqlmap nikto', value: 'NIKTO', matches: true, captures: ['NIKTO'] }],
  deprecated: 'write @pm',
  compile: (argument, context) => pm.compile(argument, context),
});

export const pm: Operator = defineOperator({
  name: 'pm',
  summary:
    'Matches when any of the phrases, separated by white space, occurs in the value, whatever the case of ASCII letters. `|0d 0a|` writes bytes in hexadecimal; `\\:`, `\\;`, `\\\\` and `\\"` the byte itself.',
  examples: [
    { argument: 'sqlmap nikto', value: 'Mozilla/5.0 (NIKTO/2.1)', matches: true, captures: ['NIKTO'] },
    { argument: 'sqlmap nikto', value: 'Mozilla/5.0', matches: false },
    { argument: '"<?php |25 3e|"', value: 'a %> b', matches: true, captures: ['%>'] },
    { argument: 'string|int', value: 'a string|int', matches: true, captures: ['string|int'] },
  ],
  compile: (argument) => {
    const text = stripQuotes(trimSpaceStart(argument.source));
    const phrases = words(decodePmContent(text) ?? argument.source);
    if (phrases.length === 0) throw new Error('no phrase given');
    return phraseMatch(phrases);
  },
});
