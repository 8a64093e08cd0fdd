import type { RegexNode, Transformation } from '@sallyport/engine/language';
import { ByteSet } from '@sallyport/engine/language';
import type { LintCheck } from '../check.ts';
import { type LinkFacts, names } from '../facts.ts';

export const inheritedTransformations: LintCheck = {
  code: 'SL4201',
  title: 'Transformations out of SecDefaultAction',
  explanation:
    'A default list with transformations changes what every rule behind it sees. A rule that means only its own writes t:none ' +
    'first; without it a change of the default changes the rule.',
  example: 'SecDefaultAction "phase:2,log,pass,t:lowercase"\nSecRule ARGS "@rx ^a+$" "id:1,phase:2,pass"\n',
  instead: 'SecDefaultAction "phase:2,log,pass,t:lowercase"\nSecRule ARGS "@rx ^a+$" "id:1,phase:2,pass,t:none"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link } of links) {
      if (link.node.kind === 'action' || link.inheritedTransformations.length === 0) continue;
      const own = link.node.actions.filter((action) => action.name.toLowerCase() === 't');
      if (own.some((action) => action.argument?.toLowerCase() === 'none')) continue;
      report(
        link.node.nameSpan,
        `rule ${rule.id} looks through ${names(link.inheritedTransformations)} of SecDefaultAction`,
        'begin with t:none, and name what the rule needs',
      );
    }
  },
};

const URL_DECODERS: ReadonlySet<string> = new Set(['urlDecode', 'urlDecodeUni']);
/** Values that are decoded once before any rule sees them. */
const DECODED: ReadonlySet<string> = new Set([
  'ARGS',
  'ARGS_GET',
  'ARGS_POST',
  'ARGS_NAMES',
  'ARGS_GET_NAMES',
  'ARGS_POST_NAMES',
]);

export const repeatedDecoding: LintCheck = {
  code: 'SL4202',
  title: 'Decoded more than twice',
  explanation:
    'Arguments arrive decoded; one more urlDecodeUni is the usual guard against double encoding. Decoding a third time makes ' +
    'rules see what no application sees, and turns harmless text with % in it into alarms.',
  example: 'SecRule ARGS "@contains <script" "id:1,phase:2,pass,t:urlDecode,t:urlDecodeUni"\n',
  instead: 'SecRule ARGS "@contains <script" "id:1,phase:2,pass,t:urlDecodeUni"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link } of links) {
      const decoders = link.transformations.filter(({ name }) => URL_DECODERS.has(name));
      const target = link.targets.find(({ variable, node }) => DECODED.has(variable.name) && !node.isExclusion);
      if (decoders.length < 2 || target === undefined) continue;
      report(
        target.node.span,
        `rule ${rule.id} decodes ${target.variable.name} ${decoders.length + 1} times: once on arrival, then ${names(decoders)}`,
        'keep one of them',
      );
    }
  },
};

/** What can follow t:lowercase without bringing capital letters back. */
const KEEPS_CASE: ReadonlySet<string> = new Set([
  'lowercase',
  'trim',
  'trimLeft',
  'trimRight',
  'compressWhitespace',
  'removeWhitespace',
  'removeNulls',
  'replaceNulls',
  'removeComments',
  'removeCommentsChar',
  'replaceComments',
  'normalizePath',
  'normalizePathWin',
  'cmdLine',
]);
const CAPITALS = ByteSet.range(0x41, 0x5a);
/** Operators that look for exactly their argument. */
const EXACT: ReadonlySet<string> = new Set(['streq', 'contains', 'containsWord', 'beginsWith', 'endsWith', 'strmatch']);

export const capitalsAfterLowercase: LintCheck = {
  code: 'SL4203',
  title: 'Capital letters after t:lowercase',
  explanation:
    'After t:lowercase no value has a capital letter, so what needs one never matches. The rule does nothing.',
  example: 'SecRule REQUEST_METHOD "@streq TRACE" "id:1,phase:1,pass,t:lowercase"\n',
  instead: 'SecRule REQUEST_METHOD "@streq trace" "id:1,phase:1,pass,t:lowercase"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const facts of links) {
      const { rule, link } = facts;
      if (link.operator === undefined || link.multiMatch || !endsInLowerCase(link.transformations)) continue;
      if (!needsCapital(facts)) continue;
      const never = link.operator.node.isNegated ? 'always matches' : 'never matches';
      report(
        link.operator.node.argumentSpan,
        `rule ${rule.id} ${never}: there are no capital letters after t:lowercase`,
        'write the argument in lower case',
      );
    }
  },
};

function endsInLowerCase(transformations: readonly Transformation[]): boolean {
  const last = transformations.findLastIndex(({ name }) => name === 'lowercase');
  return last !== -1 && transformations.slice(last).every(({ name }) => KEEPS_CASE.has(name));
}

function needsCapital({ link, regex }: LinkFacts): boolean {
  const operator = link.operator;
  if (operator === undefined) return false;
  if (regex !== undefined) return !canMatchWithout(regex.tree, CAPITALS);
  const { argument } = operator.node;
  return EXACT.has(operator.definition.name) && !argument.includes('%{') && /[A-Z]/.test(argument);
}

/** Whether some value without these bytes could match; never wrongly false. */
function canMatchWithout(node: RegexNode, bytes: ByteSet): boolean {
  switch (node.kind) {
    case 'set':
      return !node.set.subtract(bytes).isEmpty;
    case 'sequence':
      return node.parts.every((part) => canMatchWithout(part, bytes));
    case 'alternation':
      return node.branches.some((branch) => canMatchWithout(branch, bytes));
    case 'repeat':
      return node.min === 0 || canMatchWithout(node.body, bytes);
    case 'group':
    case 'atomic':
      return canMatchWithout(node.body, bytes);
    default:
      return true;
  }
}
