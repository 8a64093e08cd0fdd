import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';
import { selectRules } from './sec-rule-remove.ts';

function targetUpdate(name: string, select: 'id' | 'tag' | 'msg', summary: string, syntax: string): Directive {
  return defineDirective({
    name,
    summary,
    syntax,
    minimumWords: 2,
    maximumWords: 3,
    apply: (node, configuration) => {
      const [which, targets, replaced] = node.words;
      if (which === undefined || targets === undefined) return;
      const selection = selectRules(select, which, configuration);
      if (selection !== undefined && configuration.updateTargets(selection, targets, replaced) === 0) {
        configuration.warn(
          `no rule loaded so far has ${selection.description}`,
          which.span,
          'the directive must stand after the rules it means',
        );
      }
    },
  });
}

export const ruleUpdates: readonly Directive[] = [
  targetUpdate(
    'SecRuleUpdateTargetById',
    'id',
    'Adds targets to rules loaded so far, or replaces one.',
    'IDS TARGETS [REPLACED]',
  ),
  targetUpdate(
    'SecRuleUpdateTargetByTag',
    'tag',
    'The same for rules with a matching tag.',
    'REGEX TARGETS [REPLACED]',
  ),
  targetUpdate(
    'SecRuleUpdateTargetByMsg',
    'msg',
    'The same for rules with a matching message.',
    'REGEX TARGETS [REPLACED]',
  ),
  defineDirective({
    name: 'SecRuleUpdateActionById',
    summary: 'Merges actions into a rule loaded so far; ID:N means the N-th link of its chain.',
    syntax: 'ID[:N] ACTIONS',
    minimumWords: 2,
    maximumWords: 2,
    apply: (node, configuration) => {
      const which = firstWord(node);
      const actions = node.words[1];
      const found = /^(\d{1,15})(?::(\d{1,4}))?$/.exec(which.text);
      if (found === null || actions === undefined) {
        configuration.error(`"${which.text}" is not a rule id`, which.span, 'write ID or ID:N');
        return;
      }
      if (!configuration.updateActions(Number(found[1]), Number(found[2] ?? 0), actions)) {
        configuration.warn(
          `no rule loaded so far has id ${which.text}`,
          which.span,
          'the directive must stand after the rule it means',
        );
      }
    },
  }),
];
