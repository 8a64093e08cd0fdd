import type { Regex } from '../regex/index.ts';
import type { IdRange, RuleSelection } from './transaction-state.ts';

/** Reads `N`, `N-M` (optional quotes) or several of them, separated by commas or blanks. Throws on anything else. */
export function parseIdRanges(text: string): readonly IdRange[] {
  const pieces = text.split(/[\s,]+/).filter((piece) => piece !== '');
  if (pieces.length === 0) throw new Error('a rule id is missing');
  return pieces.map(parseIdRange);
}

function parseIdRange(piece: string): IdRange {
  const bare = piece.replace(/^(["'])(.*)\1$/, '$2');
  const found = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(bare);
  if (found === null) throw new Error(`"${piece}" is neither a rule id nor a range of ids`);
  const first = Number(found[1]);
  const last = found[2] === undefined ? first : Number(found[2]);
  if (last < first) throw new Error(`the range ${piece} ends before it begins`);
  return { first, last };
}

export function selectById(ranges: readonly IdRange[]): RuleSelection {
  return {
    description: `id ${ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(' ')}`,
    includes: (rule) => ranges.some(({ first, last }) => rule.id >= first && rule.id <= last),
  };
}

/** Rules with a tag the pattern matches, anywhere in it and case-sensitively as in ModSecurity 2. */
export function selectByTag(pattern: Regex): RuleSelection {
  return {
    description: `tag "${pattern.source}"`,
    includes: (rule) => rule.tags.some((tag) => pattern.test(tag)),
  };
}

/** Rules with a message the pattern matches. */
export function selectByMessage(pattern: Regex): RuleSelection {
  return {
    description: `msg "${pattern.source}"`,
    includes: (rule) => rule.rawMessage !== undefined && pattern.test(rule.rawMessage),
  };
}
