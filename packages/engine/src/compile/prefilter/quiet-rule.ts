import type { Rule } from '../program.ts';

/**
 * Whether a match of a rule's first link can be done without the plain run of a phase, once its values are known: it leaves no record
 * and no decision, nobody has to wait for it, and the verdict on each value depends on that value alone. Of a chain that is so where
 * a later link does not match.
 */
export function isQuiet({ log, auditLog, disruption, links: [link, next] }: Rule): boolean {
  if (link === undefined || link.isUnconditional || link.multiMatch) return false;
  if (next === undefined && (log || auditLog || disruption.kind !== 'pass')) return false;
  const { matcher, isNegated } = link.test;
  if (matcher.testLater !== undefined || matcher.forecast === undefined || matcher.forecast.kind === 'harmless')
    return false;
  if (link.capture && !isNegated && matcher.captures !== undefined) return false;
  return link.effects.every(({ isPrompt }) => isPrompt);
}
