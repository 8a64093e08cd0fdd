import type { LintCheck } from '../check.ts';
import type { LinkFacts } from '../facts.ts';
import type { VariableUse } from '../uses.ts';

export const unusedCapture: LintCheck = {
  code: 'SL4501',
  title: 'Capture that nobody looks at',
  explanation:
    'capture stores the parts of the match in TX:0 to TX:9, which costs time and overwrites what an earlier rule stored. ' +
    'Nothing in this rule, nor in a rule behind it before the next capture, uses them.',
  example: 'SecRule ARGS "@rx ^([a-z]+)$" "id:1,phase:2,pass,capture"\n',
  instead: 'SecRule ARGS "@rx ^([a-z]+)$" "id:1,phase:2,pass,capture,logdata:\'%{TX.1}\'"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const [at, facts] of links.entries()) {
      const action = facts.link.actions.find(({ definition }) => definition.name === 'capture');
      if (action === undefined || isReadBeforeNextCapture(links, at)) continue;
      report(action.node.span, `nothing uses what rule ${facts.rule.id} captures`, 'remove capture, or log %{TX.0}');
    }
  },
};

function isReadBeforeNextCapture(links: readonly LinkFacts[], from: number): boolean {
  const { rule } = links[from]!;
  for (let at = from; at < links.length; at++) {
    const { link, uses, rule: other } = links[at]!;
    // The starter's own log texts are written when the chain has matched.
    if (uses.some(isCaptureRead) || (other === rule && rule.links.some((one) => readsInText(links, one)))) return true;
    if (at > from && other !== rule && link.capture) return false;
  }
  return false;
}

function readsInText(links: readonly LinkFacts[], link: LinkFacts['link']): boolean {
  return links.some((facts) => facts.link === link && facts.uses.some(isCaptureRead));
}

function isCaptureRead({ kind, collection, key, match }: VariableUse): boolean {
  return collection === 'TX' && kind === 'read' && (key === undefined || match === 'pattern' || /^\d$/.test(key));
}

export const missingCapture: LintCheck = {
  code: 'SL4502',
  title: 'TX:0 to TX:9 without a capture',
  explanation:
    'The numbered members of TX are what the last capture stored. Without capture in this rule, or in one in front of it, they ' +
    'are empty.',
  example: 'SecRule ARGS "@rx ^([a-z]+)$" "id:1,phase:2,pass,logdata:\'%{TX.1}\'"\n',
  instead: 'SecRule ARGS "@rx ^([a-z]+)$" "id:1,phase:2,pass,capture,logdata:\'%{TX.1}\'"\n',
  scope: 'rule',
  check: ({ links, rules }, report) => {
    const capturing = new Set(rules.filter((rule) => rule.links.some((link) => link.capture)));
    let hasEarlier = false;
    for (const { rule, uses } of links) {
      const hasOwn = capturing.has(rule);
      for (const use of uses) {
        if (use.match !== 'exact' || use.key === undefined || !isCaptureRead(use)) continue;
        // A target may well ask for what a rule before it captured; a text in this rule means this rule.
        if (hasOwn || (hasEarlier && use.where === 'target')) continue;
        report(
          use.span,
          `rule ${rule.id} captures nothing for TX:${use.key}`,
          'add capture to the link with the operator',
        );
      }
      hasEarlier ||= hasOwn;
    }
  },
};
