import { type Configuration, type Directive, defineDirective } from '../registry/directive.ts';
import type { Word } from '../seclang/ast.ts';
import { choiceDirective, numberDirective, onOffDirective } from './setting.ts';

/** How rules are loaded and watched. */
export const loading: readonly Directive[] = [
  onOffDirective(
    {
      name: 'SecIgnoreRuleCompilationErrors',
      summary: 'Leave rules with mistakes out with a warning, whole chains included, instead of refusing the rule set.',
      default: 'Off',
    },
    'ignoreRuleCompilationErrors',
  ),
  numberDirective(
    {
      name: 'SecRulePerfTime',
      summary: 'Remember rules that take at least so long, for PERF_RULES and the audit log; 0 for none.',
      default: '0',
      unit: 'microseconds',
    },
    0,
    Number.MAX_SAFE_INTEGER,
    (microseconds, { settings }) => {
      settings.rulePerfTime = microseconds;
    },
  ),
  choiceDirective(
    {
      name: 'SecRemoteRulesFailAction',
      summary: 'What becomes of a rule set whose SecRemoteRules cannot be fetched: refused, or loaded with a warning.',
      default: 'Abort',
    },
    ['Abort', 'Warn'],
    (action, { settings }) => {
      settings.remoteRulesFailAction = action;
    },
  ),
  defineDirective({
    name: 'SecRemoteRules',
    summary: 'Loads rules over https, once, in place; KEY identifies the subscriber.',
    syntax: 'KEY URL',
    minimumWords: 2,
    maximumWords: 3,
    apply: (node, configuration) => {
      const [first, second, third] = node.words;
      if (first === undefined || second === undefined) return;
      if (third !== undefined || first.text.toLowerCase() === 'crypto') {
        const reason = 'SecRemoteRules: encrypted rules are not supported, https protects them on the way';
        configuration.error(reason, first.span, 'write SecRemoteRules KEY URL');
        return;
      }
      loadRemote(first.text, second, configuration);
    },
  }),
];

function loadRemote(key: string, url: Word, configuration: Configuration): void {
  const { remote } = configuration.services;
  if (!url.text.toLowerCase().startsWith('https://')) {
    configuration.error(`SecRemoteRules: "${url.text}" is not an https URL`, url.span);
    return;
  }
  if (remote === undefined) {
    configuration.error(
      'SecRemoteRules: no remote service was given to createWaf',
      url.span,
      'save the rules as a file and Include it',
    );
    return;
  }
  let text: string;
  try {
    text = remote.fetch(url.text, key);
  } catch (cause) {
    const message = `SecRemoteRules: cannot fetch ${url.text}: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (configuration.settings.remoteRulesFailAction === 'Warn') configuration.warn(message, url.span);
    else configuration.error(message, url.span, 'SecRemoteRulesFailAction Warn goes on without them');
    return;
  }
  configuration.loadText(url.text, text);
}
