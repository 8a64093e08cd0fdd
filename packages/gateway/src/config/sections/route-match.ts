/** Which requests a route is for, besides host and path prefix; whose clients may have it; what logs call it. */
import { checkPathPattern, checkWholePath } from '../../proxy/path-pattern.ts';
import { checkAccessRule } from '../../stages/access/access-list.ts';
import { flag, listOf, type Table, text } from '../field.ts';

export interface RouteMatchConfig {
  /** All of them have to match. */
  readonly pattern: readonly string[];
  readonly overPatterns: boolean;
  readonly rewriteWhole?: string;
  /** `allow NETWORK`, `deny NETWORK`, `allow all`, `deny all`; the first one that fits counts. */
  readonly access: readonly string[];
  readonly tag?: string;
}

export const routeMatch: Table<RouteMatchConfig> = {
  pattern: {
    type: listOf(text('regular expression', checkPathPattern)),
    default: [],
    summary:
      'Regular expression (PCRE syntax, matched in linear time: no look-around, no references) that the decoded path must match as well, anywhere in it unless `^` and `$` say otherwise; of several all have to match. Routes with a pattern are asked in the order they are written, behind exact paths and before prefixes; `(?i)` in front ignores case.',
  },
  overPatterns: {
    type: flag(),
    default: false,
    summary:
      'Where this is the longest prefix, patterns are not asked. Of any other prefix a route with a pattern may take requests.',
  },
  rewriteWhole: {
    type: text('path', checkWholePath),
    isOptional: true,
    summary:
      'Path for the upstream in place of the whole one, `/new/{1}` for example: `{1}` to `{9}` stand for what the groups of the (first) `pattern` have matched in the decoded path, encoded again.',
  },
  access: {
    type: listOf(text('`allow` or `deny` with an address, a network or `all`', checkAccessRule)),
    default: [],
    summary:
      'Clients that may have this route, by address: `allow 10.0.0.0/8`, `deny 10.0.0.7`. The first that fits counts; the last is `allow all` or `deny all`. Others are answered with 403. Behind trusted proxies the address is that of the client they name.',
  },
  tag: {
    type: text('word', checkTag),
    isOptional: true,
    summary:
      'A word that logs can choose by (`logs.access[].when: tag=WORD`, `logs.errors_by_tag`), such as the name of a site.',
  },
};

function checkTag(value: string): string | undefined {
  return /^[\w.:-]{1,100}$/.test(value) ? undefined : `"${value}" is not one word of letters, digits and "_.:-"`;
}

/** A route as far as its parts can contradict each other. */
interface Matching extends RouteMatchConfig {
  readonly exact: boolean;
  readonly rewrite?: string;
  readonly redirect?: { readonly to: string };
}

/** What is wrong between keys that are fine by themselves, with the key to blame. */
export function mistakesOfRouteMatch(
  route: Matching,
): readonly (readonly [key: keyof Matching & string, message: string])[] {
  const found: (readonly [keyof Matching & string, string])[] = [];
  const { pattern, exact, overPatterns, rewrite, rewriteWhole, redirect, access } = route;
  if (pattern.length > 0 && exact) found.push(['pattern', '"exact" and "pattern" exclude each other']);
  if (pattern.length > 0 && overPatterns)
    found.push(['overPatterns', 'a route with a pattern of its own cannot come before patterns']);
  if (rewriteWhole !== undefined && rewrite !== undefined)
    found.push(['rewriteWhole', '"rewrite" and "rewrite_whole" exclude each other']);
  if (pattern.length === 0 && /\{\d\}/.test(rewriteWhole ?? ''))
    found.push(['rewriteWhole', 'there is no pattern whose groups {1} to {9} could be']);
  if (pattern.length === 0 && /\{\d\}/.test(redirect?.to ?? ''))
    found.push(['redirect', 'there is no pattern whose groups {1} to {9} could be']);
  const end = access.findIndex((rule) => / all$/.test(rule.trim()));
  if (access.length > 0 && end < 0)
    found.push(['access', 'the last of "access" must be "allow all" or "deny all", so that it speaks of everybody']);
  else if (end >= 0 && end < access.length - 1)
    found.push(['access', `nothing behind "${access[end]}" can ever apply`]);
  return found;
}
