import type { InspectedRule } from '@sallyport/engine/language';
import type { LintCheck } from '../check.ts';
import { carries, isRefusal } from '../facts.ts';

export const missingMessage: LintCheck = {
  code: 'SL4001',
  title: 'Refusal without a message',
  explanation:
    'The rule can end a request and writes a log line without msg. Whoever looks into a refused request then sees a pattern ' +
    'and no reason.',
  example: 'SecRule ARGS:cmd "@contains wget" "id:1,phase:2,deny,severity:CRITICAL"\n',
  instead: 'SecRule ARGS:cmd "@contains wget" "id:1,phase:2,deny,severity:CRITICAL,msg:\'Download command\'"\n',
  scope: 'rule',
  check: ({ rules }, report) => {
    for (const rule of rules) {
      const [starter] = rule.links;
      if (starter === undefined || !isRefusal(rule) || !rule.log || rule.message !== undefined) continue;
      report(starter.node.nameSpan, `rule ${rule.id} refuses requests without saying why`, "add msg:'…'");
    }
  },
};

export const missingSeverity: LintCheck = {
  code: 'SL4002',
  title: 'Refusal without a severity',
  explanation:
    'Log viewers sort and alert by severity, and HIGHEST_SEVERITY is made of it. A rule with a message that refuses requests ' +
    'should say how serious that is.',
  example: 'SecRule ARGS:cmd "@contains wget" "id:1,phase:2,deny,msg:\'Download command\'"\n',
  instead: 'SecRule ARGS:cmd "@contains wget" "id:1,phase:2,deny,msg:\'Download command\',severity:CRITICAL"\n',
  scope: 'rule',
  check: ({ rules }, report) => {
    for (const rule of rules) {
      const [starter] = rule.links;
      if (starter === undefined || !isRefusal(rule) || !rule.log) continue;
      // Evaluating a score judges requests, not attacks: the rules that made the score have severities.
      const comparesScore = rule.links.some((link) =>
        link.targets.some(({ variable, node }) => variable.name === 'TX' && node.selector?.text.match(/score/i)),
      );
      if (rule.message === undefined || rule.severity !== undefined || comparesScore) continue;
      report(
        starter.node.nameSpan,
        `rule ${rule.id} has a message and no severity`,
        'add for example severity:WARNING',
      );
    }
  },
};

/** Ids up to here are for local use; above are ranges that ModSecurity's registry gives to publishers of rules. */
const LAST_LOCAL_ID = 99_999;
const CRS_IDS = { first: 900_000, last: 999_999 };
/** Rules of the recommended configuration, which everybody has and some exclude. */
const RECOMMENDED_IDS = { first: 200_000, last: 200_099 };

export const foreignId: LintCheck = {
  code: 'SL4003',
  title: 'Id out of the local range',
  explanation:
    'Ids 1 to 99999 are for rules of your own, everything above belongs to publishers of rule sets. An id of theirs stops ' +
    'your configuration from loading when they use it. Files with a rule that has ver or a tag of the Core Rule Set count as published.',
  example: 'SecAction "id:942999,phase:1,pass,nolog"\n',
  instead: 'SecAction "id:10999,phase:1,pass,nolog"\n',
  scope: 'rule',
  check: ({ rules }, report) => {
    const published = new Set(rules.filter(isPublished).map((rule) => rule.span.file));
    for (const { id, links, span } of rules) {
      const [starter] = links;
      if (starter === undefined || id === undefined || id <= LAST_LOCAL_ID || isIn(id, RECOMMENDED_IDS)) continue;
      if (published.has(span.file)) continue;
      const place = starter.actions.find(({ definition }) => definition.name === 'id')?.node.span;
      report(
        place ?? starter.node.nameSpan,
        isIn(id, CRS_IDS)
          ? `id ${id} lies in the range of the Core Rule Set`
          : `id ${id} is not in the range for local rules`,
        `take one from 1 to ${LAST_LOCAL_ID}, or add ver:'…' to rules you publish`,
      );
    }
  },
};

/** Publishers mark their rules; not each of them, so one speaks for its file. */
function isPublished({ links, tags }: InspectedRule): boolean {
  return links.some((link) => carries(link, 'ver')) || tags.some((tag) => tag.toUpperCase().startsWith('OWASP_CRS'));
}

function isIn(id: number, { first, last }: { readonly first: number; readonly last: number }): boolean {
  return id >= first && id <= last;
}
