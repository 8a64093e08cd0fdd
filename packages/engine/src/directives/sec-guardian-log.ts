import { type Directive, defineDirective, firstWord } from '../registry/directive.ts';

/** `SecGuardianLog /var/log/guardian` or `SecGuardianLog "|/usr/bin/httpd-guardian" env=!local`. */
export const secGuardianLog: Directive = defineDirective({
  name: 'SecGuardianLog',
  summary:
    'One line per request, to a file or a program that guards against floods; with env=NAME (or env=!NAME) only where the variable is (or is not) set by setenv.',
  syntax: 'FILE||PROGRAM [env=[!]VAR]',
  default: 'none',
  maximumWords: 2,
  apply: (node, configuration) => {
    const log = firstWord(node).text;
    const condition = node.words[1];
    if (condition === undefined) {
      configuration.settings.guardianLog = { log };
      return;
    }
    const [, negation, variable] = /^env=(!?)([^!].*)$/.exec(condition.text) ?? [];
    if (variable === undefined) {
      const hint = 'write env=NAME, or env=!NAME for requests without it';
      configuration.error(`"${condition.text}" is not a condition`, condition.span, hint);
      return;
    }
    configuration.settings.guardianLog = { log, condition: { variable, isNegated: negation === '!' } };
  },
});
