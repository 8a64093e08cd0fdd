/** What the gate does unasked, in the words the report has for directives that ask for it: a result, and what differs. */

type Words = readonly [result: string, ...notes: string[]];

const REWRITTEN = 'rewrite_answers is on by default';

export const LOCATIONS_REWRITTEN: Words = [REWRITTEN, "only addresses of the route's own upstream are translated"];

export const COOKIE_DOMAINS_REWRITTEN: Words = [REWRITTEN, 'a Domain that is the upstream is left out'];

export const COOKIE_PATHS_REWRITTEN: Words = [
  REWRITTEN,
  'the prefix of the route is put in place of the rewritten one',
];

export const NEVER_NAMED: Words = [
  'the gate never names itself',
  "the upstream's Server header passes; server_header hides it",
];
