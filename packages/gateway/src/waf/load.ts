/** Loads the rule set in the forms the routes need: enforcing, detecting only. */
import { createWaf, formatDiagnostic, type RuleSource, type Waf } from '@sallyport/engine';
import { createNodeResolver, nodeFiles } from '@sallyport/engine/node';
import type { Config, WafMode } from '../config/config.ts';
import type { Logs } from '../logs/index.ts';
import { type Firewall, MatchRouter } from './firewall.ts';
import { chooseRuleSet, type RuleSet } from './rule-set.ts';

/** By what routes say under `waf`; forms that no route asks for are not loaded. */
export type Firewalls = { readonly [mode in WafMode]: Firewall | undefined };

export interface LoadedRules {
  readonly firewalls: Firewalls;
  /** Undefined when no route wants rules. */
  readonly name: string | undefined;
  readonly ruleCount: number;
  /** What the load complained about without refusing, one line each. */
  readonly warnings: readonly string[];
}

const DETECTION_ONLY: RuleSource = { file: 'waf: detection', text: 'SecRuleEngine DetectionOnly\n' };

/** Throws what `createWaf` throws: every mistake of every file at once. */
export function loadRules(config: Config, logs: Logs): LoadedRules {
  const modes = new Set<WafMode>(config.routes.length === 0 ? ['on'] : config.routes.map((route) => route.waf));
  if (!modes.has('on') && !modes.has('detection')) {
    return {
      firewalls: { on: undefined, detection: undefined, off: undefined },
      name: undefined,
      ruleCount: 0,
      warnings: [],
    };
  }
  const ruleSet = chooseRuleSet(config);
  const router = new MatchRouter(logs);
  const on = modes.has('on') ? router.firewall(compile(ruleSet, router)) : undefined;
  const detection = modes.has('detection') ? router.firewall(compile(ruleSet, router, DETECTION_ONLY)) : undefined;
  return {
    firewalls: { on, detection, off: undefined },
    name: ruleSet.name,
    ruleCount: (on ?? detection)?.waf.ruleCount ?? 0,
    warnings: (on ?? detection)?.waf.warnings.map(formatDiagnostic) ?? [],
  };
}

function compile(ruleSet: RuleSet, router: MatchRouter, ...more: readonly RuleSource[]): Waf {
  return createWaf({
    rules: [...ruleSet.rules, ...more],
    files: nodeFiles,
    resolver: createNodeResolver(),
    onMatch: router.onMatch,
    onMessage: router.onMessage,
  });
}
