import type { Severity } from './diagnostics.ts';

/** What a syntax code means; the reference page and a test are made from it. */
export interface SyntaxCode {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why this is reported and what happens to the text it is about. */
  readonly explanation: string;
  /** Rule text that raises this code and nothing else. */
  readonly example: string;
}

/** Every code that reading rule text can raise, in order. Codes are never reused. */
export const syntaxCodes: readonly SyntaxCode[] = [
  {
    code: 'SL1001',
    severity: 'warning',
    title: 'Comment goes on in the next line',
    explanation:
      'A backslash at the end of a line joins the next line to it, in comments too. A line that was meant as a directive is ' +
      'part of the comment then and has no effect.',
    example: '# files are in C:\\rules\\\nSecRuleEngine On\n',
  },
  {
    code: 'SL1002',
    severity: 'warning',
    title: 'White space after the backslash',
    explanation:
      'Only a backslash directly before the end of the line joins the next line. With a blank after it, it is an ordinary byte.',
    example: 'SecRuleEngine \\ \nOn\n',
  },
  {
    code: 'SL1003',
    severity: 'error',
    title: 'Quote is not closed',
    explanation:
      'A word that begins with a quote goes on to the same quote, which must stand in the same directive. The directive is left out.',
    example: 'SecRule ARGS "@rx attack\n',
  },
  {
    code: 'SL1004',
    severity: 'warning',
    title: 'Text directly after a closing quote',
    explanation:
      'The closing quote ends the word; what follows begins the next one, even without a blank. Mostly a quote inside the word ' +
      'lacks its backslash.',
    example: 'SecRule ARGS "attack""id:1"\n',
  },
  {
    code: 'SL1005',
    severity: 'error',
    title: 'Not the name of a directive',
    explanation:
      'A line begins with a name made of letters, digits, "_", "-" and "."; the line is left out. Mostly it is the rest of a ' +
      'directive whose line before does not end in a backslash.',
    example: '"phase:2,deny"\n',
  },
  {
    code: 'SL1101',
    severity: 'error',
    title: 'Tag without ">"',
    explanation:
      'A line that begins with "<" opens or closes a block and ends in ">". It is read as if the ">" stood at the end of the line.',
    example: '<IfModule security2_module\n</IfModule>\n',
  },
  {
    code: 'SL1102',
    severity: 'warning',
    title: 'Text without effect in a tag',
    explanation:
      'Neither what follows the last ">" of the line nor what follows the name in a closing tag is looked at.',
    example: '<IfModule security2_module>\n</IfModule security2_module>\n',
  },
  {
    code: 'SL1103',
    severity: 'error',
    title: 'Block is never closed',
    explanation:
      'Each <Name> needs its </Name> in the same file and in the same outer block. The block ends where its surroundings end.',
    example: '<Location /admin>\nSecRuleEngine On\n',
  },
  {
    code: 'SL1104',
    severity: 'error',
    title: 'Closing tag without a block',
    explanation: 'No block of that name is open here; the line is left out.',
    example: 'SecRuleEngine On\n</Location>\n',
  },
  {
    code: 'SL1105',
    severity: 'error',
    title: 'Tag without a name',
    explanation: 'The name of a block follows directly after "<" or "</". The line is left out.',
    example: '< IfModule security2_module>\n',
  },
  {
    code: 'SL1106',
    severity: 'error',
    title: 'Blocks nested too deep',
    explanation:
      'Blocks may stand in each other 64 deep. The tags of deeper ones are passed over, and what stands in them belongs to the deepest allowed one.',
    example: '<A>\n'.repeat(65) + '</A>\n'.repeat(65),
  },
  {
    code: 'SL1201',
    severity: 'error',
    title: 'SecRule with a wrong number of words',
    explanation:
      'SecRule takes targets, an operator and, unless it is a link of a chain, actions: two or three words. The rule is left out.',
    example: 'SecRule ARGS @rx attack id:1\n',
  },
  {
    code: 'SL1202',
    severity: 'error',
    title: 'SecAction with a wrong number of words',
    explanation: 'SecAction takes one list of actions. The directive is left out.',
    example: 'SecAction id:1, phase:1\n',
  },
  {
    code: 'SL1301',
    severity: 'error',
    title: 'Single quote in a list is not closed',
    explanation:
      'The value of an action or the selector of a target that begins with a single quote goes on to the next one. It is read to the end of the list.',
    example: 'SecAction "id:1,msg:\'not closed"\n',
  },
  {
    code: 'SL1302',
    severity: 'error',
    title: 'Text after the closing quote of a value',
    explanation:
      'After the closing quote of a value comes a separator or the end of the list. What stands in between is left out.',
    example: "SecAction \"id:1,msg:'it's'\"\n",
  },
  {
    code: 'SL1303',
    severity: 'error',
    title: 'Value without a name',
    explanation: 'An item of a list has a name in front of its ":". The item is left out.',
    example: 'SecAction "id:1,:2"\n',
  },
  {
    code: 'SL1304',
    severity: 'warning',
    title: 'Quote in the middle of a value',
    explanation:
      'Single quotes group only when the value begins with one; otherwise the value ends at the next space, comma or pipe.',
    example: 'SecAction "id:1,setvar:tx.a=\'one,phase:1"\n',
  },
  {
    code: 'SL1305',
    severity: 'error',
    title: 'Not the name of an action',
    explanation: 'The name of an action is made of letters, digits and "_". The item is left out.',
    example: 'SecAction "id:1,\\\n# phase:2,\\\npass"\n',
  },
  {
    code: 'SL1401',
    severity: 'error',
    title: 'No targets',
    explanation: 'A rule names at least one thing to look at.',
    example: 'SecRule "" attack id:1\n',
  },
  {
    code: 'SL1402',
    severity: 'error',
    title: 'More than one "!" or "&" in front of a target',
    explanation: 'A target is either left out with "!" or counted with "&". The target is left out of the rule.',
    example: 'SecRule ARGS|!&ARGS:x attack id:1\n',
  },
  {
    code: 'SL1403',
    severity: 'error',
    title: 'Not the name of a target',
    explanation:
      'The name of a target is made of letters, digits and "_"; a member of a collection follows after ":". The target is left out of the rule.',
    example: 'SecRule TX.score "@gt 5" id:1\n',
  },
  {
    code: 'SL1404',
    severity: 'error',
    title: 'Pattern of a selector is cut',
    explanation:
      'Without single quotes a space, comma or pipe ends the selector, also between slashes. The target is left out of the rule.',
    example: 'SecRule ARGS:/^a|b$/ attack id:1\n',
  },
  {
    code: 'SL1501',
    severity: 'error',
    title: '"@" without the name of an operator',
    explanation: 'After "@" the name of an operator follows directly.',
    example: 'SecRule ARGS "@ rx attack" id:1\n',
  },
  {
    code: 'SL1502',
    severity: 'warning',
    title: 'White space in front of the operator',
    explanation:
      'Only "!" or "@" as the first byte has a meaning. With white space in front the whole text is a pattern, as in ModSecurity 2.',
    example: 'SecRule ARGS " @rx attack" id:1\n',
  },
];
