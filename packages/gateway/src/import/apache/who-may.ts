/** What sections say about access, as lists by address. */
import { and, type DecisionList, EVERYBODY, NOBODY, not, only, or } from '../proxy/decision-list.ts';
import type { AccessRules, OldRules, Requirement } from './access.ts';

/**
 * Who may have what lies in all of these sections, the outer first. As in Apache, `Require`s of a later section replace those of an
 * earlier one (`AuthMerging Off`), the same goes for `Order`, `Allow` and `Deny`, and both together have to let a client in.
 */
export function whoMay(sections: readonly AccessRules[]): DecisionList {
  const requirements = sections.findLast((one) => one.requirements.length > 0)?.requirements;
  const old = sections.findLast((one) => one.old !== undefined)?.old;
  return and(
    requirements === undefined ? EVERYBODY : granted({ kind: 'any', items: requirements }),
    old === undefined ? EVERYBODY : ofOldRules(old),
  );
}

/** Whom a requirement lets in. What is negated keeps out and never lets in, so it counts for nothing among alternatives. */
function granted(requirement: Requirement): DecisionList {
  switch (requirement.kind) {
    case 'any':
      return requirement.items.filter((one) => !keepsOut(one)).reduce((list, one) => or(list, granted(one)), NOBODY);
    case 'all': {
      const inside = requirement.items.filter((one) => !keepsOut(one));
      const outside = requirement.items.filter(keepsOut);
      if (inside.length === 0) return NOBODY;
      const base = inside.reduce((list, one) => and(list, granted(one)), EVERYBODY);
      return outside.reduce((list, one) => and(list, notKeptOut(one)), base);
    }
    case 'none':
      return notKeptOut(requirement);
    default:
      return requirement.isNegated ? notKeptOut(requirement) : named(requirement);
  }
}

function keepsOut(requirement: Requirement): boolean {
  return requirement.kind === 'none' || ('isNegated' in requirement && requirement.isNegated);
}

/** Everybody but those a negative requirement speaks of; nobody where it cannot be told of whom. */
function notKeptOut(requirement: Requirement): DecisionList {
  if (requirement.kind === 'none') {
    if (requirement.items.some(isUnknown)) return NOBODY;
    return not(granted({ kind: 'any', items: requirement.items }));
  }
  if ('items' in requirement || isUnknown(requirement)) return NOBODY;
  return not(named(requirement));
}

function isUnknown(requirement: Requirement): boolean {
  if ('items' in requirement) return requirement.items.some(isUnknown);
  return requirement.kind === 'unknown' || requirement.kind === 'person';
}

function named(requirement: Exclude<Requirement, { readonly items: unknown }>): DecisionList {
  switch (requirement.kind) {
    case 'networks':
      return only(requirement.networks);
    case 'everybody':
      return EVERYBODY;
    case 'nobody':
    case 'person':
    case 'unknown':
      return NOBODY;
  }
}

/** Whom `Order`, `Allow` and `Deny` let in. */
export function ofOldRules({ order, allow, deny, deniesUnknown }: OldRules): DecisionList {
  if (deniesUnknown) return NOBODY;
  return order === 'allow,deny' ? and(only(allow), not(only(deny))) : or(only(allow), not(only(deny)));
}
