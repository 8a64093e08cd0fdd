/** The rule sets of a configuration, read and not run. */
import { type Inspection, inspectRules, RegexCache } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import { gatherFacts, type RuleSetFacts } from '../../lint/facts.ts';
import { inspectionServices } from '../../lint/load.ts';
import type { ConfiguredRuleSet } from '../../waf/configured-rule-sets.ts';

export interface InspectedSet extends ConfiguredRuleSet {
  readonly inspection: Inspection;
  readonly facts: RuleSetFacts;
}

/** Sets have most patterns in common, so each is compiled once. */
export function inspectSets(sets: readonly ConfiguredRuleSet[]): readonly InspectedSet[] {
  const regexes = new RegexCache();
  return sets.map((set) => {
    const inspection = inspectRules({
      rules: set.ruleSet.rules,
      files: nodeFiles,
      services: inspectionServices,
      regexes,
    });
    return { ...set, inspection, facts: gatherFacts(inspection, regexes) };
  });
}
