import { isScriptName } from '../programs/scripts.ts';
import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import { Diagnostics } from '../seclang/diagnostics.ts';
import { parseActions } from '../seclang/parse-actions.ts';

export const secRule: Directive = defineDirective({
  name: 'SecRule',
  summary: 'A rule: when the operator matches one of the targets, the actions are done.',
  syntax: 'TARGETS OPERATOR [ACTIONS]',
  minimumWords: 2,
  maximumWords: 3,
  apply: (node, configuration) => {
    if (node.kind === 'rule') configuration.addRule(node);
  },
});

export const secAction: Directive = defineDirective({
  name: 'SecAction',
  summary: 'A rule without condition.',
  syntax: 'ACTIONS',
  apply: (node, configuration) => {
    if (node.kind === 'action') configuration.addAction(node);
  },
});

export const secRuleScript: Directive = defineDirective({
  name: 'SecRuleScript',
  summary:
    'A rule whose condition is a Lua script: it matches when its function main gives a text, which the log then shows.',
  syntax: 'FILE.lua ACTIONS',
  minimumWords: 2,
  maximumWords: 2,
  apply: (node, configuration) => {
    const [file, actions] = node.words;
    if (file === undefined || actions === undefined) return;
    if (!isScriptName(file.text)) {
      configuration.error(`${file.text} is not a Lua script`, file.span, 'its name must end in .lua');
      return;
    }
    const { name, words, span, nameSpan } = node;
    const diagnostics = new Diagnostics();
    const list = parseActions(actions, diagnostics);
    for (const { message, span: place, hint } of diagnostics.all) configuration.error(message, place, hint);
    configuration.addScript({ kind: 'action', name, actions: list, span, nameSpan, words }, file);
  },
});

export const secMarker: Directive = defineDirective({
  name: 'SecMarker',
  summary: 'A label for skipAfter; it exists in every phase.',
  syntax: 'NAME',
  apply: (node, configuration) => {
    const name = firstWord(node);
    if (/[\s,]/.test(name.text)) {
      configuration.error('a marker is one word, without blanks and commas', name.span);
      return;
    }
    configuration.addMarker(name.text);
  },
});

export const secDefaultAction: Directive = defineDirective({
  name: 'SecDefaultAction',
  summary: 'Actions that rules of this phase, from here on, inherit; what block does in this phase.',
  syntax: 'ACTIONS',
  default: 'phase:2,log,auditlog,pass',
  apply: (node, configuration) => configuration.setDefaultActions(firstWord(node)),
});
