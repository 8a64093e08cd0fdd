/** `rules`: the firewall, where a route does not ask for another rule set. */
import type { JsonNames } from '@sallyport/engine';
import { checkUpstreamUrl } from '../checks.ts';
import { choice, flag, integer, listOf, type Table, text } from '../field.ts';

export interface RulesConfig {
  readonly files: readonly string[];
  readonly crs?: string;
  readonly paranoia?: number;
  readonly engine?: 'On' | 'DetectionOnly' | 'Off';
  readonly jsonNames: JsonNames;
  readonly proxyTargets: readonly string[];
  readonly unsafePassOnError: boolean;
}

export const rules: Table<RulesConfig> = {
  files: {
    type: listOf(text('file name')),
    default: [],
    summary:
      'Rule files in SecLang, loaded in this order after the Core Rule Set, if there is one. Globs are expanded.',
  },
  crs: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder of an OWASP Core Rule Set. When absent and no `files` are given, an installed one is looked for, then the built-in rules are used.',
  },
  paranoia: {
    type: integer(1, 4),
    isOptional: true,
    summary:
      'Paranoia level of the Core Rule Set over what its setup file says: 1 has the fewest false alarms, 4 sees the most.',
  },
  engine: {
    type: choice('On', 'DetectionOnly', 'Off'),
    isOptional: true,
    summary: '`SecRuleEngine` over whatever the rule files say.',
  },
  jsonNames: {
    type: choice('modsecurity2', 'modsecurity3', 'coraza'),
    default: 'modsecurity2',
    summary:
      'What the leaves of a JSON body are called: `{"a":[{"b":1}]}` is `ARGS:a.a.b` for ModSecurity 2, which the Core Rule Set is written for, `ARGS:json.a.array_0.b` for ModSecurity 3 and `ARGS:json.a.0.b` for Coraza. Take one of these when your exclusions come from there.',
  },
  proxyTargets: {
    type: listOf(text('`http://` or `https://` address', checkUpstreamUrl)),
    default: [],
    summary: 'Addresses the `proxy` action of rules may send a request to.',
  },
  unsafePassOnError: {
    type: flag(),
    default: false,
    summary: 'Let a request through when inspecting it failed inside the engine. By default it is refused with 500.',
  },
};
