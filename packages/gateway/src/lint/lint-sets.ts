/** The same for every rule set of a configuration: what files in several of them have wrong is said once. */

import { RegexCache } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import type { ConfiguredRuleSet } from '../waf/configured-rule-sets.ts';
import type { Finding } from './finding.ts';
import { lint } from './lint.ts';

export interface SetsLinted {
  /** By the first set each is found in, then by place. */
  readonly findings: readonly Finding[];
  readonly files: ReadonlySet<string>;
}

/** `isComplete`: as for `lint`. */
export function lintSets(sets: readonly ConfiguredRuleSet[], isComplete: boolean): SetsLinted {
  // Sets have most patterns in common.
  const regexes = new RegexCache();
  const found = new Map<string, { readonly finding: Finding; readonly places: string[] }>();
  const files = new Set<string>();
  for (const { place, ruleSet } of sets) {
    const { findings, inspection } = lint({ rules: ruleSet.rules, files: nodeFiles, isComplete, regexes });
    for (const rule of ruleSet.rules) if (typeof rule === 'string') files.add(rule);
    for (const file of inspection.files) files.add(file);
    for (const finding of findings) {
      const { code, message, span } = finding;
      const key = JSON.stringify([code, message, span.file, span.start]);
      const before = found.get(key);
      if (before === undefined) found.set(key, { finding, places: [place] });
      else before.places.push(place);
    }
  }
  const findings = [...found.values()].map(({ finding, places }) =>
    places.length === sets.length ? finding : { ...finding, ruleSets: places },
  );
  return { findings, files };
}
