import { codes } from '../compile/codes.ts';
import type { Severity } from '../seclang/diagnostics.ts';

/** What a code about meaning or files stands for; the reference page and a test are made from it. */
export interface MeaningCode {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why this is reported and what happens to the text it is about. */
  readonly explanation: string;
  /** Rule text that raises this code; undefined for codes that nothing raises at present. */
  readonly example: string | undefined;
}

type Meaning = Omit<MeaningCode, 'code'>;

const error = (title: string, explanation: string, example?: string): Meaning => ({
  severity: 'error',
  title,
  explanation,
  example,
});
const warning = (title: string, explanation: string, example?: string): Meaning => ({
  ...error(title, explanation, example),
  severity: 'warning',
});

/** One entry for each code, so that a new code cannot be forgotten. */
const meanings: Readonly<Record<keyof typeof codes, Meaning>> = {
  unknownDirective: error(
    'Unknown directive',
    'No directive has this name, whatever the case of its letters.',
    'SecRuleEngin On\n',
  ),
  wrongWordCount: error(
    'Wrong number of words',
    'A directive takes a fixed number of words; one with blanks in it stands in double quotes.',
    'SecRuleEngine On Off\n',
  ),
  badDirectiveValue: error(
    'Value a directive does not take',
    'The message says which values there are.',
    'SecRuleEngine Perhaps\n',
  ),
  contextBlock: error(
    'Block of the web server',
    'Blocks such as <Location> belong to Apache. The gateway gives rule sets to routes in its own configuration.',
    '<Location /admin>\n</Location>\n',
  ),
  unknownVariable: error(
    'Unknown variable',
    'No variable has this name; the target is left out.',
    'SecRule ARG "@rx a" "id:1"\n',
  ),
  selectorNotAllowed: error(
    'Selector where there can be none, or none where there must be one',
    'A variable with one value has no members to select. A few collections can only be asked for one member.',
    'SecRule REQUEST_METHOD:x "@rx a" "id:1"\n',
  ),
  badSelector: error(
    'Selector that cannot be read',
    'The pattern between the slashes, or the XPath expression, has a mistake.',
    'SecRule ARGS:/(/ "@rx a" "id:1"\n',
  ),
  noTargets: warning(
    'Rule that looks at nothing',
    'All targets begin with "!", which leaves members out of nothing.',
    'SecRule !ARGS:a "@rx a" "id:1"\n',
  ),
  replacedTargetMissing: error(
    'Nothing to replace',
    'The third word of SecRuleUpdateTargetById names a target that the rule does not have.',
    'SecRule ARGS "@rx a" "id:1"\nSecRuleUpdateTargetById 1 ARGS_NAMES REQUEST_URI\n',
  ),
  unknownOperator: error(
    'Unknown operator',
    'No operator has this name. A rule that cannot be understood is never taken for one that does not match.',
    'SecRule ARGS "@beginWith a" "id:1"\n',
  ),
  badOperatorArgument: error(
    'Argument an operator does not take',
    'Patterns are compiled, files read and lists checked at load, so that nothing can fail while requests wait.',
    'SecRule ARGS "@rx (" "id:1"\n',
  ),
  unknownAction: error(
    'Unknown action',
    'No action has this name; the action is left out.',
    'SecAction "id:1,passs"\n',
  ),
  badActionArgument: error(
    'Argument an action does not take',
    'The message says what it takes.',
    'SecAction "id:1,phase:9"\n',
  ),
  notInFollower: error(
    'Action in a later link of a chain',
    'What describes the whole rule, and what ends the request, stands in the first rule of a chain.',
    'SecRule ARGS "@rx a" "id:1,chain"\nSecRule ARGS "@rx b" "deny"\n',
  ),
  notInDefault: error(
    'Action that cannot be inherited',
    'An id, a message or a chain belong to one rule.',
    'SecDefaultAction "phase:2,pass,id:1"\n',
  ),
  notInUpdate: error(
    'Action that cannot be changed later',
    'Id, phase and chain are what a rule is known by and where it stands.',
    'SecAction "id:1"\nSecRuleUpdateActionById 1 "phase:1"\n',
  ),
  missingId: error(
    'Rule without an id',
    'Every rule has an id, so that logs and exclusions can name it.',
    'SecAction "pass"\n',
  ),
  duplicateId: error('Id used twice', 'The second rule is left out.', 'SecAction "id:1"\nSecAction "id:1"\n'),
  openChain: error(
    'Chain without an end',
    '"chain" must be followed by another SecRule.',
    'SecRule ARGS "@rx a" "id:1,chain"\n',
  ),
  missingActions: error(
    'Rule without actions',
    'Only later links of a chain may go without.',
    'SecRule ARGS "@rx a"\n',
  ),
  wrongPhase: warning(
    'Too late to have an effect',
    'What the action changes has been used by the time the rule runs. For proxy this is an error.',
    'SecAction "id:1,phase:3,pass,ctl:requestBodyAccess=On"\n',
  ),
  incompleteDefault: error(
    'Incomplete default',
    'SecDefaultAction says for which phase it is and what "block" means there.',
    'SecDefaultAction "phase:2,log"\n',
  ),
  nothingSelected: warning(
    'Nothing selected',
    'The directive means rules that are not there, mostly because it stands in front of them.',
    'SecRuleRemoveById 1\n',
  ),
  unknownMacro: warning(
    'Macro without a variable',
    'Nobody knows the name between "%{" and "}", so it expands to nothing.',
    'SecAction "id:1,msg:\'%{NOBODY}\'"\n',
  ),
  oddArgument: warning(
    'Odd argument',
    'It loads, but most likely does not do what was meant.',
    'SecRule ARGS "@eq" "id:1"\n',
  ),
  missingMarker: warning(
    'Jump to nowhere',
    'No such marker or rule stands behind the rule, so a match skips the rest of the phase.',
    'SecAction "id:1,pass,skipAfter:NOWHERE"\n',
  ),
  deprecated: warning(
    'Obsolete word',
    'It still works, or has no effect any more; the message says what to write today.',
    'SecStatusEngine On\n',
  ),
  untranslatable: error(
    'ModSecurity 1.x line that cannot be translated',
    'Leaving it out would take protection away, so the configuration is refused.',
    'SecFilter a chain\n',
  ),
  unreadableFile: error(
    'File that cannot be read',
    'The message has the reason of the operating system.',
    'Include missing.conf\n',
  ),
  nothingIncluded: error(
    'Include without a file',
    'Use IncludeOptional where it may be that there is none.',
    'Include none/*.conf\n',
  ),
  includeCycle: error(
    'Files that include each other',
    'Or Include nested deeper than 32 files.',
    'Include cycle.conf\n',
  ),
};

/** Every code about meaning (SL2xxx) and about files (SL3xxx), in order. */
export const meaningCodes: readonly MeaningCode[] = Object.entries(codes)
  .map(([name, code]) => ({ code, ...meanings[name as keyof typeof codes] }))
  .sort((left, right) => (left.code < right.code ? -1 : 1));
