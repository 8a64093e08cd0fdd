import { equalsIgnoreCase } from '../bytes/ascii.ts';
import { promptly } from '../registry/action.ts';
import { type CtlContext, type CtlOption, defineCtl } from '../registry/ctl.ts';
import { parseIdRanges, selectById, selectByMessage, selectByTag } from '../registry/rule-selection.ts';
import type { RuleSelection, TargetRemoval } from '../registry/transaction-state.ts';

type Select = (text: string, context: CtlContext) => RuleSelection;

const byId: Select = (text) => selectById(parseIdRanges(text));
const byTag: Select = (text, context) => selectByTag(context.regexes.compile(text, context.regexOptions));
const byMessage: Select = (text, context) => selectByMessage(context.regexes.compile(text, context.regexOptions));

function removeRules(name: string, what: string, values: string, select: Select): CtlOption {
  return defineCtl({
    name,
    summary: `Do not run the rules with this ${what}, as far as they have not run yet.`,
    values,
    compile: (value, context) => {
      const selection = select(value, context);
      return promptly((tx) => tx.removals.removeRules(selection));
    },
  });
}

function removeTargets(name: string, what: string, values: string, select: Select): CtlOption {
  return defineCtl({
    name,
    summary: `Leave the variables behind the semicolon out of the rules with this ${what}.`,
    values: `${values};VARIABLE[:key|:/regex/],…`,
    compile: (value, context) => {
      const semicolon = value.indexOf(';');
      if (semicolon < 1 || semicolon === value.length - 1) {
        throw new Error(`ctl:${name} is written as ${name}=${values};VARIABLE[:key]`);
      }
      const selection = select(value.slice(0, semicolon), context);
      const targets = splitTargets(value.slice(semicolon + 1)).map((target) => parseTarget(target, context));
      return promptly((tx) => {
        for (const target of targets) tx.removals.removeTarget(selection, target);
      });
    },
  });
}

/** Splits at commas that are not inside a `/regex/` selector. */
function splitTargets(text: string): readonly string[] {
  const targets: string[] = [];
  let start = 0;
  let isInRegex = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text[index];
    if (byte === '/' && (text[index - 1] === ':' || isInRegex) && text[index - 1] !== '\\') {
      isInRegex = !isInRegex;
    } else if (byte === ',' && !isInRegex) {
      targets.push(text.slice(start, index));
      start = index + 1;
    }
  }
  targets.push(text.slice(start));
  return targets.map((target) => target.trim()).filter((target) => target !== '');
}

function parseTarget(text: string, context: CtlContext): TargetRemoval {
  const colon = text.indexOf(':');
  const variable = context.variableName(colon === -1 ? text : text.slice(0, colon));
  const selector = colon === -1 ? '' : text.slice(colon + 1);
  // XML members have no key of their own; naming any path addresses the whole document.
  if (selector === '' || isDocument(variable)) return { variable, matchesKey: undefined };
  if (selector.length > 2 && selector.startsWith('/') && selector.endsWith('/')) {
    const regex = context.regexes.compile(selector.slice(1, -1), { ...context.regexOptions, caseless: true });
    return { variable, matchesKey: (key) => regex.test(key) };
  }
  return { variable, matchesKey: (key) => equalsIgnoreCase(key, selector) };
}

/** Variables whose members have no key of their own. */
function isDocument(variable: string): boolean {
  return variable === 'XML' || variable === 'REQUEST_XML' || variable === 'RESPONSE_XML';
}

export const ruleRemoveById: CtlOption = removeRules('ruleRemoveById', 'id', 'id[-id]', byId);
export const ruleRemoveByTag: CtlOption = removeRules('ruleRemoveByTag', 'tag', 'regex', byTag);
export const ruleRemoveByMsg: CtlOption = removeRules('ruleRemoveByMsg', 'message', 'regex', byMessage);
export const ruleRemoveTargetById: CtlOption = removeTargets('ruleRemoveTargetById', 'id', 'id[-id]', byId);
export const ruleRemoveTargetByTag: CtlOption = removeTargets('ruleRemoveTargetByTag', 'tag', 'regex', byTag);
export const ruleRemoveTargetByMsg: CtlOption = removeTargets('ruleRemoveTargetByMsg', 'message', 'regex', byMessage);
