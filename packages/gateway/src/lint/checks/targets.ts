import { isSameTarget, type TargetNode } from '@sallyport/engine/language';
import type { LintCheck } from '../check.ts';

export const repeatedTarget: LintCheck = {
  code: 'SL4801',
  title: 'Target that is already looked at',
  explanation: 'The rule looks at the same value twice: time is spent, and one attack counts twice in a score.',
  example: 'SecRule ARGS|ARGS:id "@contains \'" "id:1,phase:2,pass"\n',
  instead: 'SecRule ARGS "@contains \'" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { link } of links) {
      const seen: TargetNode[] = [];
      for (const { node } of link.targets) {
        const earlier = seen.find((other) => isSameTarget(other, node) || covers(other, node) || covers(node, other));
        if (earlier !== undefined)
          report(
            node.span,
            `${shown(node)} is looked at twice`,
            `leave out one of ${shown(earlier)} and ${shown(node)}`,
          );
        seen.push(node);
      }
    }
  },
};

/** Collections that consist of others. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  ARGS: ['ARGS_GET', 'ARGS_POST'],
  ARGS_NAMES: ['ARGS_GET_NAMES', 'ARGS_POST_NAMES'],
};

/** Whether everything the second means, the first means too. */
function covers(whole: TargetNode, part: TargetNode): boolean {
  if (whole.isCount || part.isCount || whole.isExclusion || part.isExclusion || whole.selector !== undefined)
    return false;
  const [outer, inner] = [whole.name.toUpperCase(), part.name.toUpperCase()];
  return (outer === inner && part.selector !== undefined) || PARTS[outer]?.includes(inner) === true;
}

function shown({ name, isCount, isExclusion, selector }: TargetNode): string {
  const prefix = isExclusion ? '!' : isCount ? '&' : '';
  const key = selector === undefined ? '' : selector.kind === 'regex' ? `:/${selector.text}/` : `:${selector.text}`;
  return prefix + name + key;
}

export const broadSelector: LintCheck = {
  code: 'SL4802',
  title: 'Pattern of an exclusion that leaves out everything',
  explanation:
    'The pattern matches the empty text and so every name. An exclusion like that takes the whole collection away; anchors ' +
    'mostly say what was meant.',
  example: 'SecRule ARGS|!ARGS:/^x*/ "@contains wget" "id:1,phase:2,pass"\n',
  instead: 'SecRule ARGS|!ARGS:/^x+$/ "@contains wget" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links, regex }, report) => {
    for (const { link } of links) {
      for (const { node } of link.targets) {
        if (!node.isExclusion || node.selector?.kind !== 'regex') continue;
        const pattern = regex(node.selector.text, true);
        // Two unlike names that both match: the pattern asks nothing of a name.
        if (pattern === undefined || !pattern.test('') || !pattern.test('\x01\xff')) continue;
        report(node.selector.span, `/${node.selector.text}/ matches every name`, 'write the names out, with ^ and $');
      }
    }
  },
};

/** Operators with which a rule mostly demands a value. */
const DEMANDS: ReadonlySet<string> = new Set([
  'streq',
  'beginsWith',
  'endsWith',
  'contains',
  'containsWord',
  'ipMatch',
  'ipMatchFromFile',
  'eq',
]);

export const absentPasses: LintCheck = {
  code: 'SL4901',
  title: 'Demand that an absent value meets',
  explanation:
    'A rule runs once for each value it finds, also when its operator is negated. "!@streq secret" refuses a wrong value and ' +
    'lets a request pass that sends none. A second rule that counts the values with & closes the gap.',
  example: 'SecRule REQUEST_HEADERS:X-Token "!@streq secret" "id:1,phase:1,deny,msg:\'Wrong token\',severity:ERROR"\n',
  instead:
    'SecRule REQUEST_HEADERS:X-Token "!@streq secret" "id:1,phase:1,deny,msg:\'Wrong token\',severity:ERROR"\n' +
    'SecRule &REQUEST_HEADERS:X-Token "@eq 0" "id:2,phase:1,deny,msg:\'No token\',severity:ERROR"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    const counted = links.flatMap(({ link }) => link.targets.filter(({ node }) => node.isCount));
    for (const { rule, link } of links) {
      const { operator } = link;
      const isDemand = operator?.node.isNegated === true && DEMANDS.has(operator.definition.name);
      if (!isDemand || rule.links.length > 1 || (rule.disruption !== 'deny' && rule.disruption !== 'drop')) continue;
      const [only, ...others] = link.targets;
      if (only?.node.selector?.kind !== 'key' || others.length > 0 || only.node.isCount || only.variable.name === 'TX')
        continue;
      const isCounted = counted.some(
        ({ node, variable }) =>
          variable === only.variable &&
          (node.selector === undefined || node.selector.text.toLowerCase() === only.node.selector?.text.toLowerCase()),
      );
      if (isCounted) continue;
      report(
        only.node.span,
        `a request without ${shown(only.node)} passes rule ${rule.id}`,
        `add a rule for &${shown(only.node)} "@eq 0"`,
      );
    }
  },
};
